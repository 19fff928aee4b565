"""COPY and ADD: which files go where."""

from __future__ import annotations

import io
import posixpath
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from localcloud.images.archive import ArchiveError, open_archive, read_tree
from localcloud.images.tree import DIRECTORY, Kind, Node, Tree, has_wildcard, normalise

if TYPE_CHECKING:
    from contextlib import ExitStack

    from localcloud.images.dockerfile import Heredoc


class CopyError(ValueError):
    """A COPY or ADD cannot be done; `str()` is Docker's sentence."""


@dataclass(frozen=True)
class CopyRequest:
    """What one instruction asks for.

    `destination` is absolute and ends with `/` where the Dockerfile says that it is a directory. `is_context` tells
    the build context, which sources may not leave, from a stage, where `..` ends at the root. `hint` is added when a
    source is missing.
    """

    command: str
    sources: tuple[str, ...]
    heredocs: tuple[Heredoc, ...]
    destination: str
    owner: tuple[int, int] | None
    mode: int | None
    is_context: bool = True
    hint: str = ""

    def missing(self, source: str) -> CopyError:
        """The error for a source that is not there."""
        what = "file not found in build context or excluded by .dockerignore: " if self.is_context else ""
        return CopyError(f"{self.command} failed: {what}stat {source}: file does not exist{self.hint}")


@dataclass
class Copier:
    """Copies from `source` into `target`; `entries` collects the layer."""

    source: Tree
    target: Tree
    scope: ExitStack
    entries: dict[str, Node] = field(default_factory=dict)

    def copy(self, request: CopyRequest) -> dict[str, Node]:
        """Copy all sources and return the layer's entries; the target tree has them too.

        Raises:
            CopyError: A source is missing or the destination does not take it.
        """
        sources = [path for pattern in request.sources for path in self._sources(request, pattern)]
        many = len(sources) + len(request.heredocs) > 1
        if many and not request.destination.endswith("/"):
            raise CopyError(
                f"When using {request.command} with more than one source file, the destination must be a directory "
                "and end with a /"
            )
        for path in sources:
            self._copy_source(request, path)
        for heredoc in request.heredocs:
            data = heredoc.content.encode()
            node = Node(Kind.FILE, 0o644, size=len(data), content=partial(io.BytesIO, data))
            self._put_named(request, heredoc.name, node.owned(request.owner or (0, 0), request.mode))
        return self.entries

    def _sources(self, request: CopyRequest, pattern: str) -> list[str]:
        if request.is_context and posixpath.normpath(pattern.lstrip("/")).startswith(".."):
            raise CopyError(f"{request.command} failed: forbidden path outside the build context: {pattern} ()")
        found = self.source.match(pattern)
        if not found and has_wildcard(pattern):
            raise CopyError(f"{request.command} failed: no source files were specified")
        if not found:
            raise request.missing(normalise(pattern))
        return found

    def _copy_source(self, request: CopyRequest, path: str) -> None:
        real = self.source.resolve(path)
        node = self.source.get(real)
        if node is None:
            raise request.missing(path)
        owner = request.owner or (0, 0)
        if node.kind is Kind.DIRECTORY:
            self._copy_directory(request, self.source, real, owner)
            return
        unpacked = self._unpacked(request, node)
        if unpacked is None:
            self._put_named(request, posixpath.basename(path), node.owned(owner, request.mode))
        else:
            self._copy_directory(request, unpacked, "", request.owner)

    def _unpacked(self, request: CopyRequest, node: Node) -> Tree | None:
        """The tree of a local tar archive that ADD unpacks; None for anything else."""
        if request.command != "ADD" or node.content is None:
            return None
        try:
            return read_tree(open_archive(self.scope.enter_context(node.content()), self.scope))
        except ArchiveError:
            return None

    def _copy_directory(self, request: CopyRequest, tree: Tree, path: str, owner: tuple[int, int] | None) -> None:
        """Copy what is in a directory, not the directory itself."""
        base = self._directory(request, self.target.resolve(request.destination))
        for child, node in tree.walk(path):
            place = posixpath.join(base, posixpath.relpath(child, path or "."))
            self._put(request, self._place(place), node.owned(owner, request.mode))

    def _put_named(self, request: CopyRequest, name: str, node: Node) -> None:
        place = self.target.resolve(request.destination)
        existing = self.target.get(place)
        if request.destination.endswith("/") or (existing and existing.kind is Kind.DIRECTORY):
            place = self._place(posixpath.join(self._directory(request, place), name))
        self._put(request, place, node)

    def _place(self, path: str) -> str:
        """Where a path really is: links in its parents lead to other directories of the image."""
        return self.target.resolve(path, last=False)

    def _directory(self, request: CopyRequest, path: str) -> str:
        existing = self.target.get(path)
        if existing is None:
            self._put(request, path, DIRECTORY.owned(request.owner, None))
        elif existing.kind is not Kind.DIRECTORY:
            raise CopyError(f"{request.command} failed: cannot copy to non-directory: /{path}")
        return path

    def _put(self, request: CopyRequest, path: str, node: Node) -> None:
        existing = self.target.get(path)
        if existing is not None and existing.kind is Kind.DIRECTORY and node.kind is not Kind.DIRECTORY:
            raise CopyError(f"{request.command} failed: cannot replace to directory /{path} with file")
        self._put_parents(request, path)
        self.target.add(path, node)
        if path:
            self.entries[path] = node

    def _put_parents(self, request: CopyRequest, path: str) -> None:
        parent = posixpath.dirname(path)
        existing = self.target.get(parent)
        if existing is None:
            self._put(request, parent, DIRECTORY.owned(request.owner, None))
        elif existing.kind is not Kind.DIRECTORY:
            raise CopyError(f"{request.command} failed: cannot copy to non-directory: /{parent}")
