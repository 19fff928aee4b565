"""What a principal may do where: role assignments at a scope hold for everything below it (law L2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from localcloud.arm.errors import AuthorizationFailed
from localcloud.arm.ids import ResourceId, covers
from localcloud.services.authorization import roles

if TYPE_CHECKING:
    from localcloud.arm.store import Document
    from localcloud.cloud import Cloud
    from localcloud.services.authorization.roles import Role
    from localcloud.services.entra.principal import Principal

ASSIGNMENT_TYPE = "Microsoft.Authorization/roleAssignments"
ABAC_MODE = "AbacRepositoryPermissions"
_REGISTRY = "Microsoft.ContainerRegistry/registries"
_ACTIONS = {
    "pull": f"{_REGISTRY}/pull/read",
    "push": f"{_REGISTRY}/push/write",
    "delete": f"{_REGISTRY}/artifacts/delete",
    "catalog": f"{_REGISTRY}/pull/read",
}
_DATA_ACTIONS = {
    "pull": f"{_REGISTRY}/repositories/content/read",
    "push": f"{_REGISTRY}/repositories/content/write",
    "delete": f"{_REGISTRY}/repositories/content/delete",
    "catalog": f"{_REGISTRY}/catalog/read",
}


@dataclass(frozen=True, slots=True)
class Held:
    """A role that is assigned to a principal.

    Attributes:
        assignment: The assignment's document.
        effective_at: When it begins to have an effect: `createdOn` and the lag.
    """

    role: Role
    assignment: Document
    effective_at: datetime


def authorize(cloud: Cloud, principal: Principal, action: str, scope: str) -> None:
    """Raises AuthorizationFailed unless the principal may do this here; the deployer may do everything."""
    if principal.object_id == cloud.settings.object_id:
        return
    if not any(role.allows(action) for role in roles_at(cloud, principal.object_id, scope)):
        raise AuthorizationFailed(principal.client_id, principal.object_id, action, scope)


def rights(cloud: Cloud, principal_id: str, scope_id: str) -> frozenset[str]:
    """Which of `pull`, `push`, `delete` and `catalog` a principal has on the images of a registry.

    Args:
        cloud: Where the assignments are.
        principal_id: Object id of a service principal or a managed identity.
        scope_id: The registry's resource id.
    """
    held, abac = roles_at(cloud, principal_id, scope_id), is_abac(cloud, scope_id)
    return frozenset(right for right in _ACTIONS if any(grants(role, right, abac=abac) for role in held))


def grants(role: Role, right: str, *, abac: bool) -> bool:
    """Whether a role has a right on images: in ABAC mode by its data actions, else by its actions."""
    return role.allows_data(_DATA_ACTIONS[right]) if abac else role.allows(_ACTIONS[right])


def roles_at(cloud: Cloud, principal_id: str, scope: str) -> list[Role]:
    """The roles that a principal holds at a scope: assigned there or above, and known by now (law L3)."""
    now = cloud.clock.now()
    return [held.role for held in assignments_at(cloud, principal_id, scope) if held.effective_at <= now]


def assignments_at(cloud: Cloud, principal_id: str, scope: str) -> list[Held]:
    """Every role that is assigned to a principal at a scope or above, also one whose lag is not over yet."""
    return [
        held for held in assignments_of(cloud, principal_id) if covers(held.assignment["properties"]["scope"], scope)
    ]


def assignments_of(cloud: Cloud, principal_id: str) -> list[Held]:
    """Every role that is assigned to a principal, wherever."""
    lag = timedelta(seconds=cloud.clock.lag.roles)
    found = (
        (roles.find(assignment["properties"]["roleDefinitionId"]), assignment)
        for assignment in cloud.resources.of_type(ASSIGNMENT_TYPE)
        if assignment["properties"]["principalId"].lower() == principal_id.lower()
    )
    return [
        Held(role, assignment, datetime.fromisoformat(assignment["properties"]["createdOn"]) + lag)
        for role, assignment in found
        if role is not None
    ]


def is_abac(cloud: Cloud, registry_id: str) -> bool:
    """Whether a registry asks for data actions, and ignores AcrPull and Owner."""
    registry: Document = cloud.resources.find(ResourceId.parse(registry_id)) or {}
    return bool(registry.get("properties", {}).get("roleAssignmentMode") == ABAC_MODE)
