"""How many requests are in a deployment, told across processes by a lock.

The front end holds a container's lock, shared, while any request is in it. Whoever ends the container holds it alone
meanwhile: then no request is in, and none gets in.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_FOLDER = "inside"
_PAUSE_SECONDS = 0.01


class Gate:
    """The front end's side.

    Args:
        folder: The endpoint's folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._inside: Counter[str] = Counter()
        self._locks: dict[str, int] = {}

    def enter(self, container: str) -> bool:
        """Lets a request in; False: the container is on its way out, and the routes name another one already."""
        if not self._inside[container]:
            descriptor = _open(self._folder, container)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(descriptor)
                return False
            self._locks[container] = descriptor
        self._inside[container] += 1
        return True

    def leave(self, container: str) -> None:
        """A request is done."""
        self._inside[container] -= 1
        if not self._inside[container]:
            os.close(self._locks.pop(container))


@contextmanager
def closed(folder: Path, container: str, seconds: float) -> Iterator[None]:
    """Waits, at most so long, until no request is in a container; nobody gets in before the end of the block.

    Args:
        folder: The endpoint's folder.
        container: The container's id, which the routes don't name any more.
        seconds: After these the block is entered anyway.
    """
    descriptor = _open(folder, container)
    deadline = time.monotonic() + seconds
    try:
        while time.monotonic() < deadline:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                time.sleep(_PAUSE_SECONDS)
            else:
                break
        yield
    finally:
        (folder / _FOLDER / container).unlink(missing_ok=True)
        os.close(descriptor)


def _open(folder: Path, container: str) -> int:
    (folder / _FOLDER).mkdir(parents=True, exist_ok=True)
    return os.open(folder / _FOLDER / container, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
