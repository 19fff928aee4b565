"""The resource group that a cluster keeps its nodes in, and the identity that they pull images as."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localcloud.arm.errors import BadRequest, Conflict, InvalidResourceId
from localcloud.arm.identities import USER_ASSIGNED_TYPE
from localcloud.arm.ids import ResourceId

if TYPE_CHECKING:
    from localcloud.arm.resource_type import Request
    from localcloud.arm.store import Document


def check(request: Request) -> None:
    """Refuses a group that somebody else has, and an identity of the kubelets that is not there.

    Raises:
        Conflict: There is such a group, and it is not this cluster's.
        BadRequest: The identity is not there, or the cluster has no user-assigned one to assign it with.
    """
    existing = request.cloud.resources.find(_group_id(request))
    if existing is not None and str(existing.get("managedBy", "")).lower() != request.id.key:
        raise Conflict(
            f"The node resource group '{request.properties['nodeResourceGroup']}' exists already and is not managed "
            f"by the cluster '{request.id.name}'.",
            "NodeResourceGroupAlreadyExists",
        )
    given = _given(request)
    if given is None:
        return
    if _find_identity(request, given) is None:
        raise BadRequest(f"The kubelet identity '{given}' was not found.", "KubeletIdentityNotFound")
    if "UserAssigned" not in (request.document.get("identity") or {}).get("type", ""):
        raise BadRequest(
            "A custom kubelet identity needs a cluster with a user-assigned identity.",
            "CustomKubeletIdentityOnlySupportedOnUserAssignedMSICluster",
        )


def ensure(request: Request) -> None:
    """Makes the group and the identity, and shows the identity in the cluster's `identityProfile`."""
    cloud, group_id = request.cloud, _group_id(request)
    if cloud.resources.find(group_id) is None:
        tags = {"aks-managed-cluster-name": request.id.name, "aks-managed-cluster-rg": request.id.group}
        body = {"location": request.document["location"], "managedBy": request.id.text, "tags": tags}
        cloud.resources.put(cloud, group_id, body)
    identity = _own_identity(request) if _given(request) is None else _find_identity(request, _given(request) or "")
    if identity is None:
        raise BadRequest(f"The kubelet identity '{_given(request)}' was not found.", "KubeletIdentityNotFound")
    shown = {
        "resourceId": identity["id"],
        "clientId": identity["properties"]["clientId"],
        "objectId": identity["properties"]["principalId"],
    }
    request.properties["identityProfile"] = {"kubeletidentity": shown}


def remove(request: Request) -> None:
    """Takes the group with all in it along."""
    if request.properties.get("nodeResourceGroup"):
        request.cloud.resources.take_along(request.cloud, _group_id(request))


def _group_id(request: Request) -> ResourceId:
    group = request.properties["nodeResourceGroup"]
    return ResourceId.parse(f"/subscriptions/{request.id.subscription}/resourceGroups/{group}")


def _given(request: Request) -> str | None:
    """The id of an identity that the request names, and that is not the one made here."""
    profile = (request.properties.get("identityProfile") or {}).get("kubeletidentity") or {}
    found = profile.get("resourceId")
    return found if found and found.lower() != _own_id(request).key else None


def _own_id(request: Request) -> ResourceId:
    return ResourceId.parse(f"{_group_id(request)}/providers/{USER_ASSIGNED_TYPE}/{request.id.name}-agentpool")


def _own_identity(request: Request) -> Document:
    cloud, identity_id = request.cloud, _own_id(request)
    found = cloud.resources.find(identity_id)
    if found is None:
        found, _ = cloud.resources.put(cloud, identity_id, {"location": request.document["location"]})
    return found


def _find_identity(request: Request, identity_id: str) -> Document | None:
    try:
        parsed = ResourceId.parse(identity_id)
    except InvalidResourceId:
        return None
    return request.cloud.resources.find(parsed) if parsed.type.lower() == USER_ASSIGNED_TYPE.lower() else None
