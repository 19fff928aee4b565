"""A container's log: lines with the time they were written, bounded in size.

The file `log` and, once that is full, the one before it, `log.1`. A reader gets at most the last 4 MB, as from a
container group.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

LARGEST = 4_000_000
_LONGEST_LINE = 16_384
_STAMP = len("1700000000.000000 ")


class Log:
    """Writes one container's log; one process at a time.

    Args:
        path: the current file.
        largest: bytes after which a new file is begun.
    """

    def __init__(self, path: Path, largest: int = LARGEST) -> None:
        self._path = path
        self._largest = largest
        self._partial = b""
        self._open()

    def write(self, data: bytes) -> None:
        """Add output; a line is written once it is complete, or longer than 16 KiB."""
        *lines, self._partial = (self._partial + data).split(b"\n")
        while len(self._partial) > _LONGEST_LINE:
            lines.append(self._partial[:_LONGEST_LINE])
            self._partial = self._partial[_LONGEST_LINE:]
        self._lines(lines)

    def finish(self) -> None:
        """Write what is left of a line that never ended."""
        if self._partial:
            self._lines([self._partial])
            self._partial = b""

    def note(self, sentence: str) -> None:
        """Add a line of the runtime's own."""
        self._lines([f"localcloud: {sentence}".encode()])

    def close(self) -> None:
        """Write what is left and close the file."""
        self.finish()
        os.close(self._file)

    def _lines(self, lines: list[bytes]) -> None:
        stamp = f"{time.time():017.6f} ".encode()
        data = b"".join(stamp + line + b"\n" for line in lines)
        os.write(self._file, data)
        self._size += len(data)
        if self._size >= self._largest:
            os.close(self._file)
            self._path.replace(_before(self._path))
            self._open()

    def _open(self) -> None:
        self._file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._size = os.fstat(self._file).st_size


def read(path: Path, tail: int | None = None, since: float | None = None, largest: int = LARGEST) -> str:
    """The text of a log without its times.

    Args:
        path: the current file.
        tail: the last lines only; None: all.
        since: lines written at this time (seconds since the epoch) or later; None: all.
        largest: bytes at most, counted from the end.
    """
    data = b"".join(_content(file) for file in (_before(path), path))
    lines = data.splitlines()
    if since is not None:
        lines = [line for line in lines if float(line[: _STAMP - 1]) >= since]
    texts = [line[_STAMP:] for line in (lines if tail is None else lines[len(lines) - min(tail, len(lines)) :])]
    text = b"".join(line + b"\n" for line in texts)
    if len(text) > largest:
        text = text[-largest:].partition(b"\n")[2]
    return text.decode(errors="replace")


def _before(path: Path) -> Path:
    """The file that was the log before this one."""
    return path.with_name(f"{path.name}.1")


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""
