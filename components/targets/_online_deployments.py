"""The deployments of an online endpoint: one for each version, its content in its name.

Other content is another name, so that Pulumi makes the new deployment, moves the traffic, and removes the old one last.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_azure_native import machinelearningservices as aml

from .._component import Component
from ._deployment import ServedVersion, TargetRequest
from ._online_assets import Assets, scoring_script, workspace_of
from ._online_endpoint import Endpoint
from ._online_failure import end_of_log
from ._online_retry import name_to_use

_LONGEST_NAME = 32
"""Characters of a deployment's name."""
_DIGITS = 8
"""Digits of the content's hash in it; three more characters are for another try."""
_LONGEST_STEM = _LONGEST_NAME - _DIGITS - 1 - 3
"""Characters of what stands before them: room for the name of any version."""


@dataclass(frozen=True)
class Kind:
    """What one kind of online deployments is.

    Attributes:
        fixed: What Azure can't change on a deployment, by version: part of what its name is made of.
        properties: Makes `properties` of a deployment out of what is common to both kinds.
    """

    fixed: Callable[[ServedVersion], list[str]]
    properties: Callable[[ServedVersion, Mapping[str, Any]], Any]


@dataclass(frozen=True)
class Rollout:
    """What every deployment of a service shares.

    Attributes:
        component: Parent of the resources.
        name: First part of their names.
        request: What is served.
        endpoint: The endpoint.
        kind: What kind of deployments.
        pullable: The hook that asks whether the base image can be pulled.
        after: What has to be there before a deployment is made.
    """

    component: Component
    name: str
    request: TargetRequest
    endpoint: Endpoint
    kind: Kind
    pullable: pulumi.ResourceHook
    after: list[pulumi.Resource]


def deployment_stem(name: str, variant: str) -> str:
    """What a deployment's name opens with: the variant's name, or the service's, as far as there is room."""
    text = re.sub("[^A-Za-z0-9-]", "-", variant or name)
    return (text if text[:1].isalpha() else f"d{text}")[:_LONGEST_STEM].rstrip("-")


def create_deployment(rollout: Rollout, version: ServedVersion, assets: Assets) -> aml.OnlineDeployment:
    """Makes the deployment of a version, which counts as made when it is healthy."""
    component, request = rollout.component, rollout.request
    logical = f"{rollout.name}-{version.name or 'deployment'}"
    content = pulumi.Output.all(assets.content, *_visible(version)).apply(
        lambda parts: _hash([*parts, scoring_script(version.source), *rollout.kind.fixed(version)])
    )
    stem = deployment_stem(rollout.name, version.name)
    return aml.OnlineDeployment(
        logical,
        endpoint_name=rollout.endpoint.resource.name,
        deployment_name=name_to_use(
            component, request, rollout.endpoint.resource.name, content.apply(lambda digits: f"{stem}-{digits}")
        ),
        location=rollout.endpoint.resource.location.apply(str),
        properties=rollout.kind.properties(version, _common(request, version, assets)),
        sku={"name": "Default", "capacity": _capacity(request, version)},
        tags=request.tags,
        **workspace_of(request),
        opts=component.child(
            # Azure refuses to remove a deployment that has traffic; with its endpoint it goes in any case.
            deleted_with=rollout.endpoint.resource,
            delete_before_replace=False,
            depends_on=rollout.after,
            ignore_changes=["sku.capacity"] if request.autoscale else None,
            hooks=pulumi.ResourceHookBinding(
                before_create=[rollout.pullable],
                before_update=[rollout.pullable],
                on_error=[end_of_log(component, logical)],
            ),
        ),
    )


def seconds(value: float) -> str:
    """A duration as ISO 8601 writes it."""
    return f"PT{value:g}S"


def _common(request: TargetRequest, version: ServedVersion, assets: Assets) -> dict[str, Any]:
    """The properties that both kinds of deployments have, as the SDK names them."""
    return {
        "code_configuration": aml.CodeConfigurationArgs(
            code_id=assets.code_id, scoring_script=scoring_script(version.source)
        ),
        "environment_id": assets.environment_id,
        "model": assets.model_id,
        "environment_variables": _variables(version, assets),
        "app_insights_enabled": request.application_insights_enabled,
        "liveness_probe": _probe(version.liveness, initial_delay=60),
        "readiness_probe": _probe(version.readiness, initial_delay=5),
        "request_settings": _request_settings(version),
    }


def _variables(version: ServedVersion, assets: Assets) -> dict[str, pulumi.Input[str]]:
    variables: dict[str, pulumi.Input[str]] = {**version.environment, **version.secret_environment}
    return variables | ({"AZUREML_MODEL_DIR": assets.model_directory} if assets.model_directory else {})


def _visible(version: ServedVersion) -> list[pulumi.Output[str]]:
    """Environment variables; a hash of secret ones would tell whether a guess of them is right."""
    return [pulumi.Output.format("{0}={1}", key, value) for key, value in sorted(version.environment.items())]


def _probe(given: Mapping[str, Any], initial_delay: int) -> aml.ProbeSettingsArgs:
    return aml.ProbeSettingsArgs(
        initial_delay=seconds(given.get("initial_delay_seconds", initial_delay)),
        period=seconds(given.get("period_seconds", 10)),
        timeout=seconds(given.get("timeout_seconds", 5)),
        failure_threshold=int(given.get("failure_threshold", 3)),
        success_threshold=int(given.get("success_threshold", 1)),
    )


def _request_settings(version: ServedVersion) -> aml.OnlineRequestSettingsArgs:
    return aml.OnlineRequestSettingsArgs(
        request_timeout=seconds(version.request_timeout_seconds or 5),
        max_concurrent_requests_per_instance=version.max_concurrent_requests or 1,
    )


def _capacity(request: TargetRequest, version: ServedVersion) -> int:
    if request.autoscale:
        return int(request.autoscale["minimum"])
    return version.replicas or 1


def _hash(parts: list[str]) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:_DIGITS]
