"""Block blobs on disk: the bytes in a file of their own, what is known of them as a document.

A blob's document is written after its file and names it, so that a blob is replaced as a whole or not at all.
"""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import TYPE_CHECKING

from localcloud.services.storage.errors import BlobNotFound

if TYPE_CHECKING:
    from localcloud.arm.store import Store

_COLLECTION = "blobs"


@dataclass(frozen=True, slots=True)
class Blob:
    """What is known of one blob.

    Attributes:
        name: The blob's name in its container; may hold slashes.
        file: Name of the file with the bytes, below the container's folder.
        length: Bytes.
        md5: Base64, as Content-MD5 has it.
        etag: With its quotes.
        last_modified: As HTTP writes dates.
        metadata: What came as `x-ms-meta-*`.
        tier: Access tier that was asked for; empty: the account's own.
    """

    name: str
    file: str
    length: int
    md5: str
    etag: str
    last_modified: str
    content_type: str
    metadata: Mapping[str, str]
    tier: str = ""


@dataclass(frozen=True, slots=True)
class Description:
    """What a client says of the blob that it uploads; fields as in `Blob`."""

    content_type: str
    metadata: Mapping[str, str]
    tier: str


class Upload:
    """Bytes on their way to a file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.length = 0
        self._stream = path.open("xb")
        self._md5 = hashlib.md5(usedforsecurity=False)

    def write(self, data: bytes) -> None:
        """Appends bytes."""
        self._stream.write(data)
        self._md5.update(data)
        self.length += len(data)

    def finish(self) -> None:
        """Brings the bytes to the disk."""
        self._stream.flush()
        os.fsync(self._stream.fileno())
        self._stream.close()

    def close(self) -> None:
        """Ends without more; safe after `finish`."""
        self._stream.close()

    @property
    def md5(self) -> str:
        """The checksum so far, in base64."""
        return base64.b64encode(self._md5.digest()).decode()


class Blobs:
    """All blobs of the cloud, by account, container and name."""

    def __init__(self, store: Store, folder: Path) -> None:
        self._store = store
        self._folder = folder

    def find(self, account: str, container: str, name: str) -> Blob | None:
        """One blob; None when there is none."""
        document = self._store.get(_COLLECTION, f"{account}/{container}/{name}")
        return Blob(**document) if document else None

    def below(self, account: str, container: str, folder: str) -> list[Blob]:
        """All blobs whose name begins with `folder/`; with an empty one all of the container."""
        prefix = f"{folder}/" if folder else ""
        return [Blob(**document) for document in self._store.list(_COLLECTION, f"{account}/{container}/{prefix}")]

    def path(self, account: str, container: str, blob: Blob) -> Path:
        """The file with the blob's bytes."""
        return self._folder / account / container / blob.file

    @contextmanager
    def upload(self, account: str, container: str) -> Iterator[Upload]:
        """A place for the bytes of a new blob; the file goes unless `commit` took it."""
        folder = self._folder / account / container
        folder.mkdir(parents=True, exist_ok=True)
        upload = Upload(folder / uuid.uuid4().hex)
        try:
            yield upload
        except BaseException:
            upload.path.unlink(missing_ok=True)
            raise
        finally:
            upload.close()

    def commit(self, account: str, container: str, name: str, upload: Upload, described: Description) -> Blob:
        """Makes the uploaded bytes the blob of that name, in place of one that was there."""
        upload.finish()
        before = self.find(account, container, name)
        blob = Blob(
            name=name,
            file=upload.path.name,
            length=upload.length,
            md5=upload.md5,
            etag=f'"0x{uuid.uuid4().hex[:15].upper()}"',
            last_modified=format_datetime(datetime.now(UTC), usegmt=True),
            **asdict(described),
        )
        self._store.put(_COLLECTION, f"{account}/{container}/{name}", asdict(blob))
        if before is not None:
            self.path(account, container, before).unlink(missing_ok=True)
        return blob

    def delete(self, account: str, container: str, name: str) -> None:
        """Removes a blob; raises BlobNotFound."""
        blob = self.find(account, container, name)
        if blob is None:
            raise BlobNotFound
        self._store.delete(_COLLECTION, f"{account}/{container}/{name}")
        self.path(account, container, blob).unlink(missing_ok=True)

    def drop(self, account: str, container: str) -> None:
        """Removes all blobs of a container."""
        for document in self._store.list(_COLLECTION, f"{account}/{container}/"):
            self._store.delete(_COLLECTION, f"{account}/{container}/{document['name']}")
        shutil.rmtree(self._folder / account / container, ignore_errors=True)
