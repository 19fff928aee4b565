"""The content store: OCI blobs on disk, found by the digest of what they hold."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NewType, Self

from localcloud.images.errors import BlobUnknown, DigestInvalid, DigestMismatch

if TYPE_CHECKING:
    from types import TracebackType

Digest = NewType("Digest", str)
"""`sha256:` and 64 lower-case hexadecimal digits; what others push may also be `sha512:` and 128."""

CHUNK = 1 << 20
"""Bytes that are read at a time when a file is hashed or copied."""

ALGORITHM = "sha256"
"""The algorithm of the digests of all that localcloud makes itself."""

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}")


def parse_digest(text: str) -> Digest:
    """Return `text` as a digest.

    Raises:
        DigestInvalid: It is not one, or not of SHA-256 or SHA-512.
    """
    if not _DIGEST.fullmatch(text):
        raise DigestInvalid(text)
    return Digest(text)


def digest_of(data: bytes, algorithm: str = ALGORITHM) -> Digest:
    """Return the digest of `data`; `algorithm` is sha256 or sha512."""
    return Digest(f"{algorithm}:{hashlib.new(algorithm, data).hexdigest()}")


class ContentStore:
    """Blobs under `<root>/<algorithm>/<hex>`.

    A blob appears whole or not at all (temporary file, then rename), so that any number of processes may share a root.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._partial = root / "partial"
        for folder in (root / "sha256", root / "sha512", self._partial):
            folder.mkdir(parents=True, exist_ok=True)

    def __contains__(self, digest: object) -> bool:
        return isinstance(digest, str) and bool(_DIGEST.fullmatch(digest)) and self.path(Digest(digest)).is_file()

    def path(self, digest: Digest) -> Path:
        """Where a blob is or would be; for readers only.

        Raises:
            DigestInvalid: It is no digest.
        """
        algorithm, _, name = parse_digest(digest).partition(":")
        return self.root / algorithm / name

    def put(self, data: bytes, algorithm: str = ALGORITHM) -> Digest:
        """Store `data` and return its digest."""
        with self.writer(algorithm) as writer:
            writer.write(data)
            return writer.commit()

    def writer(self, algorithm: str = ALGORITHM) -> BlobWriter:
        """Return a writer for a blob whose digest is known at its end; without `commit` nothing is stored."""
        return BlobWriter(self, self._partial, algorithm)

    def get(self, digest: Digest) -> bytes:
        """Return a small blob whole; raises BlobUnknown."""
        with self.open(digest) as file:
            return file.read()

    def open(self, digest: Digest) -> BinaryIO:
        """Open a blob for reading; raises BlobUnknown."""
        try:
            return self.path(digest).open("rb")
        except FileNotFoundError:
            raise BlobUnknown(digest) from None

    def size(self, digest: Digest) -> int:
        """Return a blob's length in bytes; raises BlobUnknown."""
        try:
            return self.path(digest).stat().st_size
        except FileNotFoundError:
            raise BlobUnknown(digest) from None

    def adopt(self, file: Path, expected: Digest) -> Digest:
        """Move a complete file of the same file system into the store.

        Raises:
            DigestInvalid: `expected` is no digest.
            DigestMismatch: The file does not hold what `expected` says; it stays where it is.
        """
        algorithm = parse_digest(expected).partition(":")[0]
        with file.open("rb") as stream:
            actual = Digest(f"{algorithm}:{hashlib.file_digest(stream, algorithm).hexdigest()}")
        if actual != expected:
            raise DigestMismatch(expected, actual)
        file.replace(self.path(actual))
        return actual

    def delete(self, digest: Digest) -> None:
        """Forget a blob; raises BlobUnknown."""
        try:
            self.path(digest).unlink()
        except FileNotFoundError:
            raise BlobUnknown(digest) from None


class BlobWriter:
    """Writes one blob; a context manager that drops what was not committed."""

    def __init__(self, store: ContentStore, folder: Path, algorithm: str) -> None:
        self._store = store
        handle, name = tempfile.mkstemp(dir=folder)
        self._file = os.fdopen(handle, "wb")
        self._path = Path(name)
        self._algorithm = algorithm
        self._hash = hashlib.new(algorithm)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.discard()

    def write(self, data: bytes) -> int:
        """Append `data`; returns its length, as a file does."""
        self._hash.update(data)
        return self._file.write(data)

    def commit(self, expected: Digest | None = None) -> Digest:
        """Make the blob visible and return its digest.

        Raises:
            DigestMismatch: It is not the expected one; nothing is stored.
        """
        self._file.close()
        actual = Digest(f"{self._algorithm}:{self._hash.hexdigest()}")
        if expected is not None and actual != expected:
            self.discard()
            raise DigestMismatch(expected, actual)
        self._path.replace(self._store.path(actual))
        return actual

    def discard(self) -> None:
        """Drop what was written, unless it was committed."""
        self._file.close()
        self._path.unlink(missing_ok=True)
