"""An online endpoint, as a ScoringService with the target `managed_endpoint` or `aks`; its deployments are not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from azureml_scoring.rules import check_image_stem
from azureml_scoring.targets._online import endpoint_stem

from tools.adopt.adoption import Adopted, Left, Setting
from tools.adopt.holding import row, same

if TYPE_CHECKING:
    from tools.adopt.export import Resource

ENDPOINT = "microsoft.machinelearningservices/workspaces/onlineendpoints"
DEPLOYMENT = f"{ENDPOINT}/deployments"
_AUTH = {"Key": "key", "AMLToken": "token"}
_NEW = (
    "a deployment's code, model and environment can't be changed, and the component names them by their content: the "
    "first update makes a deployment beside this one, waits until it is healthy and gives it the requests; then remove "
    "this one with `az ml online-deployment delete`"
)

_SETS = {
    path: same(None)
    for path in (
        *("resourceGroupName", "workspaceName", "endpointName", "location", "identity", "tags"),
        *(f"properties.{key}" for key in ("authMode", "compute", "publicNetworkAccess", "traffic", "mirrorTraffic")),
    )
}
"""What the component sets, or leaves to its traffic step."""
_NESTED = {"properties": "OnlineEndpointPropertiesArgs"}


def endpoint_refusals(endpoint: Resource, name: str) -> Iterator[str]:
    """Why an endpoint can't become a ScoringService: each reason by itself.

    Args:
        endpoint: What exists.
        name: Name of the component.
    """
    mode = endpoint.at("properties.authMode")
    if mode not in _AUTH:
        yield f"its authMode is {mode}, and a service has Key or AMLToken"
    yield from (str(problem) for problem in check_image_stem(name, "the name of its component"))


def adopt_endpoint(
    endpoint: Resource, name: str, workspace: Resource, storage_account: Any, export: Sequence[Resource]
) -> tuple[Adopted, list[Left]]:
    """The component of an endpoint, and its deployments, which are not adopted.

    Args:
        endpoint: What exists.
        name: Name of the component.
        workspace: The workspace that it is in.
        storage_account: The input that names the storage account of the workspace.
        export: All resources.
    """
    target, options = _target(endpoint)
    inputs: dict[str, Any] = {
        "resource_group_name": workspace.group,
        "workspace_name": workspace.name,
        "location": endpoint.at("location"),
        "target": target,
        "auth": _AUTH[endpoint.at("properties.authMode")],
        "base_image": Setting(f"{name}-base-image", "base image by digest, as an output reference of CustomBaseImage"),
        "entry_script": Setting(f"{name}-entry-script", "path of the entry script"),
        "requirements": Setting(f"{name}-requirements", "path of a file of pip's requirements"),
        "storage_account_name": storage_account,
        target: options,
    }
    if endpoint.at("tags"):
        inputs["tags"] = dict(endpoint.at("tags"))
    made = row(endpoint, "machinelearningservices:OnlineEndpoint", endpoint_stem(name), _SETS, _NESTED)
    prefix = f"{endpoint.id}/deployments/".lower()
    left = [Left(one.label, _NEW) for one in export if one.type == DEPLOYMENT and one.id.lower().startswith(prefix)]
    return Adopted("ScoringService", name, inputs, (made,)), left


def _target(endpoint: Resource) -> tuple[str, dict[str, Any]]:
    """The target, and its options."""
    options: dict[str, Any] = {"endpoint_name": endpoint.name}
    if compute := endpoint.at("properties.compute"):
        return "aks", options | {"compute_name": str(compute).rpartition("/")[2]}
    options["public_network_access"] = endpoint.at("properties.publicNetworkAccess") != "Disabled"
    users = sorted(endpoint.at("identity.userAssignedIdentities") or {})
    return "managed_endpoint", options | ({"identity_id": users[0]} if len(users) == 1 else {})
