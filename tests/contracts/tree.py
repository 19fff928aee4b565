"""The files of the project, without what tools leave among them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
_IGNORED = [
    line.strip("/") for line in (ROOT / ".gitignore").read_text().splitlines() if line and not line.startswith("#")
]


@cache
def files() -> tuple[Path, ...]:
    """Every file that Git would keep, as a path below the project's folder."""
    found = []
    for folder, folders, names in os.walk(ROOT):
        below = Path(folder).relative_to(ROOT)
        folders[:] = [name for name in folders if name != ".git" and not _ignored(below / name)]
        found += [below / name for name in names if not _ignored(below / name)]
    return tuple(sorted(found))


def _ignored(path: Path) -> bool:
    return any(fnmatch(path.name, pattern) or fnmatch(str(path), pattern) for pattern in _IGNORED)


def python(*folders: str) -> list[Path]:
    """The Python files below some folders; of the whole project when none is named."""
    found = [path for path in files() if path.suffix == ".py"]
    return [path for path in found if path.parts[0] in folders] if folders else found


def text(path: Path) -> str:
    """The content of a file of the project."""
    return (ROOT / path).read_text(encoding="utf-8")


def texts() -> Iterator[tuple[Path, str]]:
    """Every text file with its content."""
    for path in files():
        try:
            yield path, text(path)
        except UnicodeDecodeError:
            continue
