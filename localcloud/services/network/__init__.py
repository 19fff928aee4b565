"""Microsoft.Network: virtual networks, private endpoints and private DNS, as documents: no packet is routed."""

from __future__ import annotations

from localcloud.services.network.private_dns import PrivateDnsZoneGroups, PrivateDnsZones, VirtualNetworkLinks
from localcloud.services.network.private_endpoints import PrivateEndpoints
from localcloud.services.network.virtual_networks import Subnets, VirtualNetworks
from localcloud.services.privatelink.connections import PrivateEndpointConnections
from localcloud.services.privatelink.sub_resources import RESOURCE_TYPES

TYPES = (
    VirtualNetworks(),
    Subnets(),
    PrivateEndpoints(),
    PrivateDnsZoneGroups(),
    PrivateDnsZones(),
    VirtualNetworkLinks(),
    *map(PrivateEndpointConnections, RESOURCE_TYPES),
)
