"""Replications: a registry's copies in other regions. Here they are documents: images are in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localcloud.arm.errors import BadRequest
from localcloud.arm.resource_type import Facts, Request, ResourceType
from localcloud.control.clock import text
from localcloud.services.containerregistry import sku_rules
from localcloud.services.containerregistry.errors import ReplicationLocationTaken

if TYPE_CHECKING:
    from localcloud.arm.store import Document

REPLICATION_TYPE = "Microsoft.ContainerRegistry/registries/replications"


class Replications(ResourceType):
    """`Microsoft.ContainerRegistry/registries/replications`."""

    type = REPLICATION_TYPE
    asynchronous = True
    facts = Facts(
        name_rule="[a-zA-Z0-9]{5,50}",
        name_error="The replication name '{name}' is invalid: it must be 5 to 50 alphanumeric characters long.",
        create_only=("properties.zoneRedundancy",),
        read_only=("properties.status", "properties.provisioningState"),
        defaults={"properties.regionEndpointEnabled": True, "properties.zoneRedundancy": "Disabled"},
    )

    def admit(self, request: Request) -> None:
        """Only a Premium registry has copies, and no place has two."""
        location = request.document.get("location")
        if not location:
            raise BadRequest("The location property is required for this definition.", "LocationRequired")
        registry = _registry(request)
        sku_rules.check_premium(registry, "Geo-replication")
        others = request.cloud.resources.below(registry["id"], REPLICATION_TYPE)
        other_places = (other["location"] for other in others if other["id"].lower() != request.id.key)
        taken = {registry["location"], *other_places}
        if location in taken:
            raise ReplicationLocationTaken(registry["name"], location)

    def provision(self, request: Request) -> None:
        """A copy is ready at once."""
        request.properties["status"] = {
            "displayStatus": "Ready",
            "message": "The replication is ready.",
            "timestamp": text(request.cloud.clock.now()),
        }


def _registry(request: Request) -> Document:
    parent = request.id.parent
    if parent is None:
        raise BadRequest(f"The resource id '{request.id.text}' is not valid.", "InvalidResourceId")
    return request.cloud.resources.get(parent)
