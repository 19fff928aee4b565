"""Private endpoints: an address in a subnet for one resource, and the connection that the resource shows."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from ipaddress import ip_network
from itertools import islice
from typing import TYPE_CHECKING, Any

from localcloud.arm.ids import ResourceId
from localcloud.arm.resource_type import Facts, Request, ResourceType
from localcloud.services.containerregistry.registries import REGISTRY_TYPE
from localcloud.services.containerregistry.sku_rules import check_private_endpoint
from localcloud.services.network.errors import (
    InvalidResourceReference,
    NetworkPropertyMissing,
    PrivateLinkRefused,
    SubnetIsFull,
)
from localcloud.services.network.virtual_networks import ENDPOINT_TYPE, SUBNET_TYPE, prefixes_of
from localcloud.services.privatelink import connections, sub_resources

if TYPE_CHECKING:
    from localcloud.arm.store import Document
    from localcloud.cloud import Cloud

_APPROVED = "privateLinkServiceConnections"
_MANUAL = "manualPrivateLinkServiceConnections"
_KEPT_BY_AZURE = 4
"""The first addresses of a subnet: its own and three for Azure's services."""


class PrivateEndpoints(ResourceType):
    """`Microsoft.Network/privateEndpoints`."""

    type = ENDPOINT_TYPE
    asynchronous = True
    facts = Facts(
        name_rule=r"[a-zA-Z0-9](?:[-\w.]{0,78}\w)?",
        create_only=("properties.subnet.id", f"properties.{_APPROVED}[].properties.privateLinkServiceId"),
        objects=(
            "properties.subnet",
            f"properties.{_APPROVED}[]",
            f"properties.{_APPROVED}[].properties",
            f"properties.{_MANUAL}[]",
            f"properties.{_MANUAL}[].properties",
        ),
        texts=(
            "properties.subnet.id",
            f"properties.{_APPROVED}[].properties.privateLinkServiceId",
            f"properties.{_MANUAL}[].properties.privateLinkServiceId",
        ),
        read_only=(
            "etag",
            "properties.provisioningState",
            "properties.networkInterfaces",
            "properties.customDnsConfigs",
        ),
        defaults={
            f"properties.{_APPROVED}": [],
            f"properties.{_MANUAL}": [],
            "properties.applicationSecurityGroups": [],
            "properties.ipConfigurations": [],
        },
    )

    def admit(self, request: Request) -> None:
        """A subnet of the same region, and one resource that has this kind of endpoint."""
        if not request.document.get("location"):
            raise NetworkPropertyMissing("location", request.id.text)
        _subnet(request)
        wanted = _connections(request.properties)
        if len(wanted) != 1:
            raise NetworkPropertyMissing(_APPROVED, request.id.text)
        target = _target(request, wanted[0])
        if target["type"].lower() == REGISTRY_TYPE.lower():
            check_private_endpoint(target)

    def provision(self, request: Request) -> None:
        """Takes an address and connects."""
        wanted = _connections(request.properties)[0]
        target = _target(request, wanted)
        group = wanted["properties"]["groupIds"][0]
        guid = uuid.uuid5(uuid.NAMESPACE_URL, request.id.key)
        interface = request.properties.get("customNetworkInterfaceName") or f"{request.id.name}.nic.{guid}"
        place = request.id.text.partition("/providers/")[0]
        request.properties["networkInterfaces"] = [
            {"id": f"{place}/providers/Microsoft.Network/networkInterfaces/{interface}"}
        ]
        request.properties["customDnsConfigs"] = _dns(request, target, group)
        name = f"{request.id.name}.{guid}"
        kind = _APPROVED if request.properties[_APPROVED] else _MANUAL
        wanted.setdefault("name", request.id.name)
        wanted["id"] = f"{request.id.text}/{kind}/{wanted['name']}"
        wanted["properties"]["provisioningState"] = "Succeeded"
        if request.cloud.resources.find(_connection_id(wanted, name)) is None:
            approved = kind == _APPROVED
            made = connections.connection_document(target, name, request.id.text, group, approved=approved)
            request.cloud.resources.save(made)

    def remove(self, request: Request) -> None:
        """Disconnects."""
        for wanted in _connections(request.properties):
            request.cloud.resources.delete(request.cloud, _connection_of(request.id, wanted))

    def shown(self, cloud: Cloud, document: Document) -> Document:
        """With the state that the other end is in."""
        shown = {
            kind: [_with_state(cloud, document, wanted) for wanted in document["properties"].get(kind) or []]
            for kind in (_APPROVED, _MANUAL)
        }
        return document | {"properties": document["properties"] | shown}


def addresses(endpoint: Document) -> list[Document]:
    """The names and addresses that an endpoint answers for."""
    found: list[Document] = endpoint["properties"].get("customDnsConfigs") or []
    return found


def _connections(properties: dict[str, Any]) -> list[dict[str, Any]]:
    return [*(properties.get(_APPROVED) or []), *(properties.get(_MANUAL) or [])]


def _subnet(request: Request) -> Document:
    subnet_id = (request.properties.get("subnet") or {}).get("id")
    if not subnet_id:
        raise NetworkPropertyMissing("subnet", request.id.text)
    parsed = ResourceId.parse(subnet_id)
    found = request.cloud.resources.find(parsed) if parsed.type.lower() == SUBNET_TYPE.lower() else None
    network = request.cloud.resources.find(parsed.parent) if parsed.parent else None
    if found is None or network is None or network["location"] != request.document["location"]:
        raise InvalidResourceReference(subnet_id, request.id.text)
    return found


def _target(request: Request, wanted: dict[str, Any]) -> Document:
    properties = wanted.get("properties") or {}
    target_id, asked = properties.get("privateLinkServiceId"), properties.get("groupIds") or []
    if not target_id:
        raise NetworkPropertyMissing("privateLinkServiceId", request.id.text)
    target = request.cloud.resources.find(ResourceId.parse(target_id))
    if target is None:
        raise InvalidResourceReference(target_id, request.id.text)
    known = ", ".join(sub_resources.groups(target["type"])) or "none"
    if not isinstance(asked, list) or len(asked) != 1 or sub_resources.find(target["type"], str(asked[0])) is None:
        raise PrivateLinkRefused(
            f"'{target_id}' has no private endpoint for the groupIds {asked}; its type has: {known}."
        )
    return target


def _dns(request: Request, target: Document, group: str) -> list[Document]:
    sub_resource = sub_resources.find(target["type"], group)
    if request.existing is not None or sub_resource is None:
        return addresses(request.existing or {"properties": {}})
    names = [text.format(name=target["name"].lower(), location=target["location"]) for text in sub_resource.names]
    free = _free_addresses(request.cloud, _subnet(request))
    found = list(islice(free, len(names)))
    if len(found) < len(names):
        raise SubnetIsFull(request.properties["subnet"]["id"])
    return [{"fqdn": name, "ipAddresses": [address]} for name, address in zip(names, found, strict=True)]


def _free_addresses(cloud: Cloud, subnet: Document) -> Iterator[str]:
    taken = {
        address
        for endpoint in cloud.resources.of_type(ENDPOINT_TYPE)
        if endpoint["properties"]["subnet"]["id"].lower() == subnet["id"].lower()
        for config in addresses(endpoint)
        for address in config["ipAddresses"]
    }
    for prefix in prefixes_of(subnet):
        for address in islice(ip_network(prefix), _KEPT_BY_AZURE, None):
            if str(address) not in taken:
                yield str(address)


def _connection_of(endpoint: ResourceId, wanted: dict[str, Any]) -> ResourceId:
    return _connection_id(wanted, f"{endpoint.name}.{uuid.uuid5(uuid.NAMESPACE_URL, endpoint.key)}")


def _connection_id(wanted: dict[str, Any], name: str) -> ResourceId:
    target = wanted["properties"]["privateLinkServiceId"].rstrip("/")
    return ResourceId.parse(f"{target}/privateEndpointConnections/{name}")


def _with_state(cloud: Cloud, endpoint: Document, wanted: dict[str, Any]) -> dict[str, Any]:
    found = cloud.resources.find(_connection_of(ResourceId.parse(endpoint["id"]), wanted))
    gone = {"status": "Disconnected", "description": "The resource is gone.", "actionsRequired": "None"}
    state = connections.state(found) if found else gone
    return wanted | {"properties": wanted["properties"] | {"privateLinkServiceConnectionState": state}}
