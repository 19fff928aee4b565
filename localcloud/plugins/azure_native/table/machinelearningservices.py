"""Microsoft.MachineLearningServices: everything but the workspace keeps its `properties` in the SDK."""

from __future__ import annotations

from typing import Final

from localcloud.plugins.azure_native.resource_type import ResourceType
from localcloud.plugins.azure_native.table.common import GROUP, IDENTITY, LOCATION, names

_WORKSPACE = f"{GROUP}/providers/Microsoft.MachineLearningServices/workspaces/{{workspaceName}}"
_ENVIRONMENT = f"{_WORKSPACE}/environments/{{name}}"
_CHILD: Final = ("resourceGroupName", "workspaceName", "properties")

ML_WORKSPACE = ResourceType(
    token="azure-native:machinelearningservices:Workspace",  # noqa: S106  a Pulumi type token, no credential
    path=_WORKSPACE,
    version="2025-12-01",
    name_rule=(r"^[a-zA-Z0-9][a-zA-Z0-9_-]{2,32}$", 3, 33),
    envelope=("location", "tags", "sku", "kind", "identity"),
    settable=names(
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
    create_only=LOCATION,
    computed=(*IDENTITY, "managedNetwork.networkId", "managedNetwork.firewallPublicIpAddress"),
    nested=frozenset({"privateEndpointConnections[]", "sharedPrivateLinkResources[]"}),
)

CONNECTION = ResourceType(
    token="azure-native:machinelearningservices:WorkspaceConnection",  # noqa: S106  a Pulumi type token, no credential
    path=f"{_WORKSPACE}/connections/{{connectionName}}",
    version="2025-12-01",
    name_rule=(r"^[a-zA-Z0-9][a-zA-Z0-9_-]{2,32}$", 3, 33),
    envelope=("properties",),
    required=(*_CHILD, "properties.authType"),
    computed=("properties.createdByWorkspaceArmId", "properties.group"),
    located=False,
)

JOB = ResourceType(
    token="azure-native:machinelearningservices:Job",  # noqa: S106  a Pulumi type token, no credential
    path=f"{_WORKSPACE}/jobs/{{id}}",
    version="2025-12-01",
    envelope=("properties",),
    required=(*_CHILD, "properties.jobType"),
    create_only=frozenset(f"properties.resources.{name}" for name in ("instanceCount", "instanceType", "properties")),
    computed=("properties.parameters", "properties.status"),
    located=False,
)

ENVIRONMENT_CONTAINER = ResourceType(
    token="azure-native:machinelearningservices:EnvironmentContainer",  # noqa: S106  a Pulumi type token, no credential
    path=_ENVIRONMENT,
    version="2025-12-01",
    envelope=("properties",),
    required=_CHILD,
    computed=("properties.latestVersion", "properties.nextVersion", "properties.provisioningState"),
    located=False,
)

ENVIRONMENT_VERSION = ResourceType(
    token="azure-native:machinelearningservices:EnvironmentVersion",  # noqa: S106  a Pulumi type token, no credential
    path=f"{_ENVIRONMENT}/versions/{{version}}",
    version="2025-12-01",
    envelope=("properties",),
    required=(*_CHILD, "name"),
    create_only=frozenset(
        f"properties.{name}" for name in ("autoRebuild", "build", "condaFile", "image", "inferenceConfig", "osType")
    ),
    computed=("properties.environmentType", "properties.provisioningState"),
    located=False,
)

OUTBOUND_RULE = ResourceType(
    token="azure-native:machinelearningservices:ManagedNetworkSettingsRule",  # noqa: S106  a Pulumi type token, no credential
    path=f"{_WORKSPACE}/outboundRules/{{ruleName}}",
    version="2025-12-01",
    envelope=("properties",),
    required=(*_CHILD, "properties.type"),
    computed=("properties.errorInformation", "properties.parentRuleNames"),
    located=False,
)
