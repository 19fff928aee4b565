"""Which versions of the engine are used."""

from __future__ import annotations

import re
from typing import Final

FLOOR: Final = "3.250.0"
"""Oldest engine on PATH that is used: the first one here that has resource hooks."""
VERSION: Final = "3.259.0"
"""The engine that is downloaded or built; `engine/go.mod` names the same."""


def parse(text: str) -> tuple[int, int, int] | None:
    """`v3.259.0`, `3.259.0-dev.1` -> (3, 259, 0); None when `text` has no such version."""
    found = re.match(r"\s*v?(\d+)\.(\d+)\.(\d+)", text)
    return (int(found[1]), int(found[2]), int(found[3])) if found else None


def at_least(text: str, floor: str = FLOOR) -> bool:
    """Whether the version `text` is `floor` or newer; an unreadable version is not."""
    version, least = parse(text), parse(floor)
    return version is not None and least is not None and version >= least
