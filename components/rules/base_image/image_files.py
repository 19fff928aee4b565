"""Where a file of the image comes from: the build context, a document in the Dockerfile, or an earlier stage."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

__all__ = ["FileText", "ImageFiles", "Reader"]

Reader = Callable[[str], str | None]
"""Content of a file by its path in the build context, with forward slashes; None where there is none."""


@dataclass(frozen=True)
class FileText:
    """A file's content.

    Attributes:
        text: The content.
        name: Its path in the context; None for a document in the Dockerfile.
        line: Line of the Dockerfile that stands before its first line; 0 for a file of the context.
    """

    text: str
    name: str | None
    line: int = 0


@dataclass(frozen=True)
class _Copy:
    source: str
    target: str
    origin: ImageFiles | None


@dataclass
class ImageFiles:
    """The files that a stage is given, by `COPY`, `ADD` and bind mounts; the last one to name a path decides."""

    read: Reader
    _copies: list[_Copy] = field(default_factory=list)
    _documents: dict[str, FileText] = field(default_factory=dict)
    _found: dict[str, FileText | None] = field(default_factory=dict)

    def branch(self) -> ImageFiles:
        """Return the files of a stage that starts from this one."""
        return ImageFiles(self.read, list(self._copies), dict(self._documents))

    def copy(self, sources: list[str], target: str, origin: ImageFiles | None) -> None:
        """Note a `COPY`.

        Args:
            sources: Paths in the context, or in the stage they come from.
            target: Absolute path in the image; it ends with a slash where it is a folder.
            origin: The stage's files; None for the context.
        """
        self._found.clear()
        self._copies += [_Copy(source, target, origin) for source in sources]

    def write(self, path: str, document: FileText) -> None:
        """Note a document that becomes a file."""
        self._found.clear()
        self._documents[posixpath.normpath(path)] = document

    @property
    def documents(self) -> Mapping[str, FileText]:
        """The documents that became files, by path."""
        return self._documents

    def is_copied(self, path: str) -> bool:
        """Say whether a path of the image was copied from somewhere, though its content may not be at hand."""
        return any(next(_sources(copy, posixpath.normpath(path)), None) for copy in self._copies)

    def find(self, path: str) -> FileText | None:
        """Return the content of a file of the image, by its absolute path; None where it can't be had."""
        wanted = posixpath.normpath(path)
        if wanted not in self._found:
            self._found[wanted] = self._search(wanted)
        return self._found[wanted]

    def _search(self, wanted: str) -> FileText | None:
        if wanted in self._documents:
            return self._documents[wanted]
        for copy in reversed(self._copies):
            for source in _sources(copy, wanted):
                found = self._content(copy, source)
                if found is not None:
                    return found
        return None

    def _content(self, copy: _Copy, source: str) -> FileText | None:
        if copy.origin is not None:
            return copy.origin.find(posixpath.join("/", source))
        name = posixpath.normpath(source.lstrip("/") or ".")
        text = None if name.startswith("..") else self.read(name)
        return None if text is None else FileText(text, name)


def _sources(copy: _Copy, wanted: str) -> Iterator[str]:
    """Yield what may be the source of a path: the file itself, or one below a copied folder."""
    target = posixpath.normpath(copy.target)
    wild = any(char in copy.source for char in "*?[")
    folder = posixpath.dirname(copy.source) if wild else copy.source
    if wanted == target and not copy.target.endswith("/"):
        yield copy.source
    if wanted == posixpath.join(target, posixpath.basename(copy.source)):
        yield copy.source
    if wanted.startswith("/" if target == "/" else f"{target}/"):
        yield posixpath.join(folder, posixpath.relpath(wanted, target))
