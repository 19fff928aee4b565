"""The identity that a workspace works as, and its right on the workspace's registry."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from localcloud.arm import identities
from localcloud.arm.ids import ResourceId
from localcloud.registry.authority import Principal
from localcloud.services.authorization import roles
from localcloud.services.authorization.access import ASSIGNMENT_TYPE
from localcloud.services.authorization.authority import RegistryAuthority

if TYPE_CHECKING:
    from localcloud.arm.store import Document
    from localcloud.cloud import Cloud

_CONTRIBUTOR = "b24988ac-6180-42a0-ab88-20f7382dd24c"
_NEEDED = frozenset({"pull", "push"})


def principal(workspace: Document) -> Principal:
    """Who the workspace is: its primary user-assigned identity where it has one, else its system-assigned one."""
    primary = workspace["properties"].get("primaryUserAssignedIdentity")
    assigned = identities.find_assigned(workspace, primary) if primary else None
    if assigned is not None:
        return Principal(assigned.principal_id, assigned.client_id)
    own = identities.principal_id(workspace) or ""
    return Principal(own, own)


def grant_registry(cloud: Cloud, workspace: Document, registry_id: str) -> None:
    """What Azure ML does for a system-assigned identity: Contributor on the workspace's registry.

    A user-assigned identity gets its rights from who made it.
    """
    own = identities.principal_id(workspace)
    if own:
        assign(cloud, own, registry_id)


def assign(cloud: Cloud, principal_id: str, registry_id: str) -> None:
    """Contributor on a registry, once."""
    name = uuid.uuid5(uuid.NAMESPACE_URL, f"{registry_id.lower()} {principal_id}")
    assignment = ResourceId.parse(f"{registry_id}/providers/{ASSIGNMENT_TYPE}/{name}")
    if cloud.resources.find(assignment) is not None or _has_contributor(cloud, principal_id, registry_id):
        return
    definition = f"/subscriptions/{cloud.settings.subscription_id}/providers/{roles.TYPE}/{_CONTRIBUTOR}"
    properties = {"roleDefinitionId": definition, "principalId": principal_id, "principalType": "ServicePrincipal"}
    cloud.resources.put(cloud, assignment, {"properties": properties})


def _has_contributor(cloud: Cloud, principal_id: str, registry_id: str) -> bool:
    return any(
        assignment["properties"]["principalId"] == principal_id
        and assignment["properties"]["roleDefinitionId"].lower().endswith(_CONTRIBUTOR)
        for assignment in cloud.resources.below(f"{registry_id}/providers", ASSIGNMENT_TYPE)
    )


def may_build(cloud: Cloud, workspace: Document, registry: Document) -> bool:
    """Whether the workspace may pull from and push to its registry, with the admin user or as itself."""
    if registry["properties"].get("adminUserEnabled"):
        return True
    login_server = registry["properties"]["loginServer"]
    return RegistryAuthority(cloud).rights(login_server, principal(workspace), "azureml") >= _NEEDED
