"""Build contexts: which files an image is built from, their hash, and a tarball that is the same every time."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import stat
import tarfile
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Self

from .dockerignore import IgnorePatterns, InvalidPattern

__all__ = ["BuildContext", "ContextFile", "InvalidContext"]

_CHUNK = 1 << 20
_FILE, _EXECUTABLE, _LINK = 0o644, 0o755, 0o777


class InvalidContext(ValueError):
    """A build context that can't be had.

    Attributes:
        path: The file or folder in question.
        reason: What is wrong with it.
    """

    def __init__(self, path: Path | str, reason: str) -> None:
        self.path = str(path)
        self.reason = reason
        super().__init__(f"build context: {path} {reason}")


@dataclass(frozen=True)
class ContextFile:
    """One entry of a context.

    Attributes:
        path: Where it stands in the context, with forward slashes.
        source: The file on disk, or the bytes themselves.
        mode: 0o644, 0o755 for what its owner may execute, 0o777 for a symbolic link: what differs between two
            checkouts of the same files is left out.
        link: Target of a symbolic link; None for a file.
    """

    path: str
    source: Path | bytes
    mode: int = _FILE
    link: str | None = None

    def open(self) -> io.FileIO | io.BytesIO:
        """Open the content for reading; a link has none.

        Raises:
            InvalidContext: The file can't be read (any more).
        """
        if self.link is not None:
            return io.BytesIO()
        if isinstance(self.source, bytes):
            return io.BytesIO(self.source)
        try:
            return self.source.open("rb", buffering=0)
        except OSError as error:
            raise InvalidContext(self.source, f"can't be read: {error.strerror}") from error

    @cached_property
    def digest(self) -> bytes:
        """SHA-256 of the content, read once."""
        with self.open() as content:
            return hashlib.file_digest(content, "sha256").digest()


@dataclass(frozen=True)
class BuildContext:
    """The files that an image is built from, sorted by path.

    Folders exist through their files, as in Git; times, owners and the order on disk play no part.
    """

    files: tuple[ContextFile, ...]

    @classmethod
    def from_directory(cls, path: Path | str, dockerfile: str = "Dockerfile") -> Self:
        """Take a folder as `docker build` does.

        `<dockerfile>.dockerignore` is obeyed if it is there, else `.dockerignore`. The Dockerfile and that ignore
        file are always part of the context. Symbolic links stay links.

        Args:
            path: The folder.
            dockerfile: Path of the Dockerfile in that folder.

        Raises:
            InvalidContext: No such folder or Dockerfile, a bad ignore pattern, or an entry that is no file.
        """
        root = Path(path)
        name = _destination(dockerfile)
        if not root.is_dir():
            raise InvalidContext(root, "must be a folder" if root.exists() else "doesn't exist; it must be a folder")
        if not (root / name).is_file():
            raise InvalidContext(root / name, "doesn't exist; it must be the Dockerfile")
        own = f"{name}.dockerignore"
        ignore_file = own if (root / own).is_file() else ".dockerignore"
        patterns = _read_patterns(root / ignore_file)
        kept = [f"!{_literal(always)}" for always in (name, ignore_file)]
        return cls(_sorted(_walk(root, "", IgnorePatterns([*patterns, *kept]))))

    @classmethod
    def from_files(cls, files: Mapping[str, Path | bytes], ignore: Iterable[str] = ()) -> Self:
        """Put a context together from several places.

        Args:
            files: Destination in the context -> file, folder (all below it) or bytes.
            ignore: Patterns as in `.dockerignore`, held against the destinations.

        Raises:
            InvalidContext: A source that isn't there, a destination outside the context or taken twice.
        """
        patterns = IgnorePatterns(ignore)
        found = [entry for destination, source in files.items() for entry in _place(destination, source, patterns)]
        return cls(_sorted(found))

    def adding(self, files: Mapping[str, Path | bytes]) -> Self:
        """Return this context with more files, such as generated ones, in place of what stood there.

        Raises:
            InvalidContext: As `from_files`.
        """
        added = type(self).from_files(files).files
        replaced = {entry.path for entry in added}
        return type(self)(_sorted([*(entry for entry in self.files if entry.path not in replaced), *added]))

    @cached_property
    def hash(self) -> str:
        """SHA-256 over mode, path, link target and content of every file: 64 hexadecimal digits.

        Raises:
            InvalidContext: A file can't be read.
        """
        total = hashlib.sha256()
        for entry in self.files:
            total.update(f"{entry.mode:o}\0{entry.path}\0{entry.link or ''}\0".encode(errors="surrogateescape"))
            total.update(entry.digest)
        return total.hexdigest()

    def write(self, path: Path | str) -> None:
        """Write the context as a gzipped tar that is the same, byte for byte, for the same files.

        The file appears whole or not at all.

        Raises:
            InvalidContext: A file changed since it was hashed, so that the hash would name other content.
            OSError: The destination can't be written.
        """
        target = Path(path)
        with tempfile.NamedTemporaryFile(dir=target.parent, prefix=f".{target.name}.", delete=False) as made:
            try:
                # Level 6: on a context's text it is much faster than 9 and nearly as small.
                with gzip.GzipFile("", "wb", compresslevel=6, fileobj=made, mtime=0) as packed:
                    self._write_tar(packed)
            except BaseException:
                Path(made.name).unlink()
                raise
        Path(made.name).replace(target)

    def _write_tar(self, packed: gzip.GzipFile) -> None:
        with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive:
            for entry in self.files:
                with entry.open() as content:
                    reader = _HashingReader(content)
                    header = _header(entry, content)
                    try:
                        archive.addfile(header, reader if header.isreg() else None)
                    except OSError as error:
                        raise _changed(entry) from error
                    if reader.hash.digest() != entry.digest:
                        raise _changed(entry)


class _HashingReader(io.RawIOBase):
    """Hands bytes on to the archive and hashes them on the way."""

    def __init__(self, content: io.FileIO | io.BytesIO) -> None:
        super().__init__()
        self._content = content
        self.hash = hashlib.sha256()

    def read(self, size: int = -1, /) -> bytes:
        data = self._content.read(size)
        self.hash.update(data)
        return data


def _changed(entry: ContextFile) -> InvalidContext:
    return InvalidContext(entry.path, "changed while the context was read; run it again")


def _header(entry: ContextFile, content: io.FileIO | io.BytesIO) -> tarfile.TarInfo:
    header = tarfile.TarInfo(entry.path)
    header.mode = entry.mode
    if entry.link is not None:
        header.type, header.linkname = tarfile.SYMTYPE, entry.link
    else:
        header.size = content.seek(0, io.SEEK_END)
        content.seek(0)
    return header


def _sorted(entries: Iterable[ContextFile]) -> tuple[ContextFile, ...]:
    """Sort by path and refuse two entries at one path, or a file where another needs a folder."""
    ordered = tuple(sorted(entries, key=lambda entry: entry.path))
    taken: set[str] = set()
    for entry in ordered:
        if entry.path in taken:
            raise InvalidContext(entry.path, "is given twice")
        taken.add(entry.path)
    for entry in ordered:
        folders = PurePosixPath(entry.path).parents
        if clash := next((str(folder) for folder in folders if str(folder) in taken), None):
            raise InvalidContext(clash, f"is a file, and the folder of {entry.path}")
    return ordered


def _walk(folder: Path, prefix: str, patterns: IgnorePatterns) -> Iterator[ContextFile]:
    """Yield the files below a folder that no pattern leaves out, with their paths below `prefix`."""
    above = patterns.root_matches()
    for depth in range(prefix.count("/")):
        above = patterns.matches("/".join(prefix.split("/")[: depth + 1]), above)
    pending = [(folder, prefix, above)]
    while pending:
        current, start, parent = pending.pop()
        try:
            with os.scandir(current) as entries:
                listed = list(entries)
        except OSError as error:
            raise InvalidContext(current, f"can't be read: {error.strerror}") from error
        for entry in listed:
            path = f"{start}{entry.name}"
            matches = patterns.matches(path, parent)
            ignored = patterns.verdict(matches)
            if entry.is_dir(follow_symlinks=False):
                if not ignored or patterns.may_keep_below(path):
                    pending.append((Path(entry.path), f"{path}/", matches))
            elif not ignored:
                yield _entry(path, Path(entry.path), entry.stat(follow_symlinks=False).st_mode)


def _entry(path: str, source: Path, mode: int) -> ContextFile:
    if stat.S_ISLNK(mode):
        return ContextFile(path, source, _LINK, str(source.readlink()))
    if not stat.S_ISREG(mode):
        raise InvalidContext(source, "is neither a file nor a symbolic link; name it in .dockerignore")
    return ContextFile(path, source, _EXECUTABLE if mode & stat.S_IXUSR else _FILE)


def _place(destination: str, source: Path | bytes, patterns: IgnorePatterns) -> Iterable[ContextFile]:
    """Yield the entries that one source gives at its destination."""
    if isinstance(source, bytes):
        return [ContextFile(_destination(destination), source)]
    if source.is_dir():
        prefix = "" if destination in ("", ".") else f"{_destination(destination)}/"
        return _walk(source, prefix, patterns)
    if not source.exists():
        raise InvalidContext(source, "doesn't exist")
    path = _destination(destination)
    return [] if patterns.ignores(path) else [_entry(path, source, source.stat().st_mode)]


def _destination(path: str) -> str:
    """Return a path inside the context, without `.` and doubled slashes."""
    pure = PurePosixPath(path)
    if pure.is_absolute() or ".." in pure.parts or not pure.parts or "\0" in path:
        raise InvalidContext(repr(path), "must be a path inside the context, such as app/score.py")
    return str(pure)


def _read_patterns(path: Path) -> list[str]:
    if not path.is_file():
        return []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        IgnorePatterns(lines)
    except (OSError, UnicodeDecodeError, InvalidPattern) as error:
        raise InvalidContext(path, f"can't be used: {error}") from error
    return lines


def _literal(path: str) -> str:
    """Escape a path, so that as a pattern it matches itself only."""
    return "".join(f"\\{char}" if char in "*?[\\" else char for char in path)
