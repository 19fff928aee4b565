"""Microsoft.ContainerInstance."""

from __future__ import annotations

from localcloud.plugins.azure_native.resource_type import ResourceType
from localcloud.plugins.azure_native.table.common import GROUP, IDENTITY, names

CONTAINER_GROUP = ResourceType(
    token="azure-native:containerinstance:ContainerGroup",  # noqa: S106  a Pulumi type token, no credential
    path=f"{GROUP}/providers/Microsoft.ContainerInstance/containerGroups/{{containerGroupName}}",
    version="2024-05-01-preview",
    envelope=("location", "tags", "identity", "zones"),
    settable=names(
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
    computed=(*IDENTITY, "ipAddress.fqdn", "containers[].instanceView", "initContainers[].instanceView"),
    service_defaults=("ipAddress.ip",),
    nested=frozenset({"containers[]", "initContainers[]", "extensions[]"}),
)
