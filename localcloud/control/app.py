"""The control plane's ASGI application: every service's routes behind one door."""

from __future__ import annotations

import logging
import uuid
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from localcloud.arm.errors import AuthorizationFailed, CloudError, NotEmulated
from localcloud.arm.ids import normalised
from localcloud.arm.operations import internal_error
from localcloud.control import knobs
from localcloud.control.auth import bearer_principal, is_open
from localcloud.services import emulated

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from localcloud.cloud import Cloud

_log = logging.getLogger(__name__)


def create_app(cloud: Cloud) -> ASGIApp:
    """The application; `healthz` answers without a token."""
    app = Starlette(
        routes=[Route("/healthz", _health), *knobs.routes(cloud), *emulated.routes(cloud)],
        exception_handlers={CloudError: _cloud_error, 404: _unknown_path, 405: _unknown_path, Exception: _defect},
    )
    return Door(app, cloud)


async def _health(request: Request) -> Response:
    del request
    return PlainTextResponse("ok")


async def _cloud_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, CloudError):
        raise TypeError(f"{error!r} is no CloudError") from error
    del request
    return JSONResponse(error.body(), error.status, error.headers)


async def _unknown_path(request: Request, error: Exception) -> Response:
    del error
    missing = NotEmulated(f"{request.method} {request.url.path}", ("see the README of localcloud",))
    return JSONResponse(missing.body(), missing.status)


async def _defect(request: Request, error: Exception) -> Response:
    """A client has to get an answer also where localcloud is defective; the traceback is in the log."""
    del error
    answer = internal_error(request.state.request_id)
    return JSONResponse(answer.body(), answer.status)


class Door:
    """What every request passes: request ids on the answer, the caller's identity, an answer also to defects."""

    def __init__(self, app: ASGIApp, cloud: Cloud) -> None:
        self._app = app
        self._cloud = cloud

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        request_id = str(uuid.uuid4())
        scope.setdefault("state", {})["request_id"] = request_id
        complete = False

        async def send_with_ids(message: Message) -> None:
            nonlocal complete
            complete = message["type"] == "http.response.body" and not message.get("more_body", False)
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *_ids(request_id, headers)]
            await send(message)

        try:
            await self._authenticated(scope, headers)(scope, receive, send_with_ids)
        except Exception:
            _log.exception("%s %s failed, request %s", scope["method"], scope["path"], request_id)
            if not complete:
                raise

    def _authenticated(self, scope: Scope, headers: dict[str, str]) -> ASGIApp:
        if scope["path"].lower().startswith("/subscriptions/"):
            scope["path"] = normalised(scope["path"])
        if is_open(scope["path"]):
            return self._app
        try:
            principal = bearer_principal(self._cloud, headers.get("authorization"))
        except CloudError as error:
            return JSONResponse(error.body(), error.status, error.headers)
        if scope["path"].startswith("/docker/") and principal.object_id != self._cloud.settings.object_id:
            denied = AuthorizationFailed(principal.client_id, principal.object_id, "docker", scope["path"])
            return JSONResponse(denied.body(), denied.status)
        scope["state"]["principal"] = principal
        return self._app


def _ids(request_id: str, headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    correlation = headers.get("x-ms-correlation-request-id") or request_id
    values = {
        "x-ms-request-id": request_id,
        "x-ms-correlation-request-id": correlation,
        "x-ms-routing-request-id": f"LOCALCLOUD:{request_id}",
        "cache-control": "no-cache",
        "x-content-type-options": "nosniff",
    }
    if "x-ms-client-request-id" in headers and headers.get("x-ms-return-client-request-id", "").lower() == "true":
        values["x-ms-client-request-id"] = headers["x-ms-client-request-id"]
    return [(name.encode(), value.encode("latin-1")) for name, value in values.items()]
