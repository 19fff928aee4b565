"""Agent pools: a registry's own machines for runs of ACR Tasks. Here they are documents: no run goes elsewhere.

A pool without machines keeps no run waiting, and one in a virtual network comes from no other address.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from localcloud.arm.errors import BadRequest
from localcloud.arm.ids import ResourceId
from localcloud.arm.resource_type import Action, ActionRequest, Facts, Request, ResourceType
from localcloud.services.containerregistry import sku_rules
from localcloud.services.containerregistry.errors import AgentPoolNotFound

if TYPE_CHECKING:
    from localcloud.arm.store import Document

_FEATURE = "An agent pool"


class AgentPools(ResourceType):
    """`Microsoft.ContainerRegistry/registries/agentPools`."""

    type = "Microsoft.ContainerRegistry/registries/agentPools"
    asynchronous = True
    facts = Facts(
        name_rule="[a-zA-Z0-9-]{3,20}",
        name_error="The agent pool name '{name}' is invalid: it must be 3 to 20 alphanumeric characters or dashes.",
        create_only=("properties.os", "properties.tier", "properties.virtualNetworkSubnetResourceId"),
        read_only=("properties.provisioningState",),
        defaults={"properties.count": 1, "properties.os": "Linux", "properties.tier": "S1"},
    )

    def admit(self, request: Request) -> None:
        """Only a Premium registry has pools."""
        if not request.document.get("location"):
            raise BadRequest("The location property is required for this definition.", "LocationRequired")
        sku_rules.check_premium(_registry(request), _FEATURE)

    def actions(self) -> Mapping[str, Action]:
        """How many runs wait: none, as each runs at once."""
        return {"listQueueStatus": _queue}


def require(request: Request, name: str) -> None:
    """Refuses a run on an agent pool that its registry does not have."""
    registry = _registry(request)
    if request.cloud.resources.find(ResourceId.parse(f"{registry['id']}/agentPools/{name}")) is None:
        raise AgentPoolNotFound(registry["name"], name)


def _queue(request: ActionRequest) -> dict[str, Any]:
    del request
    return {"count": 0}


def _registry(request: Request) -> Document:
    parent = request.id.parent
    if parent is None:
        raise BadRequest(f"The resource id '{request.id.text}' is not valid.", "InvalidResourceId")
    return request.cloud.resources.get(parent)
