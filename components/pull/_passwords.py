"""Passwords of a pull principal: two slots, of which one is in use, and when they end."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

LONGEST_VALIDITY = 730
"""Days: Entra ID's own limit for a password is two years."""

SLOTS = 2
"""A password lives from its own rotation to the next but one, so that its users have one rotation's time to switch."""


@dataclass(frozen=True)
class Passwords:
    """The passwords that are asked for.

    Attributes:
        rotation: How many times a new password was asked for; slot `rotation % 2` is the one in use.
        valid_days: Days that a new password is valid.
        expires_on: When a new password ends, in place of `valid_days`; None to count the days.
        warning_days: Days before the end from which each update warns.
    """

    rotation: int
    valid_days: int
    expires_on: datetime | None
    warning_days: int

    def trigger(self, slot: int) -> int:
        """The rotation at which the password of a slot was last made anew; negative where there is none yet."""
        return self.rotation - (self.rotation - slot) % SLOTS

    def end(self) -> str:
        """When a password ends that is made now, as RFC 3339 in UTC."""
        return rfc3339(self.expires_on or now() + timedelta(days=self.valid_days))


def now() -> datetime:
    """The present moment, in UTC."""
    return datetime.now(UTC)


def rfc3339(moment: datetime) -> str:
    """A moment as the services write it: whole seconds, in UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment(text: str) -> datetime | None:
    """The moment that an RFC 3339 text names; None where it names none."""
    try:
        found = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return found if found.tzinfo is not None else None
