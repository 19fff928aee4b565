"""Loopback addresses: each registry and container group gets its own `127.x.y.z`, and keeps it."""

from __future__ import annotations

import hashlib
import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from localcloud.arm.store import Store

_COLLECTION = "addresses"
_ATTEMPTS = 1000
_CANARY_PORT = 5443
"""The registries' port: where it can be bound, nobody else on this machine uses the address."""


class NoFreeAddress(RuntimeError):
    """Every address that was tried is taken."""

    def __init__(self, owner: str) -> None:
        super().__init__(f"no free loopback address for '{owner}' after {_ATTEMPTS} attempts")


class Addresses:
    """Hands out addresses in 127.1.0.0 to 127.254.255.255 by owner.

    An owner's first candidate follows from its key, so that the same owner tends to get the same address again.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()

    def assign(self, owner: str) -> str:
        """The owner's address; a new one at the first time. Raises NoFreeAddress."""
        with self._lock:
            known = self._store.get(_COLLECTION, owner.lower())
            if known is not None:
                return str(known["address"])
            taken = {document["address"] for document in self._store.list(_COLLECTION)}
            for address in _candidates(owner.lower()):
                if address not in taken and _is_free(address):
                    self._store.put(_COLLECTION, owner.lower(), {"address": address})
                    return address
        raise NoFreeAddress(owner)

    def release(self, owner: str) -> None:
        """Gives an owner's address back; nothing happens when there is none."""
        self._store.delete(_COLLECTION, owner.lower())


def _candidates(owner: str) -> Iterator[str]:
    for attempt in range(_ATTEMPTS):
        first, second, third = hashlib.sha256(f"{owner}\0{attempt}".encode()).digest()[:3]
        yield f"127.{first % 254 + 1}.{second}.{third % 254 + 1}"


def _is_free(address: str) -> bool:
    with closing(socket.socket()) as probe:
        try:
            probe.bind((address, _CANARY_PORT))
        except OSError:
            return False
    return True
