"""No resource goes by a preview of its API."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Final

from azureml_scoring.policy_kit import Level, Located, NotChecked, Rule, Severity, Stack
from azureml_scoring.rules import Problem

from ...settings import ScoringHardening

_PACKAGE: Final = "azure-native:"
_VERSION: Final = "azureApiVersion"


def check_stack(stack: Stack, settings: ScoringHardening) -> Iterator[Located]:
    """Refuse previews: by the type's own version, else by the one that the provider says it took."""
    for resource in stack.resources:
        allowed = any(fnmatchcase(resource.type, pattern) for pattern in settings.allowed_previews)
        if not resource.type.startswith(_PACKAGE) or allowed:
            continue
        said = resource[_VERSION]
        if not resource.api_version and not said.known:
            yield Located(resource, NotChecked(f"API version of {resource.name}", _VERSION))
            continue
        version = resource.api_version or str(said.raw or "")
        if "preview" in version.lower():
            rule = "must not go by a preview of its API"
            yield Located(resource, Problem(resource.token, rule, version, "a version without preview"))


RULE = Rule(
    id="preview-api-version",
    summary="A resource goes by a version of its API that Azure supports, not by a preview.",
    severity=Severity.LOW,
    link="https://www.pulumi.com/registry/packages/azure-native/version-guide/",
    remediation="Generate a package for a version: `pulumi package add azure-native <service> <version>`.",
    reads={f"{_PACKAGE}*": (_VERSION,)},
    check_stack=check_stack,
    # azure-native 3.29 itself offers registries and container groups as previews only.
    level=Level.DISABLED,
    options=("allowed_previews",),
)
