"""What is no resource: the logs of runs, whether a registry's name is free, and why an image can't be pulled."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from localcloud.arm.errors import AuthorizationFailed
from localcloud.arm.ids import ResourceId
from localcloud.services.containerregistry import run_files
from localcloud.services.containerregistry.explanation import Question, explain
from localcloud.services.containerregistry.registries import Registries, by_name
from localcloud.services.storage.errors import BlobError, BlobNotFound, InvalidRange

if TYPE_CHECKING:
    from starlette.requests import Request

    from localcloud.arm.store import Document
    from localcloud.cloud import Cloud

_COMPLETE = {"Succeeded": "successful", "Failed": "failed", "Timeout": "timedout", "Error": "internalerror"}


def routes(cloud: Cloud) -> list[Route]:
    """The routes; a log is read with the signature of its link, and may be read while it is written."""
    endpoints = _Endpoints(cloud)
    check_name = "/subscriptions/{subscription}/providers/Microsoft.ContainerRegistry/checkNameAvailability"
    return [
        Route("/task-logs/{registry}/{run}/rawtext.log", endpoints.log, methods=["GET", "HEAD"]),
        Route(check_name, endpoints.check_name, methods=["POST"]),
        Route("/localcloud/explain-pull", endpoints.explain_pull, methods=["POST"]),
    ]


class _Endpoints:
    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud

    async def log(self, request: Request) -> Response:
        """The log so far; the metadata `Complete` is there once the run has ended, as ACR's blob has it."""
        try:
            return await run_in_threadpool(self._log, request)
        except BlobError as error:
            headers = {"x-ms-error-code": error.code}
            return Response(error.body(), error.status, headers, "application/xml")

    def _log(self, request: Request) -> Response:
        registry, run = request.path_params["registry"], request.path_params["run"]
        run_files.check_log_link(self._cloud, registry, run, request.query_params)
        path = run_files.log_file(self._cloud, registry, run)
        if not path.is_file():
            raise BlobNotFound
        complete = _COMPLETE.get(self._status(registry, run))
        headers = {"x-ms-blob-type": "AppendBlob"} | ({"x-ms-meta-complete": complete} if complete else {})
        return _ranged(path.read_bytes(), request.headers.get("x-ms-range") or request.headers.get("range"), headers)

    def _status(self, registry: str, run: str) -> str:
        document: Document | None = by_name(self._cloud, registry)
        found = self._cloud.resources.find(ResourceId.parse(f"{document['id']}/runs/{run}")) if document else None
        return self._cloud.resources.shown(self._cloud, found)["properties"]["status"] if found else ""

    async def check_name(self, request: Request) -> Response:
        """Whether a name is free: `checkNameAvailability`."""
        name = str((await request.json()).get("name", ""))
        if not re.fullmatch(Registries.facts.name_rule, name):
            refused = {"reason": "Invalid", "message": Registries.facts.name_error.format(name=name)}
            return JSONResponse({"nameAvailable": False} | refused)
        if await run_in_threadpool(by_name, self._cloud, name) is not None:
            taken = {"reason": "AlreadyExists", "message": f"The registry {name} is already in use."}
            return JSONResponse({"nameAvailable": False} | taken)
        return JSONResponse({"nameAvailable": True})

    async def explain_pull(self, request: Request) -> Response:
        """Every reason why an image can be pulled as an identity, or not: `{image, identity, password?, address?}`."""
        principal, body = request.state.principal, await request.json()
        if principal.object_id != self._cloud.settings.object_id:
            raise AuthorizationFailed(principal.client_id, principal.object_id, "localcloud", request.url.path)
        question = Question(body["image"], body["identity"], body.get("password"), body.get("address", ""))
        return JSONResponse(await run_in_threadpool(explain, self._cloud, question))


def _ranged(log: bytes, wanted: str | None, headers: dict[str, str]) -> Response:
    """The log or a part of it; read as a whole first, because it may grow while it is sent."""
    media_type = "text/plain; charset=utf-8"
    match = re.fullmatch(r"bytes=(\d+)-(\d*)", wanted or "")
    if match is None:
        return Response(log, HTTPStatus.OK, headers, media_type)
    first, last = int(match[1]), min(int(match[2] or len(log)), len(log) - 1)
    if first > last:
        raise InvalidRange
    headers |= {"content-range": f"bytes {first}-{last}/{len(log)}"}
    return Response(log[first : last + 1], HTTPStatus.PARTIAL_CONTENT, headers, media_type)
