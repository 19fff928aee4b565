"""Shared access signatures of one blob or container, signed and checked as Azure does (service SAS, 2020-12-06)."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from localcloud.services.storage.errors import AuthenticationFailed, MissingSasParameter, PermissionMismatch

VERSION = "2021-08-06"

# The request's name for a field, the name in the token, in the order in which the fields are signed;
# the resource's path and the version stand between, see `_text`.
_BEFORE_RESOURCE = (("signedPermission", "sp"), ("signedStart", "st"), ("signedExpiry", "se"))
_AFTER_RESOURCE = (("signedIdentifier", "si"), ("signedIp", "sip"), ("signedProtocol", "spr"))
_VERSION_FIELDS = (("", "sv"), ("signedResource", "sr"), ("", "snapshot"), ("signedEncryptionScope", "ses"))
_RESPONSE_HEADERS = (("rscc", "rscc"), ("rscd", "rscd"), ("rsce", "rsce"), ("rscl", "rscl"), ("rsct", "rsct"))
_FIELDS = _BEFORE_RESOURCE + _AFTER_RESOURCE + _VERSION_FIELDS + _RESPONSE_HEADERS


def sign(key: str, asked: Mapping[str, Any]) -> str:
    """A token for what `asked` (the body of listServiceSas) describes.

    Args:
        key: The account's key in base64.
        asked: `canonicalizedResource` (`/blob/<account>/<container>[/<blob>]`), `signedResource` (b or c),
            `signedPermission` (letters out of racwd), `signedExpiry` and so on.

    Returns:
        A query string without a question mark.
    """
    for name in ("canonicalizedResource", "signedResource", "signedPermission", "signedExpiry"):
        if not asked.get(name):
            raise MissingSasParameter(name)
    if asked["signedResource"] not in {"b", "c"}:
        raise MissingSasParameter("signedResource")
    token = {short: str(asked[name]) for name, short in _FIELDS if name and asked.get(name)}
    token["sv"] = VERSION
    return urlencode(token | {"sig": _signature(key, asked["canonicalizedResource"], token)})


def check(keys: tuple[str, str], path: str, token: Mapping[str, str], permission: str, now: datetime) -> None:
    """Refuses a token that does not allow this; raises AuthenticationFailed or PermissionMismatch.

    Args:
        keys: The account's two keys; either may have signed.
        path: `/blob/<account>/<container>/<blob>`.
        token: The query of the request.
        permission: The letters of which one is needed, such as `cw`.
        now: The time that the token has to be valid at.
    """
    signed = path if token.get("sr") == "b" else "/".join(path.split("/")[:4])
    given = token.get("sig", "")
    if not any(hmac.compare_digest(_signature(key, signed, token).encode(), given.encode()) for key in keys):
        raise AuthenticationFailed("Signature did not match.")
    if not token.get("se") or moment(token["se"]) <= now:
        raise AuthenticationFailed(f"Signed expiry time [{token.get('se', '')}] must be after now [{now:%c} GMT].")
    if token.get("st") and moment(token["st"]) > now:
        raise AuthenticationFailed(f"Signed start time [{token['st']}] must be before now [{now:%c} GMT].")
    if not set(permission) & set(token.get("sp", "")):
        raise PermissionMismatch


def moment(text: str) -> datetime:
    """A time of a token; one without a zone is UTC. Raises AuthenticationFailed when it is none."""
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        raise AuthenticationFailed(f"'{text}' is not a time.") from None
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def _signature(key: str, resource: str, token: Mapping[str, str]) -> str:
    text = _text(resource, token).encode()
    return base64.b64encode(hmac.digest(base64.b64decode(key), text, hashlib.sha256)).decode()


def _text(resource: str, token: Mapping[str, str]) -> str:
    before = [token.get(short, "") for _, short in _BEFORE_RESOURCE]
    after = [token.get(short, "") for _, short in (*_AFTER_RESOURCE, *_VERSION_FIELDS, *_RESPONSE_HEADERS)]
    return "\n".join([*before, resource, *after])
