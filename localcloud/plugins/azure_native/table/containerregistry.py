"""Microsoft.ContainerRegistry."""

from __future__ import annotations

from localcloud.plugins.azure_native.resource_type import ResourceType
from localcloud.plugins.azure_native.table.common import GROUP, IDENTITY, IP_RULES, LOCATION, names

_REGISTRY = f"{GROUP}/providers/Microsoft.ContainerRegistry/registries/{{registryName}}"

REGISTRY = ResourceType(
    token="azure-native:containerregistry:Registry",  # noqa: S106  a Pulumi type token, no credential
    path=_REGISTRY,
    version="2023-01-01-preview",
    name_rule=(r"^[a-zA-Z0-9]*$", 5, 50),
    envelope=("location", "tags", "sku", "identity"),
    settable=names(
        """
        adminUserEnabled anonymousPullEnabled dataEndpointEnabled encryption networkRuleBypassOptions
        networkRuleSet policies publicNetworkAccess zoneRedundancy
        """
    ),
    required=("resourceGroupName", "sku", "sku.name", "location"),
    create_only=LOCATION,
    computed=(
        *IDENTITY,
        "sku.tier",
        "policies.retentionPolicy.lastUpdatedTime",
        "policies.softDeletePolicy.lastUpdatedTime",
        "encryption.keyVaultProperties.versionedKeyIdentifier",
        "encryption.keyVaultProperties.keyRotationEnabled",
        "encryption.keyVaultProperties.lastKeyRotationTimestamp",
    ),
    renamed=IP_RULES,
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
    create_only=LOCATION,
    computed=IDENTITY,
    nested=frozenset({"runResult"}),
)

SCOPE_MAP = ResourceType(
    token="azure-native:containerregistry:ScopeMap",  # noqa: S106  a Pulumi type token, no credential
    path=f"{_REGISTRY}/scopeMaps/{{scopeMapName}}",
    version="2024-11-01-preview",
    name_rule=(r"^[a-zA-Z0-9-_]*$", 5, 50),
    settable=("actions", "description"),
    required=("resourceGroupName", "registryName", "actions"),
    located=False,
)

TOKEN = ResourceType(
    token="azure-native:containerregistry:Token",  # noqa: S106  a Pulumi type token, no credential
    path=f"{_REGISTRY}/tokens/{{tokenName}}",
    version="2024-11-01-preview",
    name_rule=(r"^[a-zA-Z0-9-]*$", 5, 50),
    settable=("credentials", "scopeMapId", "status"),
    required=("resourceGroupName", "registryName"),
    computed=("credentials.passwords[].value",),
    located=False,
)

REPLICATION = ResourceType(
    token="azure-native:containerregistry:Replication",  # noqa: S106  a Pulumi type token, no credential
    path=f"{_REGISTRY}/replications/{{replicationName}}",
    version="2024-11-01-preview",
    name_rule=(r"^[a-zA-Z0-9]*$", 5, 50),
    envelope=("location", "tags"),
    settable=("regionEndpointEnabled", "zoneRedundancy"),
    required=("resourceGroupName", "registryName", "location"),
    create_only=LOCATION,
)

AGENT_POOL = ResourceType(
    token="azure-native:containerregistry:AgentPool",  # noqa: S106  a Pulumi type token, no credential
    path=f"{_REGISTRY}/agentPools/{{agentPoolName}}",
    version="2019-06-01-preview",
    name_rule=(r"^[a-zA-Z0-9-]*$", 3, 20),
    envelope=("location", "tags"),
    settable=("count", "os", "tier", "virtualNetworkSubnetResourceId"),
    required=("resourceGroupName", "registryName", "location"),
    create_only=LOCATION,
)
