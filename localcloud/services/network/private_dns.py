"""Private DNS zones, their links to networks, and the zone groups of private endpoints. Nothing is resolved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.arm.ids import ResourceId
from localcloud.arm.resource_type import Facts, Request, ResourceType
from localcloud.services.network.errors import InvalidResourceReference, NestedResources, NetworkPropertyMissing
from localcloud.services.network.private_endpoints import addresses
from localcloud.services.network.virtual_networks import ENDPOINT_TYPE, NETWORK_TYPE

if TYPE_CHECKING:
    from localcloud.arm.store import Document
    from localcloud.cloud import Cloud

ZONE_TYPE = "Microsoft.Network/privateDnsZones"
_LABEL = "[a-zA-Z0-9_](?:[-a-zA-Z0-9_]{0,61}[a-zA-Z0-9_])?"


class PrivateDnsZones(ResourceType):
    """`Microsoft.Network/privateDnsZones`: of no region (`global`)."""

    type = ZONE_TYPE
    asynchronous = True
    facts = Facts(
        name_rule=rf"(?:{_LABEL}\.)+{_LABEL}",
        name_error="The zone name '{name}' is invalid: it needs two labels at least, such as privatelink.azurecr.io.",
        read_only=(
            "etag",
            "properties.provisioningState",
            "properties.maxNumberOfRecordSets",
            "properties.numberOfRecordSets",
            "properties.numberOfVirtualNetworkLinks",
        ),
    )

    def admit(self, request: Request) -> None:
        """It is everywhere."""
        _check_global(request)

    def admit_removal(self, request: Request) -> None:
        """A zone that is linked stays."""
        if request.cloud.resources.below(request.id.text, VirtualNetworkLinks.type):
            raise NestedResources(request.id.text)

    def shown(self, cloud: Cloud, document: Document) -> Document:
        """With the number of its links."""
        links = len(cloud.resources.below(document["id"], VirtualNetworkLinks.type))
        return document | {"properties": document["properties"] | {"numberOfVirtualNetworkLinks": links}}


class VirtualNetworkLinks(ResourceType):
    """`Microsoft.Network/privateDnsZones/virtualNetworkLinks`."""

    type = f"{ZONE_TYPE}/virtualNetworkLinks"
    asynchronous = True
    facts = Facts(
        name_rule=r"[\w](?:[-\w.]{0,78}\w)?",
        objects=("properties.virtualNetwork",),
        texts=("properties.virtualNetwork.id",),
        create_only=("properties.virtualNetwork.id",),
        read_only=("etag", "properties.provisioningState", "properties.virtualNetworkLinkState"),
        defaults={"properties.registrationEnabled": False},
    )

    def admit(self, request: Request) -> None:
        """The network has to be there."""
        _check_global(request)
        _find(request, (request.properties.get("virtualNetwork") or {}).get("id"), NETWORK_TYPE)

    def provision(self, request: Request) -> None:
        """It is linked at once."""
        request.properties["virtualNetworkLinkState"] = "Completed"


class PrivateDnsZoneGroups(ResourceType):
    """`Microsoft.Network/privateEndpoints/privateDnsZoneGroups`: in which zones an endpoint's names are written."""

    type = f"{ENDPOINT_TYPE}/privateDnsZoneGroups"
    asynchronous = True
    facts = Facts(
        name_rule=r"[a-zA-Z0-9](?:[-\w.]{0,78}\w)?",
        objects=("properties.privateDnsZoneConfigs[]", "properties.privateDnsZoneConfigs[].properties"),
        texts=("properties.privateDnsZoneConfigs[].properties.privateDnsZoneId",),
        read_only=("etag", "properties.provisioningState", "properties.privateDnsZoneConfigs[].properties.recordSets"),
    )

    def admit(self, request: Request) -> None:
        """The zones have to be there."""
        if not _configs(request):
            raise NetworkPropertyMissing("privateDnsZoneConfigs", request.id.text)
        for config in _configs(request):
            _find(request, (config.get("properties") or {}).get("privateDnsZoneId"), ZONE_TYPE)

    def provision(self, request: Request) -> None:
        """Fills in the records: each of the endpoint's names in each zone, as a name of that zone."""
        endpoint = request.cloud.resources.get(ResourceId.parse(request.id.text.rsplit("/", 2)[0]))
        for config in _configs(request):
            zone = ResourceId.parse(config["properties"]["privateDnsZoneId"]).name
            config["properties"]["recordSets"] = [_record(zone, found) for found in _in_zone(zone, endpoint)]


def _configs(request: Request) -> list[dict[str, Any]]:
    configs: list[dict[str, Any]] = request.properties.get("privateDnsZoneConfigs") or []
    return configs


def _in_zone(zone: str, endpoint: Document) -> list[Document]:
    public = zone.removeprefix("privatelink.")
    return [found for found in addresses(endpoint) if found["fqdn"].endswith(f".{public}")]


def _record(zone: str, found: Document) -> Document:
    name = found["fqdn"].removesuffix(f".{zone.removeprefix('privatelink.')}")
    told = {"recordType": "A", "recordSetName": name, "fqdn": f"{name}.{zone}", "ttl": 10}
    return told | {"ipAddresses": found["ipAddresses"], "provisioningState": "Succeeded"}


def _check_global(request: Request) -> None:
    if request.document.get("location") != "global":
        raise NetworkPropertyMissing("location (global)", request.id.text)


def _find(request: Request, resource_id: str | None, resource_type: str) -> Document:
    if not resource_id:
        raise NetworkPropertyMissing(f"id of a {resource_type}", request.id.text)
    parsed = ResourceId.parse(resource_id)
    found = request.cloud.resources.find(parsed) if parsed.type.lower() == resource_type.lower() else None
    if found is None:
        raise InvalidResourceReference(resource_id, request.id.text)
    return found
