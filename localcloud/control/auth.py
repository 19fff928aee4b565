"""Who is calling: every request needs a valid bearer token, except where a service checks a signature of its own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from localcloud.arm.errors import AuthenticationFailed, CloudError
from localcloud.control.tokens import InvalidToken

if TYPE_CHECKING:
    from localcloud.cloud import Cloud
    from localcloud.services.entra.principal import Principal

_OPEN = re.compile(
    r"/metadata/|/common/discovery/|/[^/]+/discovery/|/[^/]+/oauth2/|/[^/]+/(v2\.0/)?\.well-known/"
    r"|/blob/|/task-logs/|/healthz$"
)
"""Paths that need no bearer token: metadata and sign-in, and data planes that check a signature (SAS) themselves."""


class InvalidAuthenticationToken(CloudError):
    """A token that is not, or no longer, valid."""

    def __init__(self, reason: str) -> None:
        super().__init__(401, "InvalidAuthenticationToken", reason)


def is_open(path: str) -> bool:
    """Whether a path is served without a bearer token."""
    return bool(_OPEN.match(path))


def bearer_principal(cloud: Cloud, authorization: str | None) -> Principal:
    """Whose token a request carries; raises AuthenticationFailed or InvalidAuthenticationToken."""
    try:
        return cloud.tokens.read(_token(authorization))
    except InvalidToken as error:
        raise _challenged(cloud, InvalidAuthenticationToken(str(error))) from None
    except AuthenticationFailed as error:
        raise _challenged(cloud, error) from None


def _token(authorization: str | None) -> str:
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise AuthenticationFailed
    return token.strip()


def _challenged(cloud: Cloud, error: CloudError) -> CloudError:
    """The error with ARM's challenge: where a client signs in."""
    error.headers["WWW-Authenticate"] = (
        f'Bearer authorization_uri="{cloud.url}/{cloud.settings.tenant_id}", error="invalid_token", '
        f'error_description="{error.message}"'
    )
    return error
