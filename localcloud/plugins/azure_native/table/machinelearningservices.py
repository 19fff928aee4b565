"""Microsoft.MachineLearningServices: everything but the workspace keeps its `properties` in the SDK."""

from __future__ import annotations

from typing import Final

from localcloud.plugins.azure_native.resource_type import ResourceType
from localcloud.plugins.azure_native.table.common import GROUP, IDENTITY, LOCATION, names

_WORKSPACE = f"{GROUP}/providers/Microsoft.MachineLearningServices/workspaces/{{workspaceName}}"
_ENVIRONMENT = f"{_WORKSPACE}/environments/{{name}}"
_CODE = f"{_WORKSPACE}/codes/{{name}}"
_MODEL = f"{_WORKSPACE}/models/{{name}}"
_ENDPOINT = f"{_WORKSPACE}/onlineEndpoints/{{endpointName}}"
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

COMPUTE = ResourceType(
    token="azure-native:machinelearningservices:Compute",  # noqa: S106  a Pulumi type token, no credential
    path=f"{_WORKSPACE}/computes/{{computeName}}",
    version="2025-12-01",
    name_rule=(r"^[a-zA-Z][a-zA-Z0-9\-]{2,23}$", 3, 24),
    envelope=("location", "tags", "sku", "identity", "properties"),
    required=("resourceGroupName", "workspaceName", "properties.computeType"),
    create_only=LOCATION | {"properties.computeLocation", "properties.disableLocalAuth"},
    computed=(
        *IDENTITY,
        *(
            f"properties.{name}"
            for name in ("createdOn", "isAttachedCompute", "modifiedOn", "provisioningErrors", "provisioningState")
        ),
    ),
)

CODE_CONTAINER = ResourceType(
    token="azure-native:machinelearningservices:CodeContainer",  # noqa: S106  a Pulumi type token, no credential
    path=_CODE,
    version="2025-12-01",
    envelope=("properties",),
    required=_CHILD,
    computed=("properties.latestVersion", "properties.nextVersion", "properties.provisioningState"),
    located=False,
)

CODE_VERSION = ResourceType(
    token="azure-native:machinelearningservices:CodeVersion",  # noqa: S106  a Pulumi type token, no credential
    path=f"{_CODE}/versions/{{version}}",
    version="2025-12-01",
    envelope=("properties",),
    required=(*_CHILD, "name"),
    computed=("properties.provisioningState",),
    located=False,
)

MODEL_CONTAINER = ResourceType(
    token="azure-native:machinelearningservices:ModelContainer",  # noqa: S106  a Pulumi type token, no credential
    path=_MODEL,
    version="2025-12-01",
    envelope=("properties",),
    required=_CHILD,
    computed=("properties.latestVersion", "properties.nextVersion", "properties.provisioningState"),
    located=False,
)

MODEL_VERSION = ResourceType(
    token="azure-native:machinelearningservices:ModelVersion",  # noqa: S106  a Pulumi type token, no credential
    path=f"{_MODEL}/versions/{{version}}",
    version="2025-12-01",
    envelope=("properties",),
    required=(*_CHILD, "name"),
    computed=("properties.provisioningState",),
    located=False,
)

ONLINE_ENDPOINT = ResourceType(
    token="azure-native:machinelearningservices:OnlineEndpoint",  # noqa: S106  a Pulumi type token, no credential
    path=_ENDPOINT,
    version="2025-12-01",
    envelope=("location", "tags", "kind", "sku", "identity", "properties"),
    required=(*_CHILD, "properties.authMode"),
    create_only=LOCATION | {"properties.keys"},
    computed=(*IDENTITY, "properties.provisioningState", "properties.scoringUri", "properties.swaggerUri"),
)

ONLINE_DEPLOYMENT = ResourceType(
    token="azure-native:machinelearningservices:OnlineDeployment",  # noqa: S106  a Pulumi type token, no credential
    path=f"{_ENDPOINT}/deployments/{{deploymentName}}",
    version="2025-12-01",
    envelope=("location", "tags", "kind", "sku", "identity", "properties"),
    required=(*_CHILD, "endpointName", "properties.endpointComputeType"),
    create_only=LOCATION
    | {
        "properties.codeConfiguration.codeId",
        "properties.codeConfiguration.scoringScript",
        "properties.instanceType",
    },
    computed=(*IDENTITY, "properties.provisioningState"),
)
