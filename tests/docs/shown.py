"""What a page shows of a command's output, held against what the command printed."""

from __future__ import annotations

import re

_LOOSENED = (
    (r"sha256:[0-9a-f]+(\.\.\.)?", "sha256:#"),
    (r"\bc-[0-9a-f]{16}\b", "c-#"),
    (r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", "uuid#"),
    (r"\b127\.\d+\.\d+\.\d+(:\d+)?", "address#"),
    (r"\bca\d+\b", "run#"),
    (r"\b\d+(\.\d+)? ?s\b", "# s"),
    (r"\b\d{4}-\d\d-\d\d(T[\d:.]+Z)?", "date#"),
    (r"(?=[0-9a-f]*\d)[0-9a-f]{8}\b", "#"),
)
"""What differs from run to run: digests, keys, ids, addresses with ports, runs, times, dates, short hashes."""
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_OPEN = re.compile(r"<[a-z. ]+>")
"""What a page leaves open: `<...>`, `<checkout>`."""


def missing(shown: str, printed: str) -> list[str]:
    """The lines of a page that the output does not have, in the order of the page; other lines may come between.

    A line `...` stands for lines that are left out; spaces and what differs from run to run do not count.
    """
    lines = iter([_loosened(line) for line in _COLOUR.sub("", printed).splitlines()])
    wanted = [line for line in shown.splitlines() if line.strip() not in {"", "..."}]
    return [line for line in wanted if not any(_pattern(line).fullmatch(printed_line) for printed_line in lines)]


def _pattern(line: str) -> re.Pattern[str]:
    pieces = [_loosened(piece, keep_ends=True) for piece in _OPEN.split(" ".join(line.split()))]
    return re.compile(".*".join(re.escape(piece) for piece in pieces))


def _loosened(line: str, *, keep_ends: bool = False) -> str:
    for pattern, word in _LOOSENED:
        line = re.sub(pattern, word, line)
    return line if keep_ends else " ".join(line.split())
