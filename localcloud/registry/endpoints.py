"""Manifests, tags, referrers and the catalogue over HTTP."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from starlette.responses import JSONResponse, Response

from localcloud.images.content import ALGORITHM, digest_of
from localcloud.images.image import OCI_INDEX
from localcloud.registry.catalog import ManifestRecord
from localcloud.registry.errors import (
    BadRequest,
    DigestRefused,
    ManifestTooLarge,
    ManifestUnknown,
    NameUnknown,
)
from localcloud.registry.manifests import MAXIMUM_SIZE, check_accepted, check_content, describe, parse_manifest
from localcloud.registry.names import reference_of, repository_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request

    from localcloud.images.content import ContentStore
    from localcloud.registry.catalog import Catalog
    from localcloud.registry.gate import Gate


@dataclass(frozen=True)
class Manifests:
    """Handlers."""

    store: ContentStore
    catalog: Catalog
    gate: Gate

    async def base(self, request: Request) -> Response:
        """GET /v2/: whether the credentials are good."""
        self.gate.enter(request)
        return JSONResponse({})

    async def get(self, request: Request) -> Response:
        """GET and HEAD of a manifest."""
        repository, reference = repository_of(request), reference_of(request)
        door = self.gate.check(request, repository, "pull")
        record = self.catalog.manifest(door.login_server, repository, reference)
        if record is None or record.digest not in self.store:
            raise ManifestUnknown(reference)
        check_accepted(record.media_type, ",".join(request.headers.getlist("accept")))
        headers = {"Docker-Content-Digest": record.digest, "ETag": f'"{record.digest}"'}
        if request.headers.get("if-none-match", "").strip('"') == record.digest:
            return Response(status_code=304, headers=headers)
        return Response(self.store.get(record.digest), media_type=record.media_type, headers=headers)

    async def put(self, request: Request) -> Response:
        """PUT: what it names must be there first; a tag moves to it."""
        repository, reference = repository_of(request), reference_of(request)
        door = self.gate.check(request, repository, "push")
        content = await _body(request)
        manifest = parse_manifest(content, request.headers.get("content-type", ""))
        algorithm = reference.partition(":")[0] if ":" in reference else ALGORITHM
        digest = digest_of(content, algorithm)
        if ":" in reference and reference != digest:
            raise DigestRefused(reference)
        check_content(manifest, self.store, self.catalog, door.login_server, repository)
        self.store.put(content, algorithm)
        record = ManifestRecord(digest, manifest.media_type)
        self.catalog.put_manifest(door.login_server, repository, record, manifest.subject)
        if ":" not in reference:
            self.catalog.put_tag(door.login_server, repository, reference, digest)
        headers = {"Location": f"/v2/{repository}/manifests/{digest}", "Docker-Content-Digest": digest}
        subject = {"OCI-Subject": manifest.subject} if manifest.subject else {}
        return Response(status_code=201, headers=headers | subject)

    async def delete(self, request: Request) -> Response:
        """DELETE: by tag the tag goes, by digest the manifest and all its tags."""
        repository, reference = repository_of(request), reference_of(request)
        door = self.gate.check(request, repository, "delete")
        remove = self.catalog.delete_manifest if ":" in reference else self.catalog.delete_tag
        if not remove(door.login_server, repository, reference):
            raise ManifestUnknown(reference)
        return Response(status_code=202)

    async def referrers(self, request: Request) -> Response:
        """GET: the manifests whose subject is a digest, filtered by `artifactType`."""
        repository, subject = repository_of(request), reference_of(request)
        door = self.gate.check(request, repository, "pull")
        found = [
            describe(self.store.get(record.digest), record.digest, record.media_type)
            for record in self.catalog.referrers(door.login_server, repository, subject)
        ]
        headers = {}
        if wanted := request.query_params.get("artifactType"):
            found = [item for item in found if item.get("artifactType") == wanted]
            headers["OCI-Filters-Applied"] = "artifactType"
        index = {"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": found}
        return JSONResponse(index, media_type=OCI_INDEX, headers=headers)

    async def tags(self, request: Request) -> Response:
        """GET: the tags of a repository, in pages."""
        repository = repository_of(request)
        door = self.gate.check(request, repository, "pull")
        if not self.catalog.has_repository(door.login_server, repository):
            raise NameUnknown(repository)
        page, headers = _page(request, self.catalog.tags(door.login_server, repository))
        return JSONResponse({"name": repository, "tags": page}, headers=headers)

    async def repositories(self, request: Request) -> Response:
        """GET /v2/_catalog: the repositories, in pages."""
        door = self.gate.check_catalog(request)
        page, headers = _page(request, self.catalog.repositories(door.login_server))
        return JSONResponse({"repositories": page}, headers=headers)


async def _body(request: Request) -> bytes:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAXIMUM_SIZE:
            raise ManifestTooLarge(MAXIMUM_SIZE)
    return body


def _page(request: Request, items: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """The page that `n` and `last` ask for, and the header that leads to the next."""
    last, limit = request.query_params.get("last", ""), request.query_params.get("n")
    rest = [item for item in items if item > last]
    if limit is None:
        return rest, {}
    if not limit.isdecimal():
        raise BadRequest("PAGINATION_NUMBER_INVALID", f"invalid number of results requested: {limit!r}")
    page = rest[: int(limit)]
    if not page or len(page) == len(rest):
        return page, {}
    query = urlencode({"n": limit, "last": page[-1]})
    return page, {"Link": f'<{request.url.path}?{query}>; rel="next"'}
