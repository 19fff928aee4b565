"""One request at a scoring URI: is it let in, where does it go, and how is the answer told."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING

import h11
from starlette.responses import PlainTextResponse, Response

from localcloud.frontend import exchange, tokens
from localcloud.frontend.balance import Balance
from localcloud.frontend.gate import Gate
from localcloud.frontend.routes import Place, RouteBook, Routes

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.requests import Request

CHOICE_HEADER = "azureml-model-deployment"
"""Names the deployment that a request is for, whatever the traffic says; and in an answer, the one that gave it."""
_REASON_HEADER = "ms-azureml-model-error-reason"
_STATUS_HEADER = "ms-azureml-model-error-statuscode"
_NOT_PASSED = frozenset(
    {
        b"authorization",
        b"connection",
        b"content-length",
        b"date",
        b"host",
        b"keep-alive",
        b"proxy-authenticate",
        b"proxy-authorization",
        b"server",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
    }
)
"""Between two hops only, or none of the model's business."""
_log = logging.getLogger(__name__)


class FrontEnd:
    """The front end of the endpoint in a folder.

    Args:
        folder: What the control plane wrote.
        now: Seconds since the epoch, in this cloud.
    """

    def __init__(self, folder: Path, now: Callable[[], float]) -> None:
        self._book = RouteBook(folder)
        self._gate = Gate(folder)
        self._balance = Balance()
        self._now = now
        self._mirroring: set[asyncio.Task[None]] = set()

    async def serve(self, request: Request) -> Response:
        """Answers a request."""
        routes = self._book.current()
        refused = self._refusal(routes, request)
        if refused is not None:
            return refused
        body = await request.body()
        while True:
            routes = self._book.current()
            wanted = request.headers.get(CHOICE_HEADER)
            name = wanted or self._balance.choose(routes)
            place = routes.deployments.get(name) if name else None
            if name is None or place is None:
                return _no_deployment(routes, wanted)
            if self._gate.enter(place.container):
                break
            await asyncio.sleep(0)
        try:
            answer = await self._forward(request, body, place, routes)
        finally:
            self._gate.leave(place.container)
        answer.headers[CHOICE_HEADER] = name
        return answer

    def _refusal(self, routes: Routes, request: Request) -> Response | None:
        path = request.url.path
        if routes.prefix and not path.startswith(f"{routes.prefix}/"):
            return PlainTextResponse("", HTTPStatus.NOT_FOUND)
        kind, _, credential = request.headers.get("authorization", "").partition(" ")
        how = "token" if routes.token_key else "key"
        if kind.lower() != "bearer" or not credential:
            return PlainTextResponse(f"{how}_auth_bad_header_format", HTTPStatus.UNAUTHORIZED)
        is_good = (
            tokens.holds(routes.token_key, credential.strip(), self._now())
            if routes.token_key
            else routes.has_key(credential.strip())
        )
        return None if is_good else PlainTextResponse(f"{how}_auth_access_denied", HTTPStatus.UNAUTHORIZED)

    async def _forward(self, request: Request, body: bytes, place: Place, routes: Routes) -> Response:
        if not request.headers.get(CHOICE_HEADER):
            for name in self._balance.mirrors(routes):
                self._mirror(_head(request, body, routes.deployments[name], routes.prefix), body, name, routes)
        try:
            head = _head(request, body, place, routes.prefix)
            return _answer(await exchange.send(place.address, head, body, place.timeout), routes)
        except exchange.Unreachable:
            return _failed(routes, HTTPStatus.SERVICE_UNAVAILABLE, "model_not_ready")
        except exchange.NoAnswer:
            return _failed(routes, HTTPStatus.BAD_GATEWAY, "model_error")
        except TimeoutError:
            status = HTTPStatus.GATEWAY_TIMEOUT if routes.kubernetes else HTTPStatus.REQUEST_TIMEOUT
            return PlainTextResponse("", status)

    def _mirror(self, head: h11.Request, body: bytes, name: str, routes: Routes) -> None:
        """Sends a copy; what becomes of it is nobody's business."""
        place = routes.deployments[name]
        if not self._gate.enter(place.container):
            return

        async def send() -> None:
            try:
                await exchange.send(place.address, head, body, place.timeout)
            except (exchange.Unreachable, exchange.NoAnswer, TimeoutError) as error:
                _log.warning("a mirrored request to %s failed: %r", name, error)
            finally:
                self._gate.leave(place.container)

        task = asyncio.get_running_loop().create_task(send())
        self._mirroring.add(task)
        task.add_done_callback(self._mirroring.discard)


def _head(request: Request, body: bytes, place: Place, prefix: str) -> h11.Request:
    """What a deployment is asked: the path without the endpoint's own, and the caller's headers but its credential."""
    target = request.scope["raw_path"].removeprefix(prefix.encode())
    query = request.scope["query_string"]
    passed = [(name, value) for name, value in request.headers.raw if name not in _NOT_PASSED]
    own = [
        (b"host", f"{place.address[0]}:{place.address[1]}".encode()),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
    ]
    return h11.Request(method=request.method, target=target + (b"?" + query if query else b""), headers=own + passed)


def _answer(answer: exchange.Answer, routes: Routes) -> Response:
    """A managed endpoint answers 424 for everything but 200; on Kubernetes only a crash of the code is told apart."""
    told: dict[str, str] = {}
    status = answer.status
    if routes.kubernetes:
        status = _cluster_status(status)
    elif status != HTTPStatus.OK:
        told = {_REASON_HEADER: "model_error", _STATUS_HEADER: str(status)}
        status = HTTPStatus.FAILED_DEPENDENCY
    response = Response(answer.body, status, told)
    response.raw_headers += [(name, value) for name, value in answer.headers if name not in _NOT_PASSED]
    return response


def _cluster_status(status: int) -> int:
    return HTTPStatus.BAD_GATEWAY if status == HTTPStatus.INTERNAL_SERVER_ERROR else status


def _failed(routes: Routes, status: HTTPStatus, reason: str) -> Response:
    """No answer at all from the deployment."""
    headers: Mapping[str, str] = {_REASON_HEADER: reason}
    return PlainTextResponse("", status if routes.kubernetes else HTTPStatus.FAILED_DEPENDENCY, headers)


def _no_deployment(routes: Routes, wanted: str | None) -> Response:
    missing = f"Deployment {wanted} not found in endpoint {routes.endpoint}."
    none = "The endpoint doesn't have any valid deployment with positive weight."
    return PlainTextResponse(missing if wanted else none, HTTPStatus.NOT_FOUND)
