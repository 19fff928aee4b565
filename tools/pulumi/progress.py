"""Saying what goes on while it takes long, on standard error."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

EVERY: Final = 10.0
"""Seconds between two lines of one step."""
TAIL: Final = 12
"""Lines of a failed command's output that are kept."""


def say(text: str) -> None:
    """Write one line for the person who waits."""
    sys.stderr.write(f"pulumi engine: {text}\n")
    sys.stderr.flush()


def elapsed(since: float) -> str:
    """Time since `since` (of `time.monotonic`) as m:ss."""
    seconds = int(time.monotonic() - since)
    return f"{seconds // 60}:{seconds % 60:02d}"


class Ticker:
    """Lets one line through every `EVERY` seconds."""

    def __init__(self) -> None:
        self.start = self._last = time.monotonic()

    def tick(self, text: str) -> None:
        """Say `text` with the elapsed time when it is time to."""
        if time.monotonic() - self._last >= EVERY:
            self._last = time.monotonic()
            say(f"{text} ({elapsed(self.start)})")


def run(
    command: Sequence[str],
    *,
    folder: Path,
    environment: Mapping[str, str],
    count: Callable[[str], bool],
    status: Callable[[int], str],
) -> tuple[int, list[str]]:
    """Run a long command; returns its exit code and the end of its standard error.

    Lines of standard error for which `count` holds are counted; `status` words the count for the waiting person.
    The command ends with this process: an interrupt here ends it too.
    """
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, text=True, errors="replace",
    ) as process:  # fmt: skip
        try:
            return _watch(process, count, status)
        finally:
            process.terminate()
            process.wait()


def _watch(
    process: subprocess.Popen[str], count: Callable[[str], bool], status: Callable[[int], str]
) -> tuple[int, list[str]]:
    ticker, counted, tail = Ticker(), [0], deque[str](maxlen=TAIL)

    def read() -> None:
        for line in process.stderr or ():
            if count(line):
                counted[0] += 1
            else:
                tail.append(line.rstrip())

    # A thread, because a link step says nothing for a minute.
    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    while process.poll() is None:
        reader.join(0.2)
        ticker.tick(status(counted[0]))
    reader.join()
    return process.wait(), list(tail)
