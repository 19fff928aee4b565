"""Virtual networks and their subnets: names and address ranges."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import TYPE_CHECKING, Any

from localcloud.arm import paths
from localcloud.arm.ids import ResourceId
from localcloud.arm.resource_type import Facts, Request, ResourceType
from localcloud.services.network.errors import (
    InvalidAddressPrefix,
    NetworkPropertyMissing,
    SubnetInUse,
    SubnetOutsideNetwork,
    SubnetsOverlap,
)

if TYPE_CHECKING:
    from localcloud.arm.store import Document
    from localcloud.cloud import Cloud

NETWORK_TYPE = "Microsoft.Network/virtualNetworks"
ENDPOINT_TYPE = "Microsoft.Network/privateEndpoints"
SUBNET_TYPE = f"{NETWORK_TYPE}/subnets"
_CONTAINER_GROUP_TYPE = "Microsoft.ContainerInstance/containerGroups"
_NAME = r"[a-zA-Z0-9](?:[-\w.]{0,78}\w)?"
_Range = IPv4Network | IPv6Network


class VirtualNetworks(ResourceType):
    """`Microsoft.Network/virtualNetworks`; subnets that a write leaves out stay."""

    type = NETWORK_TYPE
    asynchronous = True
    facts = Facts(
        name_rule=_NAME,
        objects=("properties.addressSpace", "properties.subnets[]", "properties.subnets[].properties"),
        read_only=("etag", "properties.provisioningState", "properties.resourceGuid"),
        defaults={"properties.enableDdosProtection": False, "properties.virtualNetworkPeerings": []},
    )

    def admit(self, request: Request) -> None:
        """A place and addresses; subnets that fit in."""
        if not request.document.get("location"):
            raise NetworkPropertyMissing("location", request.id.text)
        prefixes = next(iter(paths.values(request.document, "properties.addressSpace.addressPrefixes")), None)
        if not prefixes or not isinstance(prefixes, list):
            raise NetworkPropertyMissing("addressSpace.addressPrefixes", request.id.text)
        network = [_range(prefix, request.id.text) for prefix in prefixes]
        taken: list[_Range] = []
        for subnet in _inline(request):
            taken += _checked(request, subnet, network, taken)

    def admit_removal(self, request: Request) -> None:
        """A network that something is in stays."""
        for subnet in request.cloud.resources.below(request.id.text, SUBNET_TYPE):
            _check_unused(request.cloud, subnet)

    def provision(self, request: Request) -> None:
        """Makes the subnets that stand in the network's own properties."""
        for subnet in _inline(request):
            subnet_id = ResourceId.parse(f"{request.id.text}/subnets/{subnet['name']}")
            document = {"id": subnet_id.text, "name": subnet["name"], "type": SUBNET_TYPE}
            properties = _SUBNET_DEFAULTS | (subnet.get("properties") or {}) | {"provisioningState": "Succeeded"}
            request.cloud.resources.save(document | {"properties": properties})
        request.properties.pop("subnets", None)

    def shown(self, cloud: Cloud, document: Document) -> Document:
        """With all subnets, wherever they were written."""
        subnets = cloud.resources.below(document["id"], SUBNET_TYPE)
        return document | {"properties": document["properties"] | {"subnets": subnets}}


class Subnets(ResourceType):
    """`Microsoft.Network/virtualNetworks/subnets`."""

    type = SUBNET_TYPE
    asynchronous = True

    facts = Facts(
        name_rule=_NAME,
        read_only=("etag", "properties.provisioningState", "properties.privateEndpoints", "properties.purpose"),
        defaults={
            "properties.privateEndpointNetworkPolicies": "Disabled",
            "properties.privateLinkServiceNetworkPolicies": "Enabled",
            "properties.delegations": [],
        },
    )

    def admit(self, request: Request) -> None:
        """Addresses of the network that no other subnet has."""
        network_id = ResourceId.parse(request.id.text.rsplit("/", 2)[0])
        space = request.cloud.resources.get(network_id)["properties"]["addressSpace"]["addressPrefixes"]
        taken = [
            _range(prefix, other["id"])
            for other in request.cloud.resources.below(network_id.text, SUBNET_TYPE)
            if other["id"].lower() != request.id.key
            for prefix in prefixes_of(other)
        ]
        subnet = request.document | {"name": request.id.name}
        _checked(request, subnet, [_range(prefix, network_id.text) for prefix in space], taken)

    def admit_removal(self, request: Request) -> None:
        """A subnet that something is in stays."""
        _check_unused(request.cloud, request.document)


_SUBNET_DEFAULTS = {path.removeprefix("properties."): value for path, value in Subnets.facts.defaults.items()}


def _check_unused(cloud: Cloud, subnet: Document) -> None:
    for endpoint in cloud.resources.of_type(ENDPOINT_TYPE):
        if endpoint["properties"]["subnet"]["id"].lower() == subnet["id"].lower():
            raise SubnetInUse(subnet["name"], endpoint["id"])
    for group in cloud.resources.of_type(_CONTAINER_GROUP_TYPE):
        if any(place["id"].lower() == subnet["id"].lower() for place in group["properties"].get("subnetIds") or []):
            raise SubnetInUse(subnet["name"], group["id"])


def prefixes_of(subnet: Document) -> list[str]:
    """The address ranges of a subnet, which may be written in two ways."""
    properties = subnet.get("properties") or {}
    one = properties.get("addressPrefix")
    several = properties.get("addressPrefixes")
    return [one] if one else several if isinstance(several, list) else []


def _inline(request: Request) -> list[dict[str, Any]]:
    subnets: list[dict[str, Any]] = request.properties.get("subnets") or []
    return subnets


def _checked(request: Request, subnet: Document, network: list[_Range], taken: list[_Range]) -> list[_Range]:
    """The ranges of a subnet; raises CloudError where they do not fit."""
    name, network_name = subnet.get("name", ""), request.id.names[0]
    ranges = [_range(prefix, name) for prefix in prefixes_of(subnet)]
    if not name or not ranges:
        raise NetworkPropertyMissing("addressPrefix", request.id.text)
    for wanted in ranges:
        if not any(_holds(whole, wanted) for whole in network):
            raise SubnetOutsideNetwork(name, network_name)
        if any(wanted.overlaps(other) for other in taken):
            raise SubnetsOverlap(name, network_name)
    return ranges


def _range(prefix: Any, resource_id: str) -> _Range:
    try:
        return ip_network(str(prefix))
    except ValueError:
        raise InvalidAddressPrefix(str(prefix), resource_id) from None


def _holds(whole: _Range, part: _Range) -> bool:
    if isinstance(whole, IPv4Network):
        return isinstance(part, IPv4Network) and part.subnet_of(whole)
    return isinstance(part, IPv6Network) and part.subnet_of(whole)
