"""The gate: who asks, and whether they may."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import TYPE_CHECKING

from localcloud.registry.authority import NULL_USER, Authority, Principal, Right
from localcloud.registry.errors import AddressDenied, RegistryUnknown, Unauthorized
from localcloud.registry.tokens import Access, Claims, Tokens

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.requests import Request

REPOSITORY_RIGHTS: tuple[Right, ...] = ("pull", "push", "delete")


@dataclass(frozen=True)
class Door:
    """The registry that a request reached: its address and the scheme that clients reach it by."""

    login_server: str
    scheme: str

    def challenge(self, scope: str = "", error: str = "") -> str:
        """The `WWW-Authenticate` header that tells a client where to get a token."""
        parts = {
            "realm": f"{self.scheme}://{self.login_server}/oauth2/token",
            "service": self.login_server,
            "scope": scope,
            "error": error,
        }
        return "Bearer " + ",".join(f'{key}="{value}"' for key, value in parts.items() if value)


@dataclass(frozen=True)
class Gate:
    """Asks the authority at every request: a password that was removed opens nothing any more."""

    authority: Authority
    tokens: Tokens

    def door(self, request: Request) -> Door:
        """The registry at the address that the request came to; raises RegistryUnknown or AddressDenied."""
        host, port = request.scope["server"]
        login_server = f"{host}:{port}"
        if self.authority.registry(login_server) is None:
            raise RegistryUnknown(login_server)
        client = request.client.host if request.client else ""
        if not self.authority.admits(login_server, client):
            raise AddressDenied(client)
        return Door(login_server, request.url.scheme)

    def enter(self, request: Request) -> Door:
        """Let anybody in who proves who they are, whatever their rights; raises Unauthorized."""
        door = self.door(request)
        self._claims(request, door, Unauthorized(door.challenge()))
        return door

    def check(self, request: Request, repository: str, right: Right) -> Door:
        """Let a request in that has a right in a repository; raises Unauthorized."""
        action = "pull,push" if right == "push" else right
        return self._check(request, repository, right, ("repository", repository, right), action)

    def check_catalog(self, request: Request) -> Door:
        """Let a request in that may list the repositories; raises Unauthorized."""
        return self._check(request, None, "catalog", ("registry", "catalog", "*"), "*")

    def may(self, request: Request, door: Door, repository: str, right: Right) -> bool:
        """Whether a request that was let in has one more right."""
        claims = self._claims(request, door, Unauthorized(door.challenge()))
        if isinstance(claims, Claims):
            return claims.allows("repository", repository, right)
        return right in self.authority.rights(door.login_server, claims, repository)

    def basic(self, request: Request, door: Door) -> Principal | None:
        """Whoever the Basic credentials belong to; None without such a header; raises Unauthorized."""
        scheme, _, value = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "basic":
            return None
        try:
            username, _, password = base64.b64decode(value, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            username, password = "", ""
        return self.login(door, username, password)

    def login(self, door: Door, username: str, password: str) -> Principal:
        """Whoever these credentials belong to; raises Unauthorized."""
        principal = None
        if username == NULL_USER:
            principal = self.tokens.read_refresh(door.login_server, password)
        if principal is None and username and password:
            principal = self.authority.authenticate(door.login_server, username, password)
        if principal is None:
            raise Unauthorized(door.challenge())
        return principal

    def granted(self, door: Door, principal: Principal | None, scopes: Iterable[str]) -> list[Access]:
        """What of the scopes that a client asks for the rights allow."""
        asked = [entry for scope in scopes if (entry := _parse_scope(scope))]
        allowed = [self._allowed(door, principal, entry) for entry in asked]
        return [entry for entry in allowed if entry.actions]

    def _allowed(self, door: Door, principal: Principal | None, asked: Access) -> Access:
        if (asked.kind, asked.name) == ("registry", "catalog"):
            rights = self.authority.rights(door.login_server, principal, None)
            return Access(asked.kind, asked.name, ("*",) if "catalog" in rights else ())
        if asked.kind != "repository":
            return Access(asked.kind, asked.name, ())
        rights = self.authority.rights(door.login_server, principal, asked.name)
        wanted = REPOSITORY_RIGHTS if "*" in asked.actions else asked.actions
        return Access(
            asked.kind, asked.name, tuple(item for item in REPOSITORY_RIGHTS if item in wanted and item in rights)
        )

    def _check(
        self, request: Request, repository: str | None, right: Right, needed: tuple[str, str, str], action: str
    ) -> Door:
        door = self.door(request)
        kind, name, token_action = needed
        scope = f"{kind}:{name}:{action}"
        claims = self._claims(request, door, Unauthorized(door.challenge(scope), kind, name, token_action))
        if isinstance(claims, Claims):
            allowed = claims.allows(kind, name, token_action)
        else:
            allowed = right in self.authority.rights(door.login_server, claims, repository)
        if not allowed:
            raise Unauthorized(door.challenge(scope, "insufficient_scope"), kind, name, token_action)
        return door

    def _claims(self, request: Request, door: Door, refusal: Unauthorized) -> Claims | Principal:
        """What a bearer token says, or who the Basic credentials belong to; raises `refusal`."""
        scheme, _, value = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            found: Claims | Principal | None = self.tokens.read_access(door.login_server, value.strip())
        else:
            found = self.basic(request, door)
        if found is None:
            raise refusal
        return found


def _parse_scope(scope: str) -> Access | None:
    kind, _, rest = scope.partition(":")
    name, colon, actions = rest.rpartition(":")
    return Access(kind, name, tuple(actions.split(","))) if colon and name else None
