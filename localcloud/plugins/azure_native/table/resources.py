"""Microsoft.Resources."""

from __future__ import annotations

from localcloud.plugins.azure_native.resource_type import ResourceType
from localcloud.plugins.azure_native.table.common import GROUP, LOCATION

RESOURCE_GROUP = ResourceType(
    token="azure-native:resources:ResourceGroup",  # noqa: S106  a Pulumi type token, no credential
    path=GROUP,
    version="2024-03-01",
    name_rule=(r"^[-\w\._\(\)]+$", 1, 90),
    envelope=("location", "tags", "managedBy", "properties"),
    required=("location",),
    create_only=LOCATION,
)
