"""What the two online targets have in common, in the order in which Azure needs it.

Uploads and registrations, the endpoint without traffic, its deployments, the traffic, and last what is no longer used.
"""

from collections.abc import Mapping
from dataclasses import replace

import pulumi
from pulumi_azure_native import authorization
from pulumi_azure_native import machinelearningservices as aml

from .._component import Component, compact_name
from ._deployment import Deployment, TargetRequest
from ._online_assets import AssetStore, workspace_of
from ._online_deployments import Kind, Rollout, create_deployment
from ._online_endpoint import EndpointOptions, connect_registry, create_endpoint, grant_to_endpoint, keys_of
from ._online_traffic import direct_traffic

_STATES = {
    "Succeeded": "Healthy",
    "Creating": "Transitioning",
    "Updating": "Transitioning",
    "Scaling": "Transitioning",
    "Deleting": "Unhealthy",
    "Canceled": "Unhealthy",
}
"""State of a deployment in Azure -> state of the service; any other is `Failed`."""
_LONGEST_STEM = 24
"""Characters of an endpoint's name that Pulumi adds eight to."""


def workspace_id(component: Component, request: TargetRequest) -> pulumi.Output[str]:
    """ARM id of the workspace, which is in the provider's subscription; known in a preview, too."""
    client = authorization.get_client_config_output(opts=pulumi.InvokeOutputOptions(parent=component))
    return pulumi.Output.format(
        "/subscriptions/{0}/resourceGroups/{1}/providers/Microsoft.MachineLearningServices/workspaces/{2}",
        client.subscription_id,
        request.workspace_resource_group_name,
        request.workspace_name,
    )


def in_region(component: Component, request: TargetRequest) -> TargetRequest:
    """The request in the region that was given; else in that of the workspace, as Pulumi's own would be the group's."""
    if request.location is not None:
        return request
    found = aml.get_workspace_output(**workspace_of(request), opts=pulumi.InvokeOutputOptions(parent=component))
    return replace(request, location=found.location.apply(str))


def endpoint_stem(name: str) -> str:
    """What an endpoint's name opens with when none is given."""
    stem = f"{name}-endpoint"
    fits = len(stem) <= _LONGEST_STEM and stem[0].isalpha() and stem.replace("-", "").isalnum()
    return stem if fits else compact_name(name, "endpoint")


def serve_online(
    component: Component,
    name: str,
    request: TargetRequest,
    options: EndpointOptions,
    workspace: pulumi.Output[str],
    kind: Kind,
) -> tuple[Deployment, Mapping[str, aml.OnlineDeployment]]:
    """Serves every version behind one endpoint; returns the service, and the deployments by version.

    Args:
        component: Parent of the resources.
        name: First part of their names.
        request: What is served.
        options: What kind of endpoint.
        workspace: ARM id of the workspace.
        kind: What kind of deployments.
    """
    store = AssetStore(component, name, request, workspace)
    after = connect_registry(component, name, request)
    endpoint = create_endpoint(component, endpoint_stem(name), request, options)
    if options.grant_pull:
        after += grant_to_endpoint(component, name, request, endpoint, workspace)
    rollout = Rollout(component, name, request, endpoint, kind, request.preflight.before_pull(), after)
    made = {version.name: create_deployment(rollout, version, store.register(version)) for version in request.versions}
    names = {variant: deployment.name for variant, deployment in made.items()}
    traffic = direct_traffic(component, name, request, endpoint, names, list(made.values()))
    primary, secondary = keys_of(component, request, endpoint)
    main = made[_main(request)]
    served = Deployment(
        resource_id=endpoint.resource.id,
        name=main.name,
        location=endpoint.resource.location.apply(str),
        # Whoever uses the address comes after the traffic.
        address=pulumi.Output.all(endpoint.address, traffic.id).apply(lambda known: str(known[0])),
        state=main.properties.apply(lambda it: _STATES.get(str(it.get("provisioningState")), "Failed")),
        primary_key=primary,
        secondary_key=secondary,
        endpoint_name=endpoint.resource.name,
    )
    return served, made


def _main(request: TargetRequest) -> str:
    """The version with most traffic; the first of several with the same."""
    return max((version.name for version in request.versions), key=lambda variant: request.traffic.get(variant, 0))
