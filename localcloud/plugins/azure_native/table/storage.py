"""Microsoft.Storage."""

from __future__ import annotations

from localcloud.plugins.azure_native.resource_type import ResourceType
from localcloud.plugins.azure_native.table.common import GROUP, IDENTITY, IP_RULES, LOCATION, names

_ACCOUNT = f"{GROUP}/providers/Microsoft.Storage/storageAccounts/{{accountName}}"

STORAGE_ACCOUNT = ResourceType(
    token="azure-native:storage:StorageAccount",  # noqa: S106  a Pulumi type token, no credential
    path=_ACCOUNT,
    version="2024-01-01",
    name_rule=(r"^[a-z0-9]+$", 3, 24),
    envelope=("location", "tags", "sku", "kind", "identity", "extendedLocation"),
    settable=names(
        """
        accessTier allowBlobPublicAccess allowCrossTenantReplication allowSharedKeyAccess allowedCopyScope
        azureFilesIdentityBasedAuthentication customDomain defaultToOAuthAuthentication dnsEndpointType
        enableExtendedGroups enableHttpsTrafficOnly enableNfsV3 encryption immutableStorageWithVersioning
        isHnsEnabled isLocalUserEnabled isSftpEnabled keyPolicy largeFileSharesState minimumTlsVersion
        networkRuleSet publicNetworkAccess routingPreference sasPolicy
        """
    ),
    required=("resourceGroupName", "kind", "sku", "sku.name", "location"),
    create_only=LOCATION | {"isHnsEnabled"},
    computed=(*IDENTITY, "sku.tier"),
    renamed={
        "enableHttpsTrafficOnly": "supportsHttpsTrafficOnly",
        "enableNfsV3": "isNfsV3Enabled",
        "networkRuleSet": "networkAcls",
        **IP_RULES,
    },
    nested=frozenset({"privateEndpointConnections[]"}),
)

BLOB_CONTAINER = ResourceType(
    token="azure-native:storage:BlobContainer",  # noqa: S106  a Pulumi type token, no credential
    path=f"{_ACCOUNT}/blobServices/default/containers/{{containerName}}",
    version="2024-01-01",
    name_rule=(r"", 3, 63),
    settable=names(
        """
        defaultEncryptionScope denyEncryptionScopeOverride enableNfsV3AllSquash enableNfsV3RootSquash
        immutableStorageWithVersioning metadata publicAccess
        """
    ),
    required=("resourceGroupName", "accountName"),
    located=False,
)
