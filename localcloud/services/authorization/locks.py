"""Microsoft.Authorization/locks; what they forbid is in `arm/locks.py`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from localcloud.arm.errors import InvalidRequestContent, NotEmulated
from localcloud.arm.locks import CAN_NOT_DELETE, LOCK_TYPE, READ_ONLY
from localcloud.arm.resource_type import Facts, Request, ResourceType

if TYPE_CHECKING:
    from localcloud.arm.store import Document
    from localcloud.cloud import Cloud

_LEVELS = (CAN_NOT_DELETE, READ_ONLY)
_LONGEST_NOTES = 512


class Lock(ResourceType):
    """A lock at a scope; it can itself be changed and removed whatever is locked."""

    type: ClassVar[str] = LOCK_TYPE
    stateful: ClassVar[bool] = False
    extension: ClassVar[bool] = True
    facts: ClassVar[Facts] = Facts(
        name_rule=r"[^<>%&:\\?/]{1,260}",
        name_error="The lock name '{name}' is invalid: up to 260 characters, none of <, >, %, &, :, \\, ? and /.",
    )

    def admit(self, request: Request) -> None:
        """The level is one of two; notes are short."""
        level = request.properties.get("level")
        if level not in _LEVELS:
            raise InvalidRequestContent(f"the lock level '{level}' is none of {', '.join(_LEVELS)}")
        if len(request.properties.get("notes") or "") > _LONGEST_NOTES:
            raise InvalidRequestContent(f"the notes of a lock have up to {_LONGEST_NOTES} characters")

    def listed(self, cloud: Cloud, scope: str, query: Mapping[str, str]) -> list[Document]:
        """All at a scope and below; with `$filter=atScope()` those at the scope alone."""
        wanted = query.get("$filter", "").strip()
        if wanted not in {"", "atScope()"}:
            raise NotEmulated(f"the filter {wanted!r} of {self.type}", ["atScope()"])
        found = super().listed(cloud, scope, query)
        own = f"{scope}/providers/{LOCK_TYPE}/".lower()
        return [lock for lock in found if not wanted or lock["id"].lower().startswith(own)]
