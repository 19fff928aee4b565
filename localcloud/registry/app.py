"""The registry as an ASGI application."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from localcloud.registry.blobs import Blobs
from localcloud.registry.endpoints import Manifests
from localcloud.registry.errors import NotEmulated, RegistryError
from localcloud.registry.gate import Gate
from localcloud.registry.oauth import OAuth
from localcloud.registry.tokens import Tokens
from localcloud.registry.uploads import Uploads

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from localcloud.images.content import ContentStore
    from localcloud.registry.authority import Authority
    from localcloud.registry.catalog import Catalog

API_VERSION = (b"docker-distribution-api-version", b"registry/2.0")


def create_app(
    store: ContentStore, catalog: Catalog, authority: Authority, clock: Callable[[], float] = time.time
) -> Starlette:
    """Return the application that serves all registries.

    The address that a request came to (`scope["server"]`) tells which registry it is for. Tokens end with the
    application; uploads in progress do not. `clock` gives seconds since the epoch.
    """
    gate = Gate(authority, Tokens(clock))
    routes = [
        *_manifest_routes(Manifests(store, catalog, gate)),
        *_blob_routes(Blobs(store, catalog, gate, Uploads(store))),
        *_token_routes(OAuth(gate)),
    ]
    handlers = {RegistryError: _answer, ClientDisconnect: _hung_up, 404: _not_emulated, 405: _not_emulated}
    return Starlette(routes=routes, exception_handlers=handlers, middleware=[Middleware(_ApiVersion)])


def _manifest_routes(manifests: Manifests) -> list[Route]:
    return [
        Route("/v2/", manifests.base),
        Route("/v2/_catalog", manifests.repositories),
        Route("/v2/{name:path}/tags/list", manifests.tags),
        Route("/v2/{name:path}/referrers/{reference}", manifests.referrers),
        Route("/v2/{name:path}/manifests/{reference}", manifests.get),
        Route("/v2/{name:path}/manifests/{reference}", manifests.put, methods=["PUT"]),
        Route("/v2/{name:path}/manifests/{reference}", manifests.delete, methods=["DELETE"]),
    ]


def _blob_routes(blobs: Blobs) -> list[Route]:
    upload = "/v2/{name:path}/blobs/uploads/{session}"
    return [
        Route("/v2/{name:path}/blobs/uploads/", blobs.start, methods=["POST"]),
        Route(upload, blobs.status),
        Route(upload, blobs.append, methods=["PATCH"]),
        Route(upload, blobs.finish, methods=["PUT"]),
        Route(upload, blobs.cancel, methods=["DELETE"]),
        Route("/v2/{name:path}/blobs/{digest}", blobs.get),
        Route("/v2/{name:path}/blobs/{digest}", blobs.delete, methods=["DELETE"]),
    ]


def _token_routes(oauth: OAuth) -> list[Route]:
    return [
        Route("/oauth2/token", oauth.get_token),
        Route("/oauth2/token", oauth.post_token, methods=["POST"]),
        Route("/oauth2/exchange", oauth.post_exchange, methods=["POST"]),
    ]


async def _answer(_: Request, error: Exception) -> Response:
    if not isinstance(error, RegistryError):
        raise error
    return JSONResponse(error.to_document(), error.status, error.headers)


async def _hung_up(_: Request, __: Exception) -> Response:
    """Nobody listens any more; what arrived of an upload stays, for a client that goes on with it."""
    return Response(status_code=400)


async def _not_emulated(request: Request, _: Exception) -> Response:
    error = NotEmulated(request.method, request.url.path)
    return JSONResponse(error.to_document(), error.status)


class _ApiVersion:
    """Adds the header by which old clients know a registry."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_version(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], API_VERSION]
            await send(message)

        await self._app(scope, receive, with_version)
