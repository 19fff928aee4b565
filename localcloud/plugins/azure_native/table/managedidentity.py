"""Microsoft.ManagedIdentity."""

from __future__ import annotations

from localcloud.plugins.azure_native.resource_type import ResourceType
from localcloud.plugins.azure_native.table.common import GROUP, LOCATION

USER_ASSIGNED_IDENTITY = ResourceType(
    token="azure-native:managedidentity:UserAssignedIdentity",  # noqa: S106  a Pulumi type token, no credential
    path=f"{GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{{resourceName}}",
    version="2023-01-31",
    envelope=("location", "tags"),
    required=("resourceGroupName", "location"),
    create_only=LOCATION,
)
