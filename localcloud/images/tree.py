"""A file system as a tree in memory: of a build context, of an image, of a stage under construction."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, replace
from enum import Enum
from fnmatch import fnmatchcase
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MAXIMUM_LINKS = 40
"""Symbolic links that a path may lead over, as in Linux."""

_WILDCARDS = frozenset("*?[\\")


class Kind(Enum):
    """What a node is; devices and sockets have no place in an image that runs as a process."""

    FILE = "file"
    DIRECTORY = "directory"
    SYMLINK = "symlink"


@dataclass(frozen=True)
class Node:
    """One file, directory or symbolic link; `content` opens a file's bytes, `link` is a link's target."""

    kind: Kind
    mode: int
    uid: int = 0
    gid: int = 0
    size: int = 0
    link: str = ""
    content: Callable[[], IO[bytes]] | None = None

    def owned(self, owner: tuple[int, int] | None, mode: int | None) -> Node:
        """The node with another owner and, but for links, another mode; None leaves what it has."""
        uid, gid = owner or (self.uid, self.gid)
        return replace(self, uid=uid, gid=gid, mode=self.mode if mode is None or self.kind is Kind.SYMLINK else mode)


DIRECTORY = Node(Kind.DIRECTORY, 0o755)


def normalise(path: str) -> str:
    """Return `path` from the root without leading slash; `..` ends at the root; the root is ''."""
    return posixpath.normpath(f"/{path}").lstrip("/")


class Tree:
    """Nodes by their normalised path; the root is always there."""

    def __init__(self) -> None:
        self._nodes: dict[str, Node] = {"": DIRECTORY}
        self._children: dict[str, set[str]] = {"": set()}

    def copy(self) -> Tree:
        """A tree of its own with the same nodes."""
        other = Tree()
        other._nodes = dict(self._nodes)
        other._children = {path: set(names) for path, names in self._children.items()}
        return other

    def get(self, path: str) -> Node | None:
        """The node at a normalised path, links not followed."""
        return self._nodes.get(path)

    def children(self, path: str) -> list[str]:
        """The names in a directory, sorted."""
        return sorted(self._children.get(path, ()))

    def add(self, path: str, node: Node) -> None:
        """Put a node; missing parents become directories, and a non-directory hides what was below it."""
        if not path:
            self._nodes[""] = node if node.kind is Kind.DIRECTORY else self._nodes[""]
            return
        parent, name = posixpath.split(path)
        above = self._nodes.get(parent)
        if above is None or above.kind is not Kind.DIRECTORY:
            self.add(parent, DIRECTORY)
        if node.kind is not Kind.DIRECTORY:
            self.remove(path)
        self._nodes[path] = node
        self._children[parent].add(name)
        if node.kind is Kind.DIRECTORY:
            self._children.setdefault(path, set())

    def remove(self, path: str) -> None:
        """Take a node and all below it away; the root stays."""
        for name in self._children.pop(path, set()):
            self.remove(posixpath.join(path, name))
        if path:
            self._nodes.pop(path, None)
            parent, name = posixpath.split(path)
            self._children.get(parent, set()).discard(name)
        else:
            self._children[""] = set()

    def walk(self, path: str) -> Iterator[tuple[str, Node]]:
        """All nodes below a directory, parents first, in the order of their names."""
        for name in self.children(path):
            child = posixpath.join(path, name)
            yield child, self._nodes[child]
            yield from self.walk(child)

    def resolve(self, path: str, *, last: bool = True) -> str:
        """Follow symbolic links without leaving the root; `last` tells whether the last part is followed too.

        A path that does not exist resolves as far as it does. Raises OSError when links go round in circles.
        """
        pending = [part for part in normalise(path).split("/") if part][::-1]
        current, links = "", 0
        while pending:
            part = pending.pop()
            if part == "..":
                current = posixpath.dirname(current)
                continue
            candidate = posixpath.join(current, part)
            node = self._nodes.get(candidate)
            if node is None or node.kind is not Kind.SYMLINK or (not pending and not last):
                current = candidate
                continue
            links += 1
            if links > MAXIMUM_LINKS:
                raise OSError(f"too many levels of symbolic links: {path}")
            current = "" if node.link.startswith("/") else current
            pending += [step for step in node.link.split("/") if step not in ("", ".")][::-1]
        return current

    def match(self, pattern: str) -> list[str]:
        """The paths that a COPY source names, sorted; wildcards as in Go's `filepath.Match`."""
        found = [""]
        for part in normalise(pattern).split("/"):
            found = [path for base in found for path in self._match_part(base, part)]
        return [path for path in found if path in self._nodes]

    def _match_part(self, base: str, part: str) -> list[str]:
        folder = self.resolve(base)
        if not _WILDCARDS & set(part):
            return [posixpath.join(folder, part)]
        glob = _glob(part)
        return [posixpath.join(folder, name) for name in self.children(folder) if fnmatchcase(name, glob)]


def has_wildcard(pattern: str) -> bool:
    """Whether a COPY source is a pattern."""
    return bool(_WILDCARDS & set(pattern))


def _glob(part: str) -> str:
    """Go's pattern in the words of `fnmatch`: `[^a]` becomes `[!a]`, an escaped character a class of its own."""
    glob, index = "", 0
    while index < len(part):
        if part[index] == "\\" and index + 1 < len(part):
            index += 1
            glob += f"[{part[index]}]"
        else:
            glob += "[!" if part[index : index + 2] == "[^" else part[index]
            index += part[index : index + 2] == "[^"
        index += 1
    return glob
