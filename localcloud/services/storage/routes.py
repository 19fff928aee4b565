"""The blob data plane: `/blob/{account}/{container}/{blob}`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from localcloud.services.storage import access
from localcloud.services.storage.blobs import Blob, Blobs, Description
from localcloud.services.storage.errors import (
    BlobAlreadyExists,
    BlobError,
    BlobNotFound,
    BlobOperationNotEmulated,
    Md5Mismatch,
    MissingHeader,
)

if TYPE_CHECKING:
    from starlette.requests import Request

    from localcloud.cloud import Cloud

_DEFAULT_TIER = "Hot"
_API_VERSION = "2021-08-06"
_PERMISSIONS = {"GET": access.READ, "HEAD": access.READ, "PUT": access.WRITE, "DELETE": access.DELETE}


def routes(cloud: Cloud) -> list[Route]:
    """The routes of the data plane; they check signatures and tokens themselves."""
    endpoint = _BlobEndpoint(cloud)
    return [Route("/blob/{account}/{container}/{blob:path}", endpoint.serve, methods=list(_PERMISSIONS))]


class _BlobEndpoint:
    """Unpacks requests; `Blobs` does the work."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._blobs = Blobs(cloud.store, cloud.home.storage)

    async def serve(self, request: Request) -> Response:
        """One request to one blob."""
        account, container, blob = (request.path_params[name] for name in ("account", "container", "blob"))
        place = (account.lower(), container, blob)
        methods: dict[str, Callable[[Request, tuple[str, str, str]], Awaitable[Response]]] = {
            "GET": self._read,
            "HEAD": self._read,
            "PUT": self._write,
            "DELETE": self._delete,
        }
        try:
            if request.query_params.get("comp"):
                raise BlobOperationNotEmulated(f"comp={request.query_params['comp']}")
            authorization = request.headers.get("authorization")
            permission = _PERMISSIONS[request.method]
            await run_in_threadpool(access.check, self._cloud, place, request.query_params, authorization, permission)
            response = await methods[request.method](request, place)
        except BlobError as error:
            headers = {"x-ms-error-code": error.code, "x-ms-version": _API_VERSION}
            content = "" if request.method == "HEAD" else error.body()
            return Response(content, error.status, headers, "application/xml")
        response.headers["x-ms-version"] = _API_VERSION
        return response

    async def _read(self, request: Request, place: tuple[str, str, str]) -> Response:
        blob = self._blobs.find(*place)
        if blob is None:
            raise BlobNotFound
        if request.headers.get("if-none-match") == blob.etag:
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=_headers(blob))
        path = self._blobs.path(place[0], place[1], blob)
        return FileResponse(path, headers=_headers(blob), media_type=blob.content_type)

    async def _write(self, request: Request, place: tuple[str, str, str]) -> Response:
        kind = request.headers.get("x-ms-blob-type")
        if kind is None:
            raise MissingHeader("x-ms-blob-type")
        if kind != "BlockBlob":
            raise BlobOperationNotEmulated(f"Put Blob ({kind})")
        if request.headers.get("if-none-match") == "*" and self._blobs.find(*place):
            raise BlobAlreadyExists
        with self._blobs.upload(place[0], place[1]) as upload:
            async for chunk in request.stream():
                upload.write(chunk)
            if request.headers.get("content-md5", upload.md5) != upload.md5:
                raise Md5Mismatch
            blob = await run_in_threadpool(self._blobs.commit, *place, upload, _description(request))
        headers = {"etag": blob.etag, "last-modified": blob.last_modified, "content-md5": blob.md5}
        return Response(status_code=HTTPStatus.CREATED, headers=headers | {"x-ms-request-server-encrypted": "true"})

    async def _delete(self, _: Request, place: tuple[str, str, str]) -> Response:
        await run_in_threadpool(self._blobs.delete, *place)
        return Response(status_code=HTTPStatus.ACCEPTED)


def _description(request: Request) -> Description:
    headers, prefix = request.headers, "x-ms-meta-"
    return Description(
        content_type=headers.get("x-ms-blob-content-type") or headers.get("content-type") or "application/octet-stream",
        tier=headers.get("x-ms-access-tier", ""),
        metadata={name.removeprefix(prefix): value for name, value in headers.items() if name.startswith(prefix)},
    )


def _headers(blob: Blob) -> dict[str, str]:
    known = {
        "etag": blob.etag,
        "last-modified": blob.last_modified,
        "content-md5": blob.md5,
        "x-ms-blob-type": "BlockBlob",
        "x-ms-blob-content-md5": blob.md5,
        "x-ms-access-tier": blob.tier or _DEFAULT_TIER,
    }
    return known | {f"x-ms-meta-{name}": value for name, value in blob.metadata.items()}
