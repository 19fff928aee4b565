"""Target `managed_endpoint`: a managed online endpoint of Azure ML, on machines that it runs itself."""

from collections.abc import Mapping
from typing import Any

from pulumi_azure_native import machinelearningservices as aml

from .._component import Component, known
from .._service_options import ManagedEndpointOptions
from ..rules import ArmId, InvalidArmId, Problem
from ._deployment import Deployment, ServedVersion, TargetRequest
from ._online import in_region, serve_online, workspace_id
from ._online_checks import online_problems
from ._online_deployments import Kind
from ._online_endpoint import EndpointOptions
from ._online_scale import scale_with_load

_INSTANCE_TYPE = "Standard_DS3_v2"
_IDENTITY = "Microsoft.ManagedIdentity/userAssignedIdentities"


def deploy_to_managed_endpoint(
    component: Component, name: str, request: TargetRequest, options: ManagedEndpointOptions
) -> Deployment:
    """Serves every version behind a managed online endpoint and waits until each is healthy.

    Args:
        component: Parent of the resources.
        name: Their names' first part.
        request: What to serve.
        options: As in `ManagedEndpointOptions`.
    """

    def instance_type(version: ServedVersion) -> str:
        return version.instance_type or options.get("instance_type", _INSTANCE_TYPE)

    egress = _switch(on=options.get("egress_public_network_access", True))

    def properties(version: ServedVersion, common: Mapping[str, Any]) -> aml.ManagedOnlineDeploymentArgs:
        return aml.ManagedOnlineDeploymentArgs(
            endpoint_compute_type="Managed",
            instance_type=instance_type(version),
            egress_public_network_access=egress,
            scale_settings=aml.DefaultScaleSettingsArgs(scale_type="Default"),
            data_collector=_collector(request),
            **common,
        )

    endpoint = EndpointOptions(
        name=options.get("endpoint_name"),
        identity_id=options.get("identity_id"),
        public_network_access=options.get("public_network_access", True),
        grant_pull=options.get("grant_pull", False),
    )
    kind = Kind(fixed=lambda version: [instance_type(version), egress], properties=properties)
    placed, workspace = in_region(component, request), workspace_id(component, request)
    served, deployments = serve_online(component, name, placed, endpoint, workspace, kind)
    if request.autoscale:
        for variant, deployment in deployments.items():
            stem = f"{name}-{variant}" if variant else name
            scale_with_load(component, stem, request, deployment, request.autoscale)
    return served


def managed_endpoint_problems(name: str, args: Mapping[str, Any]) -> list[Problem]:
    """What is wrong with the inputs of a service on a managed online endpoint.

    Args:
        name: The component's name.
        args: Its inputs, as in `ScoringServiceArgs`.
    """
    problems = online_problems(name, args, "managed_endpoint")
    identity_id = known(args.get("managed_endpoint", {}).get("identity_id"))
    if identity_id is not None:
        problems += _identity_problems(identity_id)
    for key, collection in args.get("data_collection", {}).items():
        rate = collection.get("sampling_rate", 1)
        if not 0 <= rate <= 1:
            subject = f"data_collection.{key}.sampling_rate"
            problems.append(Problem(subject, "must be a number from 0 to 1", rate, "0.1"))
    return problems


def _identity_problems(identity_id: str) -> list[Problem]:
    try:
        ArmId.parse(identity_id, _IDENTITY)
    except InvalidArmId as error:
        rule = f"must be the ARM id of a user-assigned identity ({error.reason})"
        example = f"/subscriptions/<id>/resourceGroups/<group>/providers/{_IDENTITY}/<name>"
        return [Problem("managed_endpoint.identity_id", rule, identity_id, example)]
    return []


def _switch(*, on: bool) -> str:
    return "Enabled" if on else "Disabled"


def _collector(request: TargetRequest) -> aml.DataCollectorArgs | None:
    if not request.data_collection:
        return None
    return aml.DataCollectorArgs(
        collections={
            key: aml.CollectionArgs(
                data_collection_mode=aml.DataCollectionMode.ENABLED,
                data_id=collection.get("data_id"),
                sampling_rate=float(collection.get("sampling_rate", 1)),
            )
            for key, collection in request.data_collection.items()
        }
    )
