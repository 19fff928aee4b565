"""Microsoft.Authorization: below any scope."""

from __future__ import annotations

from localcloud.plugins.azure_native.resource_type import ResourceType
from localcloud.plugins.azure_native.table.common import names

ROLE_ASSIGNMENT = ResourceType(
    token="azure-native:authorization:RoleAssignment",  # noqa: S106  a Pulumi type token, no credential
    path="/{scope}/providers/Microsoft.Authorization/roleAssignments/{roleAssignmentName}",
    version="2022-04-01",
    settable=names(
        """
        condition conditionVersion delegatedManagedIdentityResourceId description principalId principalType
        roleDefinitionId
        """
    ),
    required=("scope", "principalId", "roleDefinitionId"),
    create_only=frozenset({"principalId"}),
    located=False,
)

ROLE_DEFINITION = ResourceType(
    token="azure-native:authorization:RoleDefinition",  # noqa: S106  a Pulumi type token, no credential
    path="/{scope}/providers/Microsoft.Authorization/roleDefinitions/{roleDefinitionId}",
    version="2022-05-01-preview",
    settable=("assignableScopes", "description", "permissions", "roleName", "roleType"),
    required=("scope",),
    located=False,
)
"""Read only: `getRoleDefinition`."""

LOCK = ResourceType(
    token="azure-native:authorization:ManagementLockByScope",  # noqa: S106  a Pulumi type token, no credential
    path="/{scope}/providers/Microsoft.Authorization/locks/{lockName}",
    version="2020-05-01",
    settable=("level", "notes", "owners"),
    required=("scope", "level"),
    located=False,
)
