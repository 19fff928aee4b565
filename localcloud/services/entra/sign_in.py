"""Sign-in by client credentials: `/{tenant}/oauth2/...` and what clients look up before."""

from __future__ import annotations

import base64
import binascii
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote

from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from localcloud.control.tokens import LIFETIME_SECONDS
from localcloud.services.entra.errors import (
    ExpiredSecret,
    UnknownApplication,
    UnknownTenant,
    UnsupportedGrant,
    WrongSecret,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from localcloud.arm.store import Document
    from localcloud.cloud import Cloud

_SHARED_TENANTS = frozenset({"common", "organizations"})


def routes(cloud: Cloud) -> list[BaseRoute]:
    """The token endpoint in both versions, its description, and instance discovery."""
    return [
        Route("/{tenant}/oauth2/v2.0/token", partial(_token, cloud), methods=["POST"]),
        Route("/{tenant}/oauth2/token", partial(_token, cloud), methods=["POST"]),
        Route("/{tenant}/v2.0/.well-known/openid-configuration", partial(_configuration, cloud)),
        Route("/{tenant}/.well-known/openid-configuration", partial(_configuration, cloud)),
        Route("/{tenant}/discovery/instance", partial(_instance, cloud)),
    ]


async def _token(cloud: Cloud, request: Request) -> Response:
    form = {name: values[0] for name, values in parse_qs((await request.body()).decode(errors="replace")).items()}
    client_id, secret = _credentials(request, form)
    answer = await run_in_threadpool(_sign_in, cloud, request.path_params["tenant"], form, client_id, secret)
    return JSONResponse(answer, headers={"Cache-Control": "no-store, no-cache", "Pragma": "no-cache"})


def _credentials(request: Request, form: Mapping[str, str]) -> tuple[str, str]:
    """Client id and secret: in the form, or by HTTP Basic (RFC 6749, 2.3.1)."""
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return form.get("client_id", ""), form.get("client_secret", "")
    try:
        name, _, secret = base64.b64decode(value).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return unquote(name), unquote(secret)


def _sign_in(cloud: Cloud, tenant: str, form: Mapping[str, str], client_id: str, secret: str) -> Document:
    if tenant.lower() not in _SHARED_TENANTS | {cloud.settings.tenant_id}:
        raise UnknownTenant(tenant)
    if form.get("grant_type") != "client_credentials":
        raise UnsupportedGrant(form.get("grant_type", ""))
    principal = cloud.directory.principal(client_id)
    if principal is None:
        raise UnknownApplication(client_id, cloud.settings.tenant_id)
    state = cloud.directory.password_state(client_id, secret)
    if state == "expired":
        raise ExpiredSecret(client_id)
    if state != "valid":
        raise WrongSecret(client_id)
    audience = form.get("resource") or form.get("scope", "").removesuffix(".default")
    return {
        "token_type": "Bearer",
        "expires_in": LIFETIME_SECONDS,
        "ext_expires_in": LIFETIME_SECONDS,
        "access_token": cloud.tokens.issue(principal, audience),
    }


async def _configuration(cloud: Cloud, request: Request) -> Response:
    del request
    tenant = cloud.settings.tenant_id
    return JSONResponse(
        {
            "issuer": f"{cloud.url}/{tenant}/v2.0",
            "token_endpoint": f"{cloud.url}/{tenant}/oauth2/v2.0/token",
            "authorization_endpoint": f"{cloud.url}/{tenant}/oauth2/v2.0/authorize",
            "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
            "response_types_supported": ["token"],
            "grant_types_supported": ["client_credentials"],
        }
    )


async def _instance(cloud: Cloud, request: Request) -> Response:
    del request
    host = cloud.url.removeprefix("https://")
    configuration = f"{cloud.url}/{cloud.settings.tenant_id}/v2.0/.well-known/openid-configuration"
    return JSONResponse(
        {
            "tenant_discovery_endpoint": configuration,
            "api-version": "1.1",
            "metadata": [{"preferred_network": host, "preferred_cache": host, "aliases": [host]}],
        }
    )
