"""ACR's token service: `/oauth2/token` and `/oauth2/exchange`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from starlette.responses import JSONResponse, Response

from localcloud.registry.authority import NULL_USER, Principal
from localcloud.registry.errors import BadRequest, Forbidden, Unauthorized
from localcloud.registry.tokens import ACCESS_SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.requests import Request

    from localcloud.registry.gate import Door, Gate

MAXIMUM_FORM = 64 * 1024
"""Bytes that a form may have; access tokens of the directory take a few thousand."""

EXCHANGE_GRANTS = frozenset({"access_token", "access_token_refresh_token"})


@dataclass(frozen=True)
class OAuth:
    """The endpoints; the gate knows who is who."""

    gate: Gate

    async def get_token(self, request: Request) -> Response:
        """An access token for Basic credentials, or for anybody where anonymous pull is on."""
        door = self.gate.door(request)
        _check_service(door, request.query_params.get("service"))
        principal = self.gate.basic(request, door)
        return self._token(door, principal, _split(request.query_params.getlist("scope")))

    async def post_token(self, request: Request) -> Response:
        """An access token for a refresh token, or for a user name and password."""
        door = self.gate.door(request)
        form = await _form(request)
        fields = dict(form)
        _check_service(door, fields.get("service"))
        grant = fields.get("grant_type", "")
        if grant == "refresh_token":
            principal = self.gate.login(door, NULL_USER, fields.get("refresh_token", ""))
        elif grant == "password":
            principal = self.gate.login(door, fields.get("username", ""), fields.get("password", ""))
        else:
            raise BadRequest(
                "UNSUPPORTED", f"grant_type {grant!r} is not supported; supported: refresh_token, password"
            )
        return self._token(door, principal, _split(value for key, value in form if key == "scope"))

    async def post_exchange(self, request: Request) -> Response:
        """A refresh token for an access token of the directory."""
        door = self.gate.door(request)
        fields = dict(await _form(request))
        _check_service(door, fields.get("service"))
        grant = fields.get("grant_type", "")
        if grant not in EXCHANGE_GRANTS:
            supported = ", ".join(sorted(EXCHANGE_GRANTS))
            raise BadRequest("UNSUPPORTED", f"grant_type {grant!r} is not supported; supported: {supported}")
        principal = self.gate.login(door, NULL_USER, fields.get("access_token", ""))
        if not self.gate.authority.rights(door.login_server, principal, None):
            raise Forbidden
        return JSONResponse({"refresh_token": self.gate.tokens.refresh(door.login_server, principal)})

    def _token(self, door: Door, principal: Principal | None, scopes: list[str]) -> Response:
        access = self.gate.granted(door, principal, scopes)
        if principal is None and not access:
            raise Unauthorized(door.challenge(" ".join(scopes)))
        token = self.gate.tokens.access(door.login_server, principal, access)
        return JSONResponse({"access_token": token, "expires_in": ACCESS_SECONDS})


def _split(scopes: Iterable[str]) -> list[str]:
    return [scope for value in scopes for scope in value.split()]


def _check_service(door: Door, service: str | None) -> None:
    if service not in (None, door.login_server):
        raise BadRequest("UNSUPPORTED", f"service {service!r} is not this registry, {door.login_server!r}")


async def _form(request: Request) -> list[tuple[str, str]]:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAXIMUM_FORM:
            raise BadRequest("UNSUPPORTED", f"the form is larger than {MAXIMUM_FORM} bytes")
    return parse_qsl(body.decode(errors="replace"), keep_blank_values=True)
