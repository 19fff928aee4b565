"""Soft-deleted workspaces (law L7): kept 14 days, during which their id can't be used for a new one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from localcloud.control.clock import text
from localcloud.services.machinelearning.errors import WorkspaceToPurgeNotFound

if TYPE_CHECKING:
    from localcloud.arm.ids import ResourceId
    from localcloud.arm.store import Document
    from localcloud.cloud import Cloud

_COLLECTION = "soft-deleted-workspaces"
RETENTION = timedelta(days=14)


def is_purge(query: Mapping[str, str]) -> bool:
    """Whether a removal has `forceToPurge=true`."""
    return any(name.lower() == "forcetopurge" and value.lower() == "true" for name, value in query.items())


def keep(cloud: Cloud, resource_id: ResourceId) -> None:
    """Remembers that a workspace was deleted now."""
    now = cloud.clock.now()
    kept = {"id": resource_id.text, "deletionDate": text(now), "scheduledPurgeDate": text(now + RETENTION)}
    cloud.store.put(_COLLECTION, resource_id.key, kept)


def find(cloud: Cloud, resource_id: ResourceId) -> Document | None:
    """The soft-deleted workspace of an id; None when there is none, or its days are over."""
    kept = cloud.store.get(_COLLECTION, resource_id.key)
    if kept is None or datetime.fromisoformat(kept["scheduledPurgeDate"]) <= cloud.clock.now():
        return None
    return kept


def purge(cloud: Cloud, resource_id: ResourceId) -> None:
    """Forgets a soft-deleted workspace; raises WorkspaceToPurgeNotFound when there is none."""
    if find(cloud, resource_id) is None:
        raise WorkspaceToPurgeNotFound(resource_id.text)
    cloud.store.delete(_COLLECTION, resource_id.key)
