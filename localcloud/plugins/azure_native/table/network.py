"""Microsoft.Network: objects in lists have `properties` of their own on the wire, which the SDK lifts."""

from __future__ import annotations

from typing import Final

from localcloud.plugins.azure_native.resource_type import ResourceType
from localcloud.plugins.azure_native.table.common import GROUP, LOCATION, names

_VIRTUAL_NETWORK = f"{GROUP}/providers/Microsoft.Network/virtualNetworks/{{virtualNetworkName}}"
_PRIVATE_ENDPOINT = f"{GROUP}/providers/Microsoft.Network/privateEndpoints/{{privateEndpointName}}"
_PRIVATE_ZONE = f"{GROUP}/providers/Microsoft.Network/privateDnsZones/{{privateZoneName}}"
_CONNECTIONS: Final = ("privateLinkServiceConnections[]", "manualPrivateLinkServiceConnections[]")
_COMPUTED_OF_SUBNET: Final = names(
    """
    ipConfigurationProfiles ipConfigurations privateEndpoints provisioningState purpose resourceNavigationLinks
    serviceAssociationLinks
    """
)
_NESTED_IN_SUBNET: Final = frozenset(
    names(
        """
        applicationGatewayIPConfigurations[] delegations[] ipConfigurations[] ipConfigurationProfiles[]
        networkSecurityGroup privateEndpoints[] resourceNavigationLinks[] routeTable serviceAssociationLinks[]
        serviceEndpointPolicies[]
        """
    )
)

VIRTUAL_NETWORK = ResourceType(
    token="azure-native:network:VirtualNetwork",  # noqa: S106  a Pulumi type token, no credential
    path=_VIRTUAL_NETWORK,
    version="2024-05-01",
    envelope=("location", "tags", "extendedLocation", "id"),
    settable=names(
        """
        addressSpace bgpCommunities ddosProtectionPlan dhcpOptions enableDdosProtection enableVmProtection encryption
        flowTimeoutInMinutes ipAllocations privateEndpointVNetPolicies subnets virtualNetworkPeerings
        """
    ),
    required=("resourceGroupName",),
    create_only=LOCATION,
    computed=tuple(f"subnets[].{name}" for name in _COMPUTED_OF_SUBNET),
    service_defaults=("subnets[].id",),
    nested=frozenset({"subnets[]", "virtualNetworkPeerings[]", "flowLogs[]"})
    | {f"subnets[].{name}" for name in _NESTED_IN_SUBNET},
    subresources=("subnets", "virtualNetworkPeerings"),
)

SUBNET = ResourceType(
    token="azure-native:network:Subnet",  # noqa: S106  a Pulumi type token, no credential
    path=f"{_VIRTUAL_NETWORK}/subnets/{{subnetName}}",
    version="2024-05-01",
    envelope=("id", "name", "type"),
    settable=names(
        """
        addressPrefix addressPrefixes applicationGatewayIPConfigurations defaultOutboundAccess delegations
        ipAllocations ipamPoolPrefixAllocations natGateway networkSecurityGroup privateEndpointNetworkPolicies
        privateLinkServiceNetworkPolicies routeTable serviceEndpointPolicies serviceEndpoints sharingScope
        """
    ),
    required=("resourceGroupName", "virtualNetworkName"),
    nested=_NESTED_IN_SUBNET,
    located=False,
)

PRIVATE_ENDPOINT = ResourceType(
    token="azure-native:network:PrivateEndpoint",  # noqa: S106  a Pulumi type token, no credential
    path=_PRIVATE_ENDPOINT,
    version="2024-05-01",
    envelope=("location", "tags", "extendedLocation", "id"),
    settable=names(
        """
        applicationSecurityGroups customDnsConfigs customNetworkInterfaceName ipConfigurations
        manualPrivateLinkServiceConnections privateLinkServiceConnections subnet
        """
    ),
    required=("resourceGroupName",),
    create_only=frozenset({"subnet"}),
    computed=tuple(
        f"{connections}.{name}" for connections in _CONNECTIONS for name in ("etag", "provisioningState", "type")
    ),
    nested=frozenset({*_CONNECTIONS, "ipConfigurations[]", "networkInterfaces[]", "subnet"}),
)

PRIVATE_DNS_ZONE_GROUP = ResourceType(
    token="azure-native:network:PrivateDnsZoneGroup",  # noqa: S106  a Pulumi type token, no credential
    path=f"{_PRIVATE_ENDPOINT}/privateDnsZoneGroups/{{privateDnsZoneGroupName}}",
    version="2024-05-01",
    envelope=("id", "name"),
    settable=("privateDnsZoneConfigs",),
    required=("resourceGroupName", "privateEndpointName"),
    computed=("privateDnsZoneConfigs[].recordSets",),
    nested=frozenset({"privateDnsZoneConfigs[]"}),
    located=False,
)

PRIVATE_ZONE = ResourceType(
    token="azure-native:privatedns:PrivateZone",  # noqa: S106  a Pulumi type token, no credential
    path=_PRIVATE_ZONE,
    version="2024-06-01",
    envelope=("location", "tags"),
    required=("resourceGroupName",),
)

VIRTUAL_NETWORK_LINK = ResourceType(
    token="azure-native:privatedns:VirtualNetworkLink",  # noqa: S106  a Pulumi type token, no credential
    path=f"{_PRIVATE_ZONE}/virtualNetworkLinks/{{virtualNetworkLinkName}}",
    version="2024-06-01",
    envelope=("location", "tags"),
    settable=("registrationEnabled", "resolutionPolicy", "virtualNetwork"),
    required=("resourceGroupName", "privateZoneName"),
)
