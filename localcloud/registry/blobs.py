"""Blobs and their uploads over HTTP."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse, Response

from localcloud.images.content import Digest, parse_digest
from localcloud.images.errors import DigestInvalid, DigestMismatch
from localcloud.registry.errors import (
    BadRequest,
    BlobNotFound,
    DigestRefused,
    RangeInvalid,
    RangeNotSatisfiable,
    SizeInvalid,
)
from localcloud.registry.names import repository_of

if TYPE_CHECKING:
    from starlette.requests import Request

    from localcloud.images.content import ContentStore
    from localcloud.registry.catalog import Catalog
    from localcloud.registry.gate import Door, Gate
    from localcloud.registry.uploads import Uploads

_RANGE = re.compile(r"bytes=(\d+)-(\d+)")
_CONTENT_RANGE = re.compile(r"(?:bytes )?(\d+)-(\d+)(?:/\S+)?")


def read_digest(text: str) -> Digest:
    """A digest from a request; raises DigestRefused."""
    try:
        return parse_digest(text)
    except DigestInvalid as error:
        raise DigestRefused(text, "provided digest did not match uploaded content") from error


@dataclass(frozen=True)
class Blobs:
    """Handlers; content streams between the network and files and is never whole in memory."""

    store: ContentStore
    catalog: Catalog
    gate: Gate
    uploads: Uploads

    async def get(self, request: Request) -> Response:
        """GET and HEAD: a blob of the repository, in ranges if asked for."""
        repository = repository_of(request)
        door = self.gate.check(request, repository, "pull")
        digest = read_digest(request.path_params["digest"])
        if not self.catalog.has_blob(door.login_server, repository, digest) or digest not in self.store:
            raise BlobNotFound(digest)
        _check_range(request.headers.get("range", ""), self.store.size(digest))
        headers = {"Docker-Content-Digest": digest, "ETag": f'"{digest}"'}
        return FileResponse(self.store.path(digest), media_type="application/octet-stream", headers=headers)

    async def delete(self, request: Request) -> Response:
        """DELETE: the blob leaves the repository."""
        repository = repository_of(request)
        door = self.gate.check(request, repository, "delete")
        digest = read_digest(request.path_params["digest"])
        if not self.catalog.has_blob(door.login_server, repository, digest):
            raise BlobNotFound(digest)
        self.catalog.remove_blob(door.login_server, repository, digest)
        return Response(status_code=202, headers={"Docker-Content-Digest": digest})

    async def start(self, request: Request) -> Response:
        """POST: mount a blob of another repository, take one whole, or begin an upload."""
        repository = repository_of(request)
        door = self.gate.check(request, repository, "push")
        if mount := request.query_params.get("mount"):
            digest = read_digest(mount)
            if self._may_mount(request, door, repository, digest):
                self.catalog.add_blobs(door.login_server, repository, [digest])
                return _created(repository, digest)
        session = self.uploads.start(door.login_server, repository)
        if text := request.query_params.get("digest"):
            return await self._finish(request, door, repository, session, text)
        return _accepted(repository, session, 0)

    async def append(self, request: Request) -> Response:
        """PATCH: one more piece."""
        repository, session = repository_of(request), request.path_params["session"]
        door = self.gate.check(request, repository, "push")
        size = await self._receive(request, door, repository, session)
        return _accepted(repository, session, size)

    async def finish(self, request: Request) -> Response:
        """PUT: the last piece, and the digest that all of them must have."""
        repository, session = repository_of(request), request.path_params["session"]
        door = self.gate.check(request, repository, "push")
        text = request.query_params.get("digest")
        if not text:
            raise BadRequest("DIGEST_INVALID", "digest parameter is missing")
        return await self._finish(request, door, repository, session, text)

    async def status(self, request: Request) -> Response:
        """GET: how much has arrived."""
        repository, session = repository_of(request), request.path_params["session"]
        door = self.gate.check(request, repository, "push")
        size = self.uploads.size(door.login_server, repository, session)
        return _accepted(repository, session, size, status=204)

    async def cancel(self, request: Request) -> Response:
        """DELETE: give the upload up."""
        repository, session = repository_of(request), request.path_params["session"]
        door = self.gate.check(request, repository, "push")
        self.uploads.cancel(door.login_server, repository, session)
        return Response(status_code=204)

    def _may_mount(self, request: Request, door: Door, repository: str, digest: Digest) -> bool:
        """Whether a blob may come from `from`: who cannot pull there uploads, as if it were not there."""
        origin = request.query_params.get("from", repository)
        if not self.catalog.has_blob(door.login_server, origin, digest) or digest not in self.store:
            return False
        return self.gate.may(request, door, origin, "pull")

    async def _finish(self, request: Request, door: Door, repository: str, session: str, text: str) -> Response:
        digest = read_digest(text)
        await self._receive(request, door, repository, session)
        try:
            await run_in_threadpool(self.uploads.finish, door.login_server, repository, session, digest)
        except DigestMismatch as error:
            raise DigestRefused(digest) from error
        self.catalog.add_blobs(door.login_server, repository, [digest])
        return _created(repository, digest)

    async def _receive(self, request: Request, door: Door, repository: str, session: str) -> int:
        """Append the body and return the new size; a piece that is not the next one changes nothing."""
        size = self.uploads.size(door.login_server, repository, session)
        announced = _announced(request.headers.get("content-range"), size, repository, session)
        with self.uploads.open(door.login_server, repository, session) as file:
            received = 0
            async for chunk in request.stream():
                file.write(chunk)
                received += len(chunk)
            if announced is not None and received != announced:
                file.truncate(size)
                raise SizeInvalid(announced, received)
        return size + received


def _check_range(header: str, size: int) -> None:
    """Refuse a backward range as one that cannot be satisfied; the file response would call it malformed."""
    match = _RANGE.fullmatch(header)
    if match and int(match[2]) < int(match[1]):
        raise RangeNotSatisfiable(size)


def _announced(header: str | None, size: int, repository: str, session: str) -> int | None:
    """The length that a Content-Range header announces, None without one."""
    if header is None:
        return None
    match = _CONTENT_RANGE.fullmatch(header)
    if not match or int(match[1]) != size or int(match[2]) < int(match[1]):
        raise RangeInvalid(_location(repository, session), _range(size))
    return int(match[2]) - int(match[1]) + 1


def _location(repository: str, session: str) -> str:
    return f"/v2/{repository}/blobs/uploads/{session}"


def _range(size: int) -> str:
    return f"0-{max(size - 1, 0)}"


def _accepted(repository: str, session: str, size: int, status: int = 202) -> Response:
    headers = {"Location": _location(repository, session), "Range": _range(size), "Docker-Upload-UUID": session}
    return Response(status_code=status, headers=headers)


def _created(repository: str, digest: Digest) -> Response:
    headers = {"Location": f"/v2/{repository}/blobs/{digest}", "Docker-Content-Digest": digest}
    return Response(status_code=201, headers=headers)
