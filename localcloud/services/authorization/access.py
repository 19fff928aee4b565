"""What a principal may do where: role assignments at a scope hold for everything below it (law L2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from localcloud.arm.errors import AuthorizationFailed
from localcloud.arm.ids import ResourceId, normalised
from localcloud.services.authorization import roles
from localcloud.services.authorization.roles import Role

if TYPE_CHECKING:
    from localcloud.arm.store import Document
    from localcloud.cloud import Cloud
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
    held = roles_at(cloud, principal_id, scope_id)
    if _abac(cloud, scope_id):
        return _allowed(held, _DATA_ACTIONS, Role.allows_data)
    return _allowed(held, _ACTIONS, Role.allows)


def _allowed(held: list[Role], actions: dict[str, str], allows: Callable[[Role, str], bool]) -> frozenset[str]:
    return frozenset(right for right, action in actions.items() if any(allows(role, action) for role in held))


def roles_at(cloud: Cloud, principal_id: str, scope: str) -> list[Role]:
    """The roles that a principal holds at a scope: assigned there or above."""
    found = (
        roles.find(assignment["properties"]["roleDefinitionId"])
        for assignment in cloud.resources.of_type(ASSIGNMENT_TYPE)
        if assignment["properties"]["principalId"].lower() == principal_id.lower()
        and _covers(assignment["properties"]["scope"], scope)
    )
    return [role for role in found if role is not None]


def _covers(scope: str, other: str) -> bool:
    upper, lower = normalised(scope).lower(), normalised(other).lower()
    return upper in {"/", lower} or lower.startswith(f"{upper}/")


def _abac(cloud: Cloud, registry_id: str) -> bool:
    registry: Document = cloud.resources.find(ResourceId.parse(registry_id)) or {}
    return bool(registry.get("properties", {}).get("roleAssignmentMode") == ABAC_MODE)
