"""Deleted vaults (law L7): kept for the vault's retention, during which the name stays taken."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from localcloud.control.clock import text

if TYPE_CHECKING:
    from localcloud.arm.store import Document
    from localcloud.cloud import Cloud

_COLLECTION = "deleted-vaults"
DELETED_TYPE = "Microsoft.KeyVault/deletedVaults"


def keep(cloud: Cloud, vault: Document) -> None:
    """Remembers a vault that is deleted now."""
    now, properties = cloud.clock.now(), vault["properties"]
    until = now + timedelta(days=properties["softDeleteRetentionInDays"])
    subscription = "/".join(vault["id"].split("/")[:3])
    place = f"{subscription}/providers/Microsoft.KeyVault/locations/{vault['location']}"
    told = {
        "id": f"{place}/deletedVaults/{vault['name']}",
        "name": vault["name"],
        "type": DELETED_TYPE,
        "properties": {
            "vaultId": vault["id"],
            "location": vault["location"],
            "tags": vault.get("tags") or {},
            "deletionDate": text(now),
            "scheduledPurgeDate": text(until),
            "purgeProtectionEnabled": bool(properties.get("enablePurgeProtection")),
        },
    }
    cloud.store.put(_COLLECTION, vault["name"].lower(), {"shown": told, "vault": vault})


def find(cloud: Cloud, name: str) -> Document | None:
    """What is shown of a deleted vault; None when there is none, or its days are over."""
    return _current(cloud, cloud.store.get(_COLLECTION, name.lower()))


def all_of(cloud: Cloud, subscription: str) -> list[Document]:
    """All deleted vaults of a subscription."""
    found = (_current(cloud, kept) for kept in cloud.store.list(_COLLECTION))
    return [shown for shown in found if shown and shown["id"].lower().startswith(f"{subscription.lower()}/")]


def vault(cloud: Cloud, name: str) -> Document:
    """What a deleted vault was."""
    kept = cloud.store.get(_COLLECTION, name.lower()) or {}
    document: Document = kept["vault"]
    return document


def forget(cloud: Cloud, name: str) -> None:
    """Purges a deleted vault, or ends its being deleted."""
    cloud.store.delete(_COLLECTION, name.lower())


def _current(cloud: Cloud, kept: Document | None) -> Document | None:
    if kept is None:
        return None
    shown: Document = kept["shown"]
    over = datetime.fromisoformat(shown["properties"]["scheduledPurgeDate"]) <= cloud.clock.now()
    return None if over else shown
