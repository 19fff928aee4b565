"""How long the credentials of a stack's registries still work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tools.review.events import known

if TYPE_CHECKING:
    from tools.review.preview import Preview

SOON = 30
"""Days before the end from which on a report warns."""


@dataclass(frozen=True)
class Credential:
    """A password that things pull by.

    Attributes:
        component: The component that has it.
        ends: When it stops working.
        days: Whole days until then; negative once it has ended.
        renewed: Whether this preview renews it.
    """

    component: str
    ends: datetime
    days: int
    renewed: bool

    @property
    def soon(self) -> bool:
        """Whether it is time to renew it."""
        return self.days < SOON


def credentials(preview: Preview, now: datetime) -> list[Credential]:
    """The credentials after this preview, the first to end first; those without an end are left out.

    Args:
        preview: The preview.
        now: The time that days are counted from.
    """
    found = []
    for one in preview.components:
        before, after = (_time(side.outputs.get("credential_expires_on")) for side in (one.before, one.after))
        if after is not None:
            found.append(Credential(one.name, after, (after - now).days, before is not None and before != after))
    return sorted(found, key=lambda one: one.ends)


def _time(value: object) -> datetime | None:
    try:
        time = datetime.fromisoformat(known(value))
    except ValueError:
        return None
    return time if time.tzinfo else time.replace(tzinfo=UTC)
