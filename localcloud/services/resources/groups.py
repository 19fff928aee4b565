"""Microsoft.Resources/resourceGroups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from localcloud.arm.errors import BadRequest, CloudError, Conflict
from localcloud.arm.ids import GROUP_TYPE
from localcloud.arm.resource_type import Action, ActionRequest, Facts, Request, ResourceType

if TYPE_CHECKING:
    from localcloud.arm.store import Document
    from localcloud.cloud import Cloud


class InvalidResourceGroupLocation(Conflict):
    """A group that would move: its location is create-only."""

    def __init__(self, name: str, existing: str, wanted: str) -> None:
        super().__init__(
            f"Invalid resource group location '{wanted}'. The Resource group already exists in location '{existing}'.",
            "InvalidResourceGroupLocation",
        )
        self.name = name


class LocationRequired(BadRequest):
    """A new group without a location."""

    def __init__(self) -> None:
        super().__init__("The location property is required for this definition.", "LocationRequired")


class ResourceGroup(ResourceType):
    """A group: written at once, removed with everything inside as a long-running operation."""

    type: ClassVar[str] = GROUP_TYPE
    facts: ClassVar[Facts] = Facts(
        name_rule=r"[-\w.()]{0,89}[-\w()]",
        name_error=(
            "The provided resource group name '{name}' is not valid: up to 90 letters, digits, '_', '-', '.', '(' "
            "and ')', and no '.' at the end."
        ),
        create_only=("location",),
    )
    asynchronous_delete: ClassVar[bool] = True

    def admit(self, request: Request) -> None:
        """A group needs a location."""
        if not request.document.get("location"):
            raise LocationRequired

    def change_refused(self, request: Request, changed: list[str]) -> CloudError:
        """Only the location is create-only."""
        del changed
        existing = request.existing or {}
        return InvalidResourceGroupLocation(request.id.name, existing["location"], request.document.get("location", ""))

    def views(self) -> Mapping[str, Action]:
        """`resources`: what is inside."""
        return {"resources": _resources}


def _resources(request: ActionRequest) -> Document:
    return {"value": top_level(request.cloud, request.id.text)}


def top_level(cloud: Cloud, scope: str) -> list[Document]:
    """The resources in a scope that are no children of another, as ARM lists them: without their properties."""
    kept = ("id", "name", "type", "location", "tags", "kind", "sku", "identity")
    return [
        {key: document[key] for key in kept if key in document}
        for document in cloud.resources.below(scope)
        if document["type"].count("/") == 1 and "location" in document and document["type"] != GROUP_TYPE
    ]
