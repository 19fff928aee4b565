"""The traffic of an online endpoint: a step of its own after the deployments, before an old one goes.

Azure takes no traffic when an endpoint is made, and a second resource of the same id is refused: the step is a template
deployment that puts the whole endpoint with its traffic.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
from pulumi_azure_native import resources

from .._component import Component
from ._deployment import TargetRequest
from ._online_endpoint import Endpoint

_SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
_TYPE = "Microsoft.MachineLearningServices/workspaces/onlineEndpoints"
_API_VERSION = "2025-12-01"


def direct_traffic(
    component: Component,
    name: str,
    request: TargetRequest,
    endpoint: Endpoint,
    deployments: Mapping[str, pulumi.Output[str]],
    after: Sequence[pulumi.Resource],
) -> resources.Deployment:
    """Gives each deployment its part of the requests.

    Removing the step takes away Azure's record of it alone: the traffic stays as it is, and goes with the endpoint.

    Args:
        component: Parent of the step.
        name: First part of its name.
        request: What is served, with the traffic by variant.
        endpoint: The endpoint.
        deployments: Names of the deployments by variant.
        after: What has to be there before traffic is moved to it.
    """
    # The only version of a service gets everything.
    traffic = request.traffic or dict.fromkeys(deployments, 100)
    properties = {
        **endpoint.settings,
        "traffic": _by_deployment(traffic, deployments),
        "mirrorTraffic": _by_deployment(request.mirror_traffic, deployments),
    }
    resource = {
        "type": _TYPE,
        "apiVersion": _API_VERSION,
        "name": pulumi.Output.format("{0}/{1}", request.workspace_name, endpoint.resource.name),
        "location": endpoint.resource.location,
        "tags": _literal(request.tags or {}),
        "identity": endpoint.identities.apply(_identity),
        "properties": properties,
    }
    return resources.Deployment(
        f"{name}-traffic",
        resource_group_name=request.workspace_resource_group_name,
        properties=resources.DeploymentPropertiesArgs(
            mode=resources.DeploymentMode.INCREMENTAL,
            template={"$schema": _SCHEMA, "contentVersion": "1.0.0.0", "resources": [resource]},
        ),
        opts=component.child(depends_on=after),
    )


def _by_deployment(
    percents: Mapping[str, int], deployments: Mapping[str, pulumi.Output[str]]
) -> pulumi.Output[dict[str, int]]:
    """Percent by deployment; one that gets none is left out."""
    named = [(deployments[variant], int(percent)) for variant, percent in percents.items() if percent]
    values = [percent for _, percent in named]
    return pulumi.Output.all(*(deployment for deployment, _ in named)).apply(
        lambda names: dict(sorted(zip(names, values, strict=True)))
    )


def _identity(users: list[str]) -> dict[str, Any]:
    if not users:
        return {"type": "SystemAssigned"}
    return {"type": "UserAssigned", "userAssignedIdentities": {user: {} for user in users}}


def _literal(tags: Mapping[str, pulumi.Input[str]]) -> dict[str, pulumi.Output[str]]:
    """Texts that a template takes as they are: one that opens with a bracket would be an expression."""
    return {
        key: pulumi.Output.from_input(value).apply(lambda text: f"[{text}" if text.startswith("[") else text)
        for key, value in tags.items()
    }
