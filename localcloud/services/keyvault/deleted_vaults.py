"""Deleted vaults as ARM shows them: one by its location, all of a subscription, and their purge."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from localcloud.arm.errors import MethodNotAllowed
from localcloud.arm.resource_type import Action, ActionRequest, Request, ResourceType
from localcloud.services.keyvault import soft_delete
from localcloud.services.keyvault.errors import DeletedVaultNotFound, PurgeNotAllowed

if TYPE_CHECKING:
    from localcloud.arm.ids import ResourceId
    from localcloud.arm.store import Document
    from localcloud.cloud import Cloud


class DeletedVaults(ResourceType):
    """`Microsoft.KeyVault/locations/deletedVaults`."""

    type = "Microsoft.KeyVault/locations/deletedVaults"
    stateful = False

    def admit(self, request: Request) -> None:
        """A vault becomes a deleted one by its removal."""
        raise MethodNotAllowed("PUT", request.id.text)

    def read(self, cloud: Cloud, resource_id: ResourceId) -> Document:
        """One of them; raises DeletedVaultNotFound."""
        found = soft_delete.find(cloud, resource_id.name)
        if found is None or found["id"].lower() != resource_id.key:
            raise DeletedVaultNotFound(resource_id.name)
        return found

    def actions(self) -> Mapping[str, Action]:
        """Purging."""
        return {"purge": _purge}


class AllDeletedVaults(ResourceType):
    """`Microsoft.KeyVault/deletedVaults`: the list of a subscription."""

    type = soft_delete.DELETED_TYPE
    stateful = False

    def admit(self, request: Request) -> None:
        """There is only the list."""
        raise MethodNotAllowed("PUT", request.id.text)

    def listed(self, cloud: Cloud, scope: str, query: Mapping[str, str]) -> list[Document]:
        """All of a subscription, wherever they were."""
        del query
        return soft_delete.all_of(cloud, scope)


def _purge(request: ActionRequest) -> None:
    if request.document["properties"]["purgeProtectionEnabled"]:
        raise PurgeNotAllowed
    soft_delete.forget(request.cloud, request.id.name)
