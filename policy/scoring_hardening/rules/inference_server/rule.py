"""Environments that serve hold a server."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from azureml_scoring.policy_kit import Located, NotChecked, Resource, Result, Rule, Severity, Stack, Undecided
from azureml_scoring.rules import check_conda_environment

from ...kinds import DEPLOYMENT, ML, body
from ...settings import ScoringHardening

_ENVIRONMENTS: Final = (f"{ML}:EnvironmentVersion", f"{ML}:RegistryEnvironmentVersion")
_READ: Final = ("properties.condaFile", "properties.inferenceConfig")


def check(resource: Resource, _settings: ScoringHardening) -> Iterator[Result]:
    """Look into the conda file of an environment that says how it is called: it is one for serving."""
    if body(resource)["inferenceConfig"].raw is not None:
        yield from _served(resource)


def check_stack(stack: Stack, _settings: ScoringHardening) -> Iterator[Located]:
    """Look into those that don't say it and that a deployment uses all the same."""
    used = {
        urn
        for deployment in stack.of_type(DEPLOYMENT)
        for key in (body(deployment).path, f"{body(deployment).path}.environmentId")
        for urn in deployment.property_dependencies.get(key, ())
    }
    for environment in stack.of_type(*_ENVIRONMENTS):
        if environment.urn in used and body(environment)["inferenceConfig"].raw is None:
            try:
                yield from (Located(environment, result) for result in _served(environment))
            except Undecided as unknown:
                yield Located(environment, NotChecked(environment.name, unknown.path))


def _served(environment: Resource) -> Iterator[Result]:
    conda = body(environment)["condaFile"]
    text = conda.text()
    # Without a conda file the image brings everything, and nothing of it can be seen here.
    if text is not None:
        yield from check_conda_environment(text, conda.path)


RULE = Rule(
    id="inference-server",
    summary="An environment that serves has azureml-inference-server-http, or azureml-defaults 1.0.45 or later.",
    severity=Severity.MEDIUM,
    link="https://learn.microsoft.com/azure/machine-learning/how-to-inference-server-http",
    remediation="Add azureml-inference-server-http with a version to the pip part of the conda file.",
    reads={**dict.fromkeys(_ENVIRONMENTS, _READ), DEPLOYMENT: ("properties.environmentId",)},
    check=check,
    check_stack=check_stack,
    nearest={"Azure Policy": "77eeea86 (packages that are allowed)"},
)
