"""Who a process is: its id alone is not enough, since ids are used again.

Linux only: read from /proc. A process is named by its id, the clock tick it was started at and the boot of the machine.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import NamedTuple

from localcloud.runtime.documents import MARKER

# Fields of /proc/<pid>/stat after the name in brackets: state, parent, ..., start time.
_STATE, _PARENT, _STARTED = 0, 1, 19


class ProcessIdentity(NamedTuple):
    """One process of one boot.

    Attributes:
        pid: process id.
        started: clock ticks between the boot and its start.
        boot: the boot's id.
    """

    pid: int
    started: int
    boot: str


def identify(pid: int) -> ProcessIdentity | None:
    """Who the process with this id is; None when there is none, or only the remains of one (a zombie)."""
    fields = _stat(pid)
    if fields is None or fields[_STATE] in {"Z", "X"}:
        return None
    return ProcessIdentity(pid, int(fields[_STARTED]), _boot())


def is_alive(identity: ProcessIdentity) -> bool:
    """Whether this very process still runs; another one that was given its id does not count."""
    return identify(identity.pid) == identity


def descendants(pid: int) -> list[int]:
    """The ids of all processes below `pid`, zombies included, parents before their children."""
    children: dict[int, list[int]] = {}
    for candidate in _pids():
        fields = _stat(candidate)
        if fields is not None:
            children.setdefault(int(fields[_PARENT]), []).append(candidate)
    found: list[int] = []
    queue = [pid]
    while queue:
        below = children.get(queue.pop(), [])
        found += below
        queue += below
    return found


def members(container: str) -> list[int]:
    """The ids of all living processes that were started with the marker of a container (its folder) around them."""
    wanted = f"{MARKER}={container}".encode()
    found = []
    for pid in _pids():
        try:
            environment = Path(f"/proc/{pid}/environ").read_bytes()
        except OSError:
            continue
        if wanted in environment.split(b"\0") and identify(pid) is not None:
            found.append(pid)
    return found


def send(pids: list[int], number: signal.Signals) -> None:
    """Send a signal to each process; those that ended meanwhile are passed over."""
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            continue


def _pids() -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]  # noqa: PTH208 - names only, and often


def _stat(pid: int) -> list[str] | None:
    try:
        # The name may hold spaces and brackets, so count from its last bracket.
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return None


def _boot() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
