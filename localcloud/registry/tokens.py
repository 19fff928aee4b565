"""Signed tokens: JSON web tokens (HS256), as the clients of ACR expect to be able to decode."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from localcloud.registry.authority import Principal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

ACCESS_SECONDS = 300
"""How long an access token holds; a removed right ends with it at the latest."""
REFRESH_SECONDS = 3 * 3600
"""How long a refresh token holds, as on ACR."""

_ISSUER = "Azure Container Registry"
_HEADER = {"alg": "HS256", "typ": "JWT"}


@dataclass(frozen=True)
class Access:
    """Actions on one thing: a `repository` by its name, or the `registry`'s `catalog`."""

    kind: str
    name: str
    actions: tuple[str, ...]

    def to_document(self) -> dict[str, Any]:
        """The entry of a token's `access` claim."""
        return {"Type": self.kind, "Name": self.name, "Actions": list(self.actions)}


@dataclass(frozen=True)
class Claims:
    """What a valid token says."""

    principal: Principal | None
    access: tuple[Access, ...]

    def allows(self, kind: str, name: str, action: str) -> bool:
        """Whether the token carries an action."""
        return any(entry.kind == kind and entry.name == name and action in entry.actions for entry in self.access)


class Tokens:
    """Issues and reads tokens; the key lives as long as this object, `clock` gives seconds since the epoch."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._key = secrets.token_bytes(32)
        self._clock = clock

    def access(self, login_server: str, principal: Principal | None, access: Iterable[Access]) -> str:
        """An access token for one registry."""
        entries = [entry.to_document() for entry in access]
        return self._issue("access_token", login_server, principal, ACCESS_SECONDS, {"access": entries})

    def refresh(self, login_server: str, principal: Principal) -> str:
        """A refresh token for one registry."""
        return self._issue("refresh_token", login_server, principal, REFRESH_SECONDS, {})

    def read_access(self, login_server: str, token: str) -> Claims | None:
        """What an access token says, or None if it is not a valid one for this registry."""
        return self._read("access_token", login_server, token)

    def read_refresh(self, login_server: str, token: str) -> Principal | None:
        """Whose refresh token this is, or None."""
        claims = self._read("refresh_token", login_server, token)
        return claims.principal if claims else None

    def _issue(
        self, kind: str, login_server: str, principal: Principal | None, seconds: int, extra: dict[str, Any]
    ) -> str:
        now = int(self._clock())
        claims: dict[str, Any] = {
            "jti": secrets.token_hex(16),
            "sub": principal.id if principal else "",
            "name": principal.name if principal else "",
            "iss": _ISSUER,
            "aud": login_server,
            "iat": now,
            "nbf": now,
            "exp": now + seconds,
            "version": "1.0",
            "grant_type": kind,
        }
        signed = f"{_encoded(_HEADER)}.{_encoded(claims | extra)}"
        return f"{signed}.{self._signature(signed)}"

    def _read(self, kind: str, login_server: str, token: str) -> Claims | None:
        signed, _, signature = token.rpartition(".")
        if not hmac.compare_digest(self._signature(signed).encode(), signature.encode(errors="replace")):
            return None
        # Only what this object signed comes here, so it has the shape that `_issue` gives it.
        claims = json.loads(base64.urlsafe_b64decode(f"{signed.partition('.')[2]}==="))
        if (claims["grant_type"], claims["aud"]) != (kind, login_server) or claims["exp"] <= self._clock():
            return None
        principal = Principal(claims["sub"], claims["name"]) if claims["sub"] else None
        access = (Access(item["Type"], item["Name"], tuple(item["Actions"])) for item in claims.get("access", ()))
        return Claims(principal, tuple(access))

    def _signature(self, signed: str) -> str:
        mac = hmac.new(self._key, signed.encode(errors="replace"), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(mac).rstrip(b"=").decode()


def _encoded(document: Mapping[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(document).encode()).rstrip(b"=").decode()
