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
from localcloud.plugins.azure_native.table.containerservice import AGENT_POOL as CLUSTER_AGENT_POOL
from localcloud.plugins.azure_native.table.containerservice import EXTENSION, MANAGED_CLUSTER
from localcloud.plugins.azure_native.table.keyvault import VAULT
from localcloud.plugins.azure_native.table.machinelearningservices import (
    CODE_CONTAINER,
    CODE_VERSION,
    COMPUTE,
    CONNECTION,
    ENVIRONMENT_CONTAINER,
    ENVIRONMENT_VERSION,
    JOB,
    ML_WORKSPACE,
    MODEL_CONTAINER,
    MODEL_VERSION,
    ONLINE_DEPLOYMENT,
    ONLINE_ENDPOINT,
    OUTBOUND_RULE,
)
from localcloud.plugins.azure_native.table.managedidentity import USER_ASSIGNED_IDENTITY
from localcloud.plugins.azure_native.table.monitor import (
    AUTOSCALE_SETTING,
    COMPONENT,
    DIAGNOSTIC_SETTING,
    LOG_WORKSPACE,
)
from localcloud.plugins.azure_native.table.network import (
    PRIVATE_DNS_ZONE_GROUP,
    PRIVATE_ENDPOINT,
    PRIVATE_ZONE,
    SUBNET,
    VIRTUAL_NETWORK,
    VIRTUAL_NETWORK_LINK,
)
from localcloud.plugins.azure_native.table.resources import DEPLOYMENT, RESOURCE_GROUP
from localcloud.plugins.azure_native.table.storage import BLOB_CONTAINER, STORAGE_ACCOUNT

RESOURCE_TYPES: Final = (
    RESOURCE_GROUP,
    DEPLOYMENT,
    STORAGE_ACCOUNT,
    BLOB_CONTAINER,
    VAULT,
    LOG_WORKSPACE,
    COMPONENT,
    DIAGNOSTIC_SETTING,
    AUTOSCALE_SETTING,
    ML_WORKSPACE,
    COMPUTE,
    CONNECTION,
    JOB,
    ENVIRONMENT_CONTAINER,
    ENVIRONMENT_VERSION,
    CODE_CONTAINER,
    CODE_VERSION,
    MODEL_CONTAINER,
    MODEL_VERSION,
    ONLINE_ENDPOINT,
    ONLINE_DEPLOYMENT,
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
    MANAGED_CLUSTER,
    CLUSTER_AGENT_POOL,
    EXTENSION,
    USER_ASSIGNED_IDENTITY,
    VIRTUAL_NETWORK,
    SUBNET,
    PRIVATE_ENDPOINT,
    PRIVATE_DNS_ZONE_GROUP,
    PRIVATE_ZONE,
    VIRTUAL_NETWORK_LINK,
)
