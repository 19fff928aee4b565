"""Role assignments: their names, and the one that lets a principal pull."""

import uuid
from enum import Enum

import pulumi
from pulumi_azure_native import authorization

from .._component import Component
from ..rules import ArmId

ACR_PULL = "7f951dda-4ed3-4680-a7ca-43fe172d538d"
"""Azure's built-in role AcrPull."""

REPOSITORY_READER = "b93aa761-3e63-49ed-ac28-beffa264f7ac"
"""Azure's built-in role Container Registry Repository Reader: a registry in ABAC mode ignores AcrPull."""


class RoleAssignmentMode(str, Enum):
    """Which roles count at a registry, as Azure calls it."""

    LEGACY_REGISTRY_PERMISSIONS = "LegacyRegistryPermissions"
    """Roles of the whole registry, such as AcrPull."""
    ABAC_REPOSITORY_PERMISSIONS = "AbacRepositoryPermissions"
    """Roles of repositories, such as Container Registry Repository Reader; AcrPull and AcrPush are ignored."""


PULL_ROLES = {
    RoleAssignmentMode.LEGACY_REGISTRY_PERMISSIONS: ACR_PULL,
    RoleAssignmentMode.ABAC_REPOSITORY_PERMISSIONS: REPOSITORY_READER,
}
"""The least role that pulls, by the registry's mode."""


def grant_name(scope: str, principal_id: str, role: str) -> str:
    """The name of a role assignment: a GUID that is the same whenever scope, principal and role are."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{scope.lower()}|{principal_id}|{role}"))


def role_definition_id(subscription_id: str, role: str) -> str:
    """ARM id of a built-in role in a subscription."""
    return f"/subscriptions/{subscription_id}/providers/Microsoft.Authorization/roleDefinitions/{role}"


def grant_pull(
    component: Component,
    name: str,
    registry_id: pulumi.Output[str],
    principal_id: pulumi.Output[str],
    mode: RoleAssignmentMode,
) -> authorization.RoleAssignment:
    """Lets a service principal, or an identity, pull from a registry and do nothing else.

    Args:
        component: Parent of the role assignment.
        name: Its name.
        registry_id: ARM id of the registry: the scope.
        principal_id: Object id of the service principal or identity.
        mode: Which roles count at the registry.
    """
    role = PULL_ROLES[mode]
    return authorization.RoleAssignment(
        name,
        role_assignment_name=pulumi.Output.all(registry_id, principal_id).apply(
            lambda ids: grant_name(ids[0], ids[1], role)
        ),
        scope=registry_id,
        principal_id=principal_id,
        # Without the type Azure looks the principal up, and a new one may not have arrived there yet.
        principal_type=authorization.PrincipalType.SERVICE_PRINCIPAL,
        role_definition_id=registry_id.apply(lambda text: role_definition_id(ArmId.parse(text).subscription_id, role)),
        opts=component.child(),
    )
