"""Bearer tokens: signed by the cloud's key (JSON Web Tokens, HS256), with an end, verified without any storage."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from localcloud.services.entra.principal import Principal

if TYPE_CHECKING:
    from localcloud.control.settings import CloudSettings

OWNER_LIFETIME_SECONDS = 10 * 365 * 24 * 3600
OWNER_AUDIENCE = "localcloud"
"""Whom the deployer's own token is for, wherever the control plane happens to listen."""
LIFETIME_SECONDS = 3599
"""What Entra gives a client-credentials token."""


class InvalidToken(Exception):
    """A token that was not signed here, or whose time is over; the message holds no part of it."""


class Tokens:
    """Issues and reads tokens.

    Args:
        settings: Whose tenant and key.
        now: Seconds since the epoch.
    """

    def __init__(self, settings: CloudSettings, now: Callable[[], float] = time.time) -> None:
        self._settings = settings
        self._key = settings.derive("bearer tokens")
        self._now = now

    def issue(self, principal: Principal, audience: str, lifetime: int = LIFETIME_SECONDS) -> str:
        """A token for a principal.

        Args:
            principal: Who may use it.
            audience: What for, such as `https://management.azure.com/`.
            lifetime: Seconds.
        """
        now = int(self._now())
        return self._sign(
            {
                "aud": audience,
                "iss": f"https://sts.windows.net/{self._settings.tenant_id}/",
                "iat": now,
                "nbf": now,
                "exp": now + lifetime,
                "appid": principal.client_id,
                "idtyp": "app",
                "oid": principal.object_id,
                "sub": principal.object_id,
                "tid": self._settings.tenant_id,
                "ver": "1.0",
            }
        )

    def owner(self) -> str:
        """The deployer's own token: what the token file holds."""
        principal = Principal(object_id=self._settings.object_id, client_id=self._settings.client_id)
        return self.issue(principal, OWNER_AUDIENCE, OWNER_LIFETIME_SECONDS)

    def read(self, token: str) -> Principal:
        """Whose token it is; raises InvalidToken."""
        payload, _, signature = token.rpartition(".")
        if not hmac.compare_digest(signature.encode(), self._signature(payload).encode()):
            raise InvalidToken("The access token has an invalid signature.")
        claims: dict[str, Any] = json.loads(_decode(payload.rpartition(".")[2]))
        if claims["exp"] <= self._now():
            raise InvalidToken("The access token has expired.")
        return Principal(object_id=claims["oid"], client_id=claims["appid"])

    def _sign(self, claims: dict[str, Any]) -> str:
        payload = f"{_encode({'alg': 'HS256', 'typ': 'JWT'})}.{_encode(claims)}"
        return f"{payload}.{self._signature(payload)}"

    def _signature(self, payload: str) -> str:
        return _base64(hmac.new(self._key, payload.encode(), hashlib.sha256).digest())


def _encode(document: dict[str, Any]) -> str:
    return _base64(json.dumps(document, separators=(",", ":")).encode())


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
