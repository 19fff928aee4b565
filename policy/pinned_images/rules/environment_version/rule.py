"""Azure ML environments are named by version."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from azureml_scoring.policy_kit import NotChecked, Resource, Result, Rule, Severity, Undecided
from azureml_scoring.rules import Problem

from ...settings import PinnedImages

_ML: Final = "azure-native:machinelearningservices"


def _both(older: str, *paths: str) -> tuple[str, ...]:
    """Paths as azure-native 3 has them, and as 1 and 2 had."""
    return tuple(f"{name}.{path}" for name in ("properties", older) for path in paths)


READS: Final = {
    f"{_ML}:OnlineDeployment": _both("onlineDeploymentProperties", "environmentId"),
    f"{_ML}:BatchDeployment": _both("batchDeploymentProperties", "environmentId"),
    f"{_ML}:Job": _both("jobBaseProperties", "environmentId", "trial.environmentId"),
    f"{_ML}:Schedule": _both(
        "scheduleProperties", "action.jobDefinition.environmentId", "action.jobDefinition.trial.environmentId"
    ),
    f"{_ML}:MachineLearningService": ("environmentImageRequest.environmentReference.version",),
}
_VERSION: Final = re.compile(r".+/versions/(?P<version>[^/]+)|[^/:@]*azureml:[^:@]+:(?P<short>[^:@/]+)", re.IGNORECASE)
_MOVING: Final = {"latest", "production", "default"}
_EXAMPLE: Final = "azureml://registries/azureml/environments/sklearn-1.5/versions/33"


def check(resource: Resource, _settings: PinnedImages) -> Iterator[Result]:
    """Refuse `@latest`, `/labels/latest`, and an environment without a version."""
    for path in READS[resource.type]:
        for _, value in resource.properties.find(path):
            try:
                text = value.text() or ""
            except Undecided as unknown:
                yield NotChecked(path, unknown.path)
                continue
            if not _pinned(text, versions=path.endswith(".version")):
                yield Problem(path, "must name a version of the environment", value.shown, _EXAMPLE)


def _pinned(text: str, *, versions: bool) -> bool:
    if versions:
        return text.lower() not in _MOVING
    found = _VERSION.fullmatch(text)
    return found is not None and (found["version"] or found["short"]).lower() not in _MOVING


RULE = Rule(
    id="environment-version",
    summary="A deployment or job names the version of its Azure ML environment, not a label that moves.",
    severity=Severity.HIGH,
    link="https://learn.microsoft.com/azure/machine-learning/how-to-manage-environments-v2",
    remediation="Write .../environments/<name>/versions/<version> instead of @latest or /labels/latest.",
    reads=READS,
    check=check,
)
