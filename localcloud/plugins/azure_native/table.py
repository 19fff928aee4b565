"""The resource types of azure-native that are stood in for: every fact that tells one from another.

Names, versions and inputs are those of the azure-native SDK 3.29 (a test compares them); create-only properties are
what azure-native marks as forcing a replacement: its own table plus `x-ms-mutability` of the specifications.
"""

from __future__ import annotations

from typing import Final

from localcloud.plugins.azure_native.resource_type import ResourceType
from localcloud.plugins.naming import AutoName

_GROUP = "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}"
_ACCOUNT = f"{_GROUP}/providers/Microsoft.Storage/storageAccounts/{{accountName}}"
_REGISTRY = f"{_GROUP}/providers/Microsoft.ContainerRegistry/registries/{{registryName}}"
_IDENTITY: Final = ("identity.principalId", "identity.tenantId")
_LOCATION: Final = frozenset({"location"})
_IP_RULES: Final = {
    "networkRuleSet.ipRules[].iPAddressOrRange": "value",
    "networkRuleSet.virtualNetworkRules[].virtualNetworkResourceId": "id",
}


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


RESOURCE_GROUP = ResourceType(
    token="azure-native:resources:ResourceGroup",  # noqa: S106  a Pulumi type token, no credential
    path=_GROUP,
    version="2024-03-01",
    name_rule=(r"^[-\w\._\(\)]+$", 1, 90),
    envelope=("location", "tags", "managedBy", "properties"),
    required=("location",),
    create_only=_LOCATION,
)
STORAGE_ACCOUNT = ResourceType(
    token="azure-native:storage:StorageAccount",  # noqa: S106  a Pulumi type token, no credential
    path=_ACCOUNT,
    version="2024-01-01",
    name_rule=(r"^[a-z0-9]+$", 3, 24),
    envelope=("location", "tags", "sku", "kind", "identity", "extendedLocation"),
    settable=_names(
        """
        accessTier allowBlobPublicAccess allowCrossTenantReplication allowSharedKeyAccess allowedCopyScope
        azureFilesIdentityBasedAuthentication customDomain defaultToOAuthAuthentication dnsEndpointType
        enableExtendedGroups enableHttpsTrafficOnly enableNfsV3 encryption immutableStorageWithVersioning
        isHnsEnabled isLocalUserEnabled isSftpEnabled keyPolicy largeFileSharesState minimumTlsVersion
        networkRuleSet publicNetworkAccess routingPreference sasPolicy
        """
    ),
    required=("resourceGroupName", "kind", "sku", "sku.name", "location"),
    create_only=_LOCATION | {"isHnsEnabled"},
    computed=(*_IDENTITY, "sku.tier"),
    renamed={
        "enableHttpsTrafficOnly": "supportsHttpsTrafficOnly",
        "enableNfsV3": "isNfsV3Enabled",
        "networkRuleSet": "networkAcls",
        **_IP_RULES,
    },
    nested=frozenset({"privateEndpointConnections[]"}),
)
BLOB_CONTAINER = ResourceType(
    token="azure-native:storage:BlobContainer",  # noqa: S106  a Pulumi type token, no credential
    path=f"{_ACCOUNT}/blobServices/default/containers/{{containerName}}",
    version="2024-01-01",
    name_rule=(r"", 3, 63),
    settable=_names(
        """
        defaultEncryptionScope denyEncryptionScopeOverride enableNfsV3AllSquash enableNfsV3RootSquash
        immutableStorageWithVersioning metadata publicAccess
        """
    ),
    required=("resourceGroupName", "accountName"),
    located=False,
)
VAULT = ResourceType(
    token="azure-native:keyvault:Vault",  # noqa: S106  a Pulumi type token, no credential
    path=f"{_GROUP}/providers/Microsoft.KeyVault/vaults/{{vaultName}}",
    version="2024-11-01",
    name_rule=(r"^[a-zA-Z0-9-]{3,24}$", 3, 24),
    envelope=("location", "tags", "properties"),
    required=("resourceGroupName", "location", "properties", "properties.tenantId", "properties.sku"),
    computed=("properties.provisioningState", "properties.hsmPoolResourceId", "properties.privateEndpointConnections"),
    service_defaults=("properties.vaultUri",),
    subresources=("properties.accessPolicies",),
)
LOG_WORKSPACE = ResourceType(
    token="azure-native:operationalinsights:Workspace",  # noqa: S106  a Pulumi type token, no credential
    path=f"{_GROUP}/providers/Microsoft.OperationalInsights/workspaces/{{workspaceName}}",
    version="2023-09-01",
    name_rule=(r"^[A-Za-z0-9][A-Za-z0-9-]+[A-Za-z0-9]$", 4, 63),
    envelope=("location", "tags", "identity"),
    settable=_names(
        """
        defaultDataCollectionRuleResourceId features forceCmkForQuery publicNetworkAccessForIngestion
        publicNetworkAccessForQuery retentionInDays sku workspaceCapping
        """
    ),
    required=("resourceGroupName", "location"),
    create_only=_LOCATION,
    computed=(
        *_IDENTITY,
        "sku.lastSkuUpdate",
        "workspaceCapping.quotaNextResetTime",
        "workspaceCapping.dataIngestionStatus",
    ),
)
COMPONENT = ResourceType(
    token="azure-native:applicationinsights:Component",  # noqa: S106  a Pulumi type token, no credential
    path=f"{_GROUP}/providers/Microsoft.Insights/components/{{resourceName}}",
    version="2020-02-02",
    envelope=("location", "tags", "kind"),
    settable=_names(
        """
        applicationType disableIpMasking disableLocalAuth flowType forceCustomerStorageForProfiler hockeyAppId
        immediatePurgeDataOn30Days ingestionMode publicNetworkAccessForIngestion publicNetworkAccessForQuery
        requestSource retentionInDays samplingPercentage workspaceResourceId
        """
    ),
    required=("resourceGroupName", "kind", "applicationType", "location"),
    create_only=_LOCATION,
    renamed={
        "applicationType": "Application_Type",
        "flowType": "Flow_Type",
        "requestSource": "Request_Source",
        # These differ in their first letter only.
        **{
            f"{name[0].lower()}{name[1:]}": name
            for name in (
                "AppId",
                "ApplicationId",
                "ConnectionString",
                "CreationDate",
                "DisableIpMasking",
                "DisableLocalAuth",
                "ForceCustomerStorageForProfiler",
                "HockeyAppId",
                "HockeyAppToken",
                "ImmediatePurgeDataOn30Days",
                "IngestionMode",
                "InstrumentationKey",
                "PrivateLinkScopedResources",
                "RetentionInDays",
                "SamplingPercentage",
                "TenantId",
                "WorkspaceResourceId",
            )
        },
        "laMigrationDate": "LaMigrationDate",
    },
)
ML_WORKSPACE = ResourceType(
    token="azure-native:machinelearningservices:Workspace",  # noqa: S106  a Pulumi type token, no credential
    path=f"{_GROUP}/providers/Microsoft.MachineLearningServices/workspaces/{{workspaceName}}",
    version="2025-12-01",
    name_rule=(r"^[a-zA-Z0-9][a-zA-Z0-9_-]{2,32}$", 3, 33),
    envelope=("location", "tags", "sku", "kind", "identity"),
    settable=_names(
        """
        allowPublicAccessWhenBehindVnet applicationInsights associatedWorkspaces containerRegistry description
        discoveryUrl enableDataIsolation enableServiceSideCMKEncryption encryption featureStoreSettings
        friendlyName hbiWorkspace hubResourceId imageBuildCompute keyVault managedNetwork
        primaryUserAssignedIdentity provisionNetworkNow publicNetworkAccess serverlessComputeSettings
        serviceManagedResourcesSettings sharedPrivateLinkResources storageAccount systemDatastoresAuthMode
        v1LegacyMode workspaceHubConfig
        """
    ),
    required=("resourceGroupName",),
    create_only=_LOCATION,
    computed=(*_IDENTITY, "managedNetwork.networkId", "managedNetwork.firewallPublicIpAddress"),
    nested=frozenset({"privateEndpointConnections[]", "sharedPrivateLinkResources[]"}),
)
REGISTRY = ResourceType(
    token="azure-native:containerregistry:Registry",  # noqa: S106  a Pulumi type token, no credential
    path=_REGISTRY,
    version="2023-01-01-preview",
    name_rule=(r"^[a-zA-Z0-9]*$", 5, 50),
    envelope=("location", "tags", "sku", "identity"),
    settable=_names(
        """
        adminUserEnabled anonymousPullEnabled dataEndpointEnabled encryption networkRuleBypassOptions
        networkRuleSet policies publicNetworkAccess zoneRedundancy
        """
    ),
    required=("resourceGroupName", "sku", "sku.name", "location"),
    create_only=_LOCATION,
    computed=(
        *_IDENTITY,
        "sku.tier",
        "policies.retentionPolicy.lastUpdatedTime",
        "policies.softDeletePolicy.lastUpdatedTime",
        "encryption.keyVaultProperties.versionedKeyIdentifier",
        "encryption.keyVaultProperties.keyRotationEnabled",
        "encryption.keyVaultProperties.lastKeyRotationTimestamp",
    ),
    renamed=_IP_RULES,
    nested=frozenset({"privateEndpointConnections[]"}),
)
TASK_RUN = ResourceType(
    token="azure-native:containerregistry:TaskRun",  # noqa: S106  a Pulumi type token, no credential
    path=f"{_REGISTRY}/taskRuns/{{taskRunName}}",
    version="2019-06-01-preview",
    name_rule=(r"^[a-zA-Z0-9-]*$", 5, 50),
    envelope=("location", "identity"),
    settable=("forceUpdateTag", "runRequest"),
    required=("resourceGroupName", "registryName"),
    create_only=_LOCATION,
    computed=_IDENTITY,
    nested=frozenset({"runResult"}),
)
ROLE_ASSIGNMENT = ResourceType(
    token="azure-native:authorization:RoleAssignment",  # noqa: S106  a Pulumi type token, no credential
    path="/{scope}/providers/Microsoft.Authorization/roleAssignments/{roleAssignmentName}",
    version="2022-04-01",
    auto_name=AutoName.UUID,
    settable=_names(
        """
        condition conditionVersion delegatedManagedIdentityResourceId description principalId principalType
        roleDefinitionId
        """
    ),
    required=("scope", "principalId", "roleDefinitionId"),
    create_only=frozenset({"principalId"}),
    located=False,
)
CONTAINER_GROUP = ResourceType(
    token="azure-native:containerinstance:ContainerGroup",  # noqa: S106  a Pulumi type token, no credential
    path=f"{_GROUP}/providers/Microsoft.ContainerInstance/containerGroups/{{containerGroupName}}",
    version="2024-05-01-preview",
    envelope=("location", "tags", "identity", "zones"),
    settable=_names(
        """
        confidentialComputeProperties containerGroupProfile containers diagnostics dnsConfig
        encryptionProperties extensions imageRegistryCredentials initContainers ipAddress osType priority
        restartPolicy sku standbyPoolProfile subnetIds volumes
        """
    ),
    required=(
        "resourceGroupName",
        "containers",
        "containers[].name",
        "imageRegistryCredentials[].server",
        "ipAddress.type",
        "ipAddress.ports",
    ),
    computed=(*_IDENTITY, "ipAddress.fqdn", "containers[].instanceView", "initContainers[].instanceView"),
    service_defaults=("ipAddress.ip",),
    nested=frozenset({"containers[]", "initContainers[]", "extensions[]"}),
)

RESOURCE_TYPES: Final = (
    RESOURCE_GROUP,
    STORAGE_ACCOUNT,
    BLOB_CONTAINER,
    VAULT,
    LOG_WORKSPACE,
    COMPONENT,
    ML_WORKSPACE,
    REGISTRY,
    TASK_RUN,
    ROLE_ASSIGNMENT,
    CONTAINER_GROUP,
)
