"""Locks: what nobody may remove, or not even change, at a scope and below it, whatever their rights.

They hold for requests to Resource Manager. What a service does by itself, and data planes, they don't touch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from localcloud.arm.errors import Conflict
from localcloud.arm.ids import ResourceId, covers

if TYPE_CHECKING:
    from collections.abc import Iterable

    from localcloud.arm.store import Document
    from localcloud.cloud import Cloud

LOCK_TYPE = "Microsoft.Authorization/locks"
CAN_NOT_DELETE = "CanNotDelete"
READ_ONLY = "ReadOnly"


class ScopeLocked(Conflict):
    """A removal or a change that a lock forbids."""

    def __init__(self, scope: str, operation: str, locked: Iterable[str]) -> None:
        scopes = ",".join(sorted(set(locked)))
        super().__init__(
            f"The scope '{scope}' cannot perform {operation} operation because following scope(s) are locked: "
            f"'{scopes}'. Please remove the lock and try again.",
            "ScopeLocked",
        )


def check_write(cloud: Cloud, resource_id: ResourceId) -> None:
    """Raises ScopeLocked where a ReadOnly lock holds: for a write, and for any action, since each is a POST."""
    if resource_id.type.lower() == LOCK_TYPE.lower():
        return
    locks = cloud.resources.of_type(LOCK_TYPE)
    scopes = (_scope(lock) for lock in locks if lock["properties"]["level"] == READ_ONLY)
    _refuse(resource_id, "write", [scope for scope in scopes if covers(scope, resource_id.text)])


def check_delete(cloud: Cloud, resource_id: ResourceId) -> None:
    """Raises ScopeLocked where any lock holds: at the resource, above it, or on something below, which would go too."""
    if resource_id.type.lower() == LOCK_TYPE.lower():
        return
    scopes = (_scope(lock) for lock in cloud.resources.of_type(LOCK_TYPE))
    locked = [scope for scope in scopes if covers(scope, resource_id.text) or covers(resource_id.text, scope)]
    _refuse(resource_id, "delete", locked)


def _scope(lock: Document) -> str:
    return ResourceId.parse(lock["id"]).scope


def _refuse(resource_id: ResourceId, operation: str, locked: list[str]) -> None:
    if locked:
        raise ScopeLocked(resource_id.text, operation, locked)
