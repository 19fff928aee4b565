"""The log of a run, in the wording of ACR's builder."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

_TAIL_LINES = 12
_MINUTE = 60


class RunTimeout(Exception):
    """A run took longer than its request allows."""


class RunLog:
    """Writes a run's log, line by line, for readers who are there already.

    Attributes:
        timeout: Seconds after which `line` raises RunTimeout.
    """

    def __init__(self, path: Path, timeout: float) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._stream = path.open("w", encoding="utf-8")
        self._began = time.monotonic()
        self._timeout = timeout
        self._last: list[str] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stream.close()

    @property
    def seconds(self) -> float:
        """How long the run has taken."""
        return time.monotonic() - self._began

    @property
    def tail(self) -> str:
        """The log's last lines."""
        return "\n".join(self._last)

    def line(self, text: str) -> None:
        """Writes a line as it is."""
        self._write(text)
        if self.seconds > self._timeout:
            raise RunTimeout

    def say(self, text: str) -> None:
        """Writes a line with the time in front, as the builder does for its own steps."""
        self.line(f"{datetime.now(UTC):%Y/%m/%d %H:%M:%S} {text}")

    def end(self, text: str) -> None:
        """Writes the last line, whatever the time."""
        self._write("")
        self._write(text)

    def _write(self, text: str) -> None:
        self._stream.write(f"{text}\n")
        self._stream.flush()
        self._last = [*self._last, text][-_TAIL_LINES:]


def spoken(seconds: float) -> str:
    """A duration as ACR writes it: `49s`, `2m56s`."""
    minutes, rest = divmod(max(1, round(seconds)), _MINUTE)
    return f"{minutes}m{rest}s" if minutes else f"{rest}s"
