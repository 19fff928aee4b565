"""Files that list packages: pip's requirements and constraints, conda's lists and environment files."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ..conda_file import InvalidCondaFile, read_conda_file
from ..requirements_file import file_lines
from .image_files import FileText
from .installs import Manager
from .pins import Package, Pin, read_package
from .shell import Word

__all__ = ["Listed", "Unreadable", "read_constraints", "read_environment", "read_list"]

Finder = Callable[[str], FileText | None]
"""A file of the image by its absolute path."""


@dataclass(frozen=True)
class Listed:
    """A package that a file lists.

    Attributes:
        package: The package.
        manager: Whose package it is: an environment file has conda's and pip's.
        file: The file's path in the context; None for a document in the Dockerfile.
        line: Line in that file, or in the Dockerfile.
    """

    package: Package
    manager: Manager
    file: str | None
    line: int


@dataclass(frozen=True)
class Unreadable:
    """A file that can't be followed.

    Attributes:
        path: Its path as written.
        reason: Why not.
    """

    path: str
    reason: str


def read_list(path: str, manager: Manager, find: Finder) -> Iterator[Listed | Unreadable]:
    """Read a list of packages and the lists that it includes (`-r`); constraints in it (`-c`) are applied.

    Args:
        path: Absolute path in the image.
        manager: Whose list it is.
        find: Where files are found.
    """
    found: list[Listed | Unreadable] = []
    constraints: set[str] = set()
    waiting, seen = [path], {path}
    while waiting:
        current = waiting.pop(0)
        document = find(current)
        if document is None:
            found.append(Unreadable(current, "is not in the build context"))
            continue
        for number, line in file_lines(document.text):
            option, value = _option(line)
            other = posixpath.normpath(posixpath.join(posixpath.dirname(current), value))
            if option in ("-r", "--requirement") and other not in seen:
                waiting.append(other)
                seen.add(other)
            elif option in ("-c", "--constraint"):
                constraints |= _pinned(other, find)
            elif option in ("", "-e", "--editable"):
                found += _listed(value if option else line, manager, document, number)
    return (one for one in found if not (isinstance(one, Listed) and one.package.name in constraints))


def _listed(line: str, manager: Manager, document: FileText, number: int) -> list[Listed | Unreadable]:
    """Read one line; a file of conda's that is a lock (`@EXPLICIT`) has addresses only, which are pinned."""
    text = line.partition(" --")[0].strip()
    if text == "@EXPLICIT":
        return []
    package = read_package(Word(text, 0, "${" in text), manager)
    return [Listed(package, manager, document.name, document.line + number)]


def _pinned(path: str, find: Finder) -> set[str]:
    """Return the names that one file pins by itself."""
    document = find(path)
    lines = [] if document is None else [line for _, line in file_lines(document.text)]
    packages = [read_package(Word(line, 0, "${" in line), Manager.PIP) for line in lines if not line.startswith("-")]
    return {package.name for package in packages if package.pin is Pin.PINNED}


def read_constraints(path: str, find: Finder) -> set[str]:
    """Return the names that a constraint file pins, with the files that it includes; none where it can't be read."""
    listed = read_list(path, Manager.PIP, find)
    return {one.package.name for one in listed if isinstance(one, Listed) and one.package.pin is Pin.PINNED}


def read_environment(path: str, find: Finder) -> tuple[str | None, list[Listed | Unreadable]]:
    """Read a conda environment file.

    Returns:
        The environment's name, and what the file lists.
    """
    document = find(path)
    if document is None:
        return None, [Unreadable(path, "is not in the build context")]
    try:
        environment = read_conda_file(document.text)
    except InvalidCondaFile as error:
        return None, [Unreadable(path, f"is no environment file ({error.reason})")]
    found: list[Listed | Unreadable] = []
    for spec in environment.conda:
        package = read_package(Word(spec.text, 0), Manager.CONDA)
        found.append(Listed(package, Manager.CONDA, document.name, document.line + spec.line))
    for spec in environment.pip:
        option, value = _option(spec.text)
        if option in ("-r", "--requirement"):
            found += read_list(posixpath.join(posixpath.dirname(path), value), Manager.PIP, find)
        elif not option:
            package = read_package(Word(spec.text, 0), Manager.PIP)
            found.append(Listed(package, Manager.PIP, document.name, document.line + spec.line))
    return environment.name, found


def _option(line: str) -> tuple[str, str]:
    """Split `-r other.txt`, `-rother.txt` and `--requirement=other.txt`; the option is empty for a package."""
    if not line.startswith("-"):
        return "", line
    if line.startswith("--"):
        name, _, value = line.replace("=", " ", 1).partition(" ")
        return name, value.strip()
    return line[:2], line[2:].strip(" =")
