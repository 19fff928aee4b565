"""Requirements files inside an image: what they ask for, and what of it can't be had."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from localcloud.runtime import installs

if TYPE_CHECKING:
    from localcloud.runtime.rootfs import RootFileSystem

_FILES = frozenset({"-r", "--requirement"})
_CONSTRAINTS = frozenset({"-c", "--constraint"})
_EDITABLE = frozenset({"-e", "--editable"})

Lines = tuple[list[str], list[str]]
"""Requirements and constraints."""


class RequirementFiles:
    """Reads requirements, with the files that they name, from a root file system.

    Args:
        root: the unpacked image.
        note: takes a sentence about something that is left out.
    """

    def __init__(self, root: RootFileSystem, note: Callable[[str], None]) -> None:
        self._root = root
        self._note = note

    def from_options(self, options: Iterable[tuple[str, str]], folder: str) -> Lines:
        """What options of `pip install`, or of a line in a file, ask for; `folder` is what paths start from."""
        wanted: list[str] = []
        bounds: list[str] = []
        for option, value in options:
            if option in _FILES:
                more, more_bounds = self.from_file(value, folder)
                wanted, bounds = wanted + more, bounds + more_bounds
            elif option in _CONSTRAINTS:
                bounds += self.from_file(value, folder)[0]
            elif option in _EDITABLE:
                self._note(f"the local project {value} is not installed")
            elif option not in installs.PIP_HARMLESS:
                self._note(f"the option {option} is dropped")
        return wanted, bounds

    def from_file(self, name: str, folder: str) -> Lines:
        """What a file asks for."""
        inside = posixpath.join(folder, name)
        found = self.find(inside)
        if found is None:
            return [], []
        return self.from_lines(installs.requirement_lines(read_text(found)), posixpath.dirname(inside))

    def from_lines(self, lines: Iterable[str], folder: str) -> Lines:
        """What the lines of a file in `folder` ask for."""
        wanted: list[str] = []
        bounds: list[str] = []
        for line in lines:
            if line.startswith("-"):
                options = installs.arguments(line.split(), installs.PIP_VALUES).options
                more, more_bounds = self.from_options(options, folder)
                wanted, bounds = wanted + more, bounds + more_bounds
            elif self.is_named(line):
                wanted.append(line)
        return wanted, bounds

    def is_named(self, requirement: str) -> bool:
        """Whether a requirement can be installed, by name or URL; a path gets a note."""
        if installs.is_local(requirement):
            self._note(f"the local package {requirement} is not installed")
            return False
        return True

    def find(self, inside: str) -> Path | None:
        """Where a file of the image is; one that is not there gets a note."""
        found = self._root.find(inside)
        if found is None or not found.is_file():
            self._note(f"there is no file {posixpath.normpath(inside)} in the image")
            return None
        return found


def read_text(path: Path) -> str:
    """The text of a file that people write: UTF-8, with or without a byte-order mark."""
    return path.read_text(encoding="utf-8-sig", errors="replace")
