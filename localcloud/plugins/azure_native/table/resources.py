"""Microsoft.Resources."""

from __future__ import annotations

from localcloud.plugins.azure_native.resource_type import ResourceType
from localcloud.plugins.azure_native.table.common import GROUP, LOCATION, names

RESOURCE_GROUP = ResourceType(
    token="azure-native:resources:ResourceGroup",  # noqa: S106  a Pulumi type token, no credential
    path=GROUP,
    version="2024-03-01",
    name_rule=(r"^[-\w\._\(\)]+$", 1, 90),
    envelope=("location", "tags", "managedBy", "properties"),
    required=("location",),
    create_only=LOCATION,
)

DEPLOYMENT = ResourceType(
    token="azure-native:resources:Deployment",  # noqa: S106  a Pulumi type token, no credential
    path=f"{GROUP}/providers/Microsoft.Resources/deployments/{{deploymentName}}",
    version="2024-03-01",
    name_rule=(r"^[-\w\._\(\)]+$", 1, 64),
    envelope=("location", "tags", "properties"),
    required=("resourceGroupName", "properties", "properties.mode"),
    computed=tuple(
        f"properties.{name}"
        for name in names(
            """
            correlationId dependencies duration error outputResources outputs providers provisioningState templateHash
            timestamp validatedResources
            """
        )
    ),
    located=False,
)
