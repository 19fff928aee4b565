"""Connections of engines: what each was configured with, and whether it was cancelled.

Several engines, and several provider instances of one engine (an explicit `docker.Provider` next to the default one),
attach to the same process, and requests such as Create name no instance. What tells instances apart is the connection:
the engine opens a client connection of its own for each instance that it loads (`NewProvider` -> `dialPlugin`, engine
3.259) and starts it with Handshake, so the peer address (`ipv4:127.0.0.1:<ephemeral port>`) of a request is the
instance's name for as long as the connection lives. Handshake starts a session, Configure fills it, Cancel ends the
operations of that session only (an engine sends it to its own instances, never meaning those of another). Should a
connection be made anew without a handshake, its requests fail with `SessionLost` rather than run with another
instance's credentials.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

from localcloud.plugins.errors import Cancelled, SessionLost

_MOST_SESSIONS = 1000


@dataclass(eq=False, slots=True)
class Session:
    """One provider instance of one engine run.

    Attributes:
        configuration: The instance's configuration without secret marks; None before Configure.
        cancelled: Set once the engine wants its operations to end.
        subscription: The control plane's first subscription, once it was asked for.
    """

    configuration: dict[str, Any] | None = field(default=None, repr=False)
    cancelled: asyncio.Event = field(default_factory=asyncio.Event)
    subscription: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Pace:
    """How one operation waits: until its time is over or its session is cancelled.

    Attributes:
        session: Whose cancellation ends the operation.
        deadline: When its time is over, on the clock of `time.monotonic`.
    """

    session: Session
    deadline: float

    @classmethod
    def of(cls, session: Session, seconds: float) -> Pace:
        """An operation that may take so many seconds."""
        return cls(session, time.monotonic() + seconds)

    def raise_if_over(self) -> None:
        """Called between two requests of an operation; raises `Cancelled`."""
        if self.session.cancelled.is_set():
            raise Cancelled
        if time.monotonic() > self.deadline:
            raise Cancelled("the time for the operation is over (customTimeouts)")

    async def sleep(self, seconds: float) -> None:
        """Waits between two requests; raises `Cancelled` as soon as the operation has to end."""
        left = max(0.0, self.deadline - time.monotonic())
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.session.cancelled.wait(), min(seconds, left))
        self.raise_if_over()


class Sessions:
    """The sessions of one provider, by the address of the connection; the oldest are forgotten beyond a thousand."""

    def __init__(self, package: str) -> None:
        self._package = package
        self._by_peer: OrderedDict[str, Session] = OrderedDict()

    def begin(self, peer: str) -> Session:
        """A new session: a connection starts, perhaps on a port that an earlier one had."""
        session = self._by_peer[peer] = Session()
        self._by_peer.move_to_end(peer)
        while len(self._by_peer) > _MOST_SESSIONS:
            self._by_peer.popitem(last=False)
        return session

    def known(self, peer: str) -> Session:
        """The session of a connection, configured or not."""
        return self._by_peer.get(peer) or self.begin(peer)

    def configured(self, peer: str) -> Session:
        """The session of a connection; raises `SessionLost` when that connection was not configured."""
        session = self._by_peer.get(peer)
        if session is None or session.configuration is None:
            raise SessionLost(self._package)
        return session

    def cancel_all(self) -> None:
        """Ends the operations of every session: the process stops."""
        for session in self._by_peer.values():
            session.cancelled.set()
