"""The resource types of azure-native that are stood in for: every fact that tells one from another.

Names, versions and inputs are those of the azure-native SDK 3.29 (a test compares them); create-only properties are
what azure-native marks as forcing a replacement: its own table plus `x-ms-mutability` of the specifications.
"""

from __future__ import annotations

from typing import Final

from localcloud.plugins.azure_native.table.authorization import LOCK, ROLE_ASSIGNMENT
from localcloud.plugins.azure_native.table.containerinstance import CONTAINER_GROUP
from localcloud.plugins.azure_native.table.containerregistry import (
    AGENT_POOL,
    REGISTRY,
    REPLICATION,
    SCOPE_MAP,
    TASK_RUN,
    TOKEN,
)
from localcloud.plugins.azure_native.table.keyvault import VAULT
from localcloud.plugins.azure_native.table.machinelearningservices import (
    CONNECTION,
    ENVIRONMENT_CONTAINER,
    ENVIRONMENT_VERSION,
    JOB,
    ML_WORKSPACE,
    OUTBOUND_RULE,
)
from localcloud.plugins.azure_native.table.managedidentity import USER_ASSIGNED_IDENTITY
from localcloud.plugins.azure_native.table.monitor import COMPONENT, DIAGNOSTIC_SETTING, LOG_WORKSPACE
from localcloud.plugins.azure_native.table.network import (
    PRIVATE_DNS_ZONE_GROUP,
    PRIVATE_ENDPOINT,
    PRIVATE_ZONE,
    SUBNET,
    VIRTUAL_NETWORK,
    VIRTUAL_NETWORK_LINK,
)
from localcloud.plugins.azure_native.table.resources import RESOURCE_GROUP
from localcloud.plugins.azure_native.table.storage import BLOB_CONTAINER, STORAGE_ACCOUNT

RESOURCE_TYPES: Final = (
    RESOURCE_GROUP,
    STORAGE_ACCOUNT,
    BLOB_CONTAINER,
    VAULT,
    LOG_WORKSPACE,
    COMPONENT,
    DIAGNOSTIC_SETTING,
    ML_WORKSPACE,
    CONNECTION,
    JOB,
    ENVIRONMENT_CONTAINER,
    ENVIRONMENT_VERSION,
    OUTBOUND_RULE,
    REGISTRY,
    TASK_RUN,
    SCOPE_MAP,
    TOKEN,
    AGENT_POOL,
    REPLICATION,
    ROLE_ASSIGNMENT,
    LOCK,
    CONTAINER_GROUP,
    USER_ASSIGNED_IDENTITY,
    VIRTUAL_NETWORK,
    SUBNET,
    PRIVATE_ENDPOINT,
    PRIVATE_DNS_ZONE_GROUP,
    PRIVATE_ZONE,
    VIRTUAL_NETWORK_LINK,
)
