"""Uploads of blobs in progress: files that grow, and become blobs when their digest is proven."""

from __future__ import annotations

import hashlib
import re
import uuid
from typing import TYPE_CHECKING, BinaryIO

from localcloud.registry.errors import UploadUnknown

if TYPE_CHECKING:
    from pathlib import Path

    from localcloud.images.content import ContentStore, Digest

_SESSION = re.compile(r"[0-9a-f-]{36}")


class Uploads:
    """Sessions under `<store root>/uploads/<repository>/<session>`; they survive a restart of the server."""

    def __init__(self, store: ContentStore) -> None:
        self._store = store
        self._root = store.root / "uploads"

    def start(self, login_server: str, repository: str) -> str:
        """Begin an upload and return its session."""
        folder = self._folder(login_server, repository)
        folder.mkdir(parents=True, exist_ok=True)
        session = str(uuid.uuid4())
        (folder / session).touch()
        return session

    def size(self, login_server: str, repository: str, session: str) -> int:
        """How many bytes have arrived; raises UploadUnknown."""
        return self._file(login_server, repository, session).stat().st_size

    def open(self, login_server: str, repository: str, session: str) -> BinaryIO:
        """Open an upload for appending; raises UploadUnknown."""
        return self._file(login_server, repository, session).open("ab")

    def finish(self, login_server: str, repository: str, session: str, digest: Digest) -> None:
        """Make the upload a blob; it ends either way.

        Raises:
            UploadUnknown: There is no such session.
            DigestMismatch: The content is not what `digest` says.
        """
        file = self._file(login_server, repository, session)
        try:
            self._store.adopt(file, digest)
        finally:
            file.unlink(missing_ok=True)

    def cancel(self, login_server: str, repository: str, session: str) -> None:
        """Drop an upload; raises UploadUnknown."""
        self._file(login_server, repository, session).unlink()

    def _folder(self, login_server: str, repository: str) -> Path:
        return self._root / hashlib.sha256(f"{login_server}/{repository}".encode()).hexdigest()[:32]

    def _file(self, login_server: str, repository: str, session: str) -> Path:
        file = self._folder(login_server, repository) / session
        if not _SESSION.fullmatch(session) or not file.is_file():
            raise UploadUnknown
        return file
