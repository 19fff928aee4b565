"""What time it is in this cloud, and how long things take: until a role or principal is known (law L3), a build."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from localcloud.arm.store import Store

_COLLECTION = "clock"
_OFFSET = "offset"
_LAG = "lag"


@dataclass(frozen=True, slots=True)
class Lag:
    """How long something new is there and not known yet, and how slow a build is.

    Attributes:
        roles: Seconds until a role assignment has an effect.
        principals: Seconds until a service principal, or its new password, can sign in.
        steps: Seconds that each step of a build takes, which runs nothing here.
    """

    roles: float = 0.0
    principals: float = 0.0
    steps: float = 0.0


class Clock:
    """Real time and an offset; the offset and the lag are kept over a restart.

    Args:
        store: Where they are kept.
        real: What real time is (UTC).
    """

    def __init__(self, store: Store, real: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._store = store
        self._real = real
        self._lock = threading.Lock()

    def now(self) -> datetime:
        """The present of this cloud, in UTC."""
        return self._real() + self.offset

    def timestamp(self) -> float:
        """The present in seconds since the epoch."""
        return self.now().timestamp()

    @property
    def offset(self) -> timedelta:
        """How far this cloud is ahead of real time."""
        return timedelta(seconds=(self._store.get(_COLLECTION, _OFFSET) or {}).get("seconds", 0.0))

    def advance(self, by: timedelta) -> datetime:
        """Moves on; returns the new present. Raises ValueError for a time that would go back."""
        if by < timedelta(0):
            raise ValueError("a clock goes forward only")
        with self._lock:
            self._store.put(_COLLECTION, _OFFSET, {"seconds": (self.offset + by).total_seconds()})
        return self.now()

    @property
    def lag(self) -> Lag:
        """The lag that is set; none by default."""
        return Lag(**(self._store.get(_COLLECTION, _LAG) or {}))

    def set_lag(self, lag: Lag) -> None:
        """Holds from now on, also for what was created before."""
        self._store.put(_COLLECTION, _LAG, asdict(lag))

    def principal_is_known(self, created: str) -> bool:
        """Whether a service principal or a password of this age (RFC 3339) is known at sign-in."""
        lag = self.lag.principals
        return not lag or datetime.fromisoformat(created) + timedelta(seconds=lag) <= self.now()


def text(moment: datetime) -> str:
    """A moment as Azure writes it: `2026-11-22T15:35:16.123456Z`."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
