"""Microsoft.KeyVault."""

from __future__ import annotations

from localcloud.plugins.azure_native.resource_type import ResourceType
from localcloud.plugins.azure_native.table.common import GROUP

VAULT = ResourceType(
    token="azure-native:keyvault:Vault",  # noqa: S106  a Pulumi type token, no credential
    path=f"{GROUP}/providers/Microsoft.KeyVault/vaults/{{vaultName}}",
    version="2024-11-01",
    name_rule=(r"^[a-zA-Z0-9-]{3,24}$", 3, 24),
    envelope=("location", "tags", "properties"),
    required=("resourceGroupName", "location", "properties", "properties.tenantId", "properties.sku"),
    # The API takes a vaultUri, the SDK does not.
    computed=tuple(
        f"properties.{name}"
        for name in ("provisioningState", "hsmPoolResourceId", "privateEndpointConnections", "vaultUri")
    ),
    subresources=("properties.accessPolicies",),
)
