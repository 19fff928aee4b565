"""The far end of a private endpoint: the connections of the resource that it leads to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localcloud.arm.resource_type import Facts, Request, ResourceType
from localcloud.services.privatelink.errors import ConnectionsAreMade

if TYPE_CHECKING:
    from localcloud.arm.store import Document
    from localcloud.cloud import Cloud

_STATE = "privateLinkServiceConnectionState"


class PrivateEndpointConnections(ResourceType):
    """`{a type}/privateEndpointConnections`: made by private endpoints; a PUT approves or rejects one.

    Args:
        resource_type: The type that has them.
    """

    stateful = True
    facts = Facts(name_rule=r"[-\w.]{1,150}", read_only=("properties.privateEndpoint", "properties.groupIds"))

    def __init__(self, resource_type: str) -> None:
        self.type = connection_type(resource_type)  # type: ignore[misc]  # one class for every type that has them

    def admit(self, request: Request) -> None:
        """Only the state of one that is there."""
        if request.existing is None:
            raise ConnectionsAreMade


def connection_type(resource_type: str) -> str:
    """The type of the connections of a type."""
    return f"{resource_type}/privateEndpointConnections"


def connections(cloud: Cloud, document: Document) -> list[Document]:
    """All connections of a resource."""
    return cloud.resources.below(document["id"], connection_type(document["type"]))


def shown_with_connections(cloud: Cloud, document: Document) -> Document:
    """A resource with `privateEndpointConnections` in its properties; an empty list when there are none."""
    return document | {
        "properties": document["properties"] | {"privateEndpointConnections": connections(cloud, document)}
    }


def state(connection: Document) -> Document:
    """The state of a connection: status, description and what is to be done."""
    found: Document = connection["properties"][_STATE]
    return found


def connection_document(resource: Document, name: str, endpoint_id: str, group: str, *, approved: bool) -> Document:
    """A new connection of a resource, approved or waiting for it."""
    told = ("Approved", "Auto-Approved") if approved else ("Pending", "Awaiting approval")
    return {
        "id": f"{resource['id']}/privateEndpointConnections/{name}",
        "name": name,
        "type": connection_type(resource["type"]),
        "properties": {
            "provisioningState": "Succeeded",
            "privateEndpoint": {"id": endpoint_id},
            "groupIds": [group],
            _STATE: {"status": told[0], "description": told[1], "actionsRequired": "None"},
        },
    }
