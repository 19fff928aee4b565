"""What lets a caller in at an online endpoint: two keys, or tokens that are signed with a third."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from localcloud.frontend import tokens
from localcloud.services.machinelearning.online_errors import OnlineRefused
from localcloud.services.machinelearning.sealed import SealedDocuments

if TYPE_CHECKING:
    from localcloud.arm.resource_type import ActionRequest
    from localcloud.cloud import Cloud

_KEYS = SealedDocuments("online-endpoint-keys", "online endpoint keys")
_NAMES = ("primaryKey", "secondaryKey")
_TOKEN_SECONDS = 12 * 3600
_REFRESH_SECONDS = 11 * 3600


def make(cloud: Cloud, endpoint_key: str, given: Mapping[str, Any]) -> None:
    """The keys of a new endpoint: those that are given, random ones for the rest."""
    keys = {name: given.get(name) or secrets.token_urlsafe(32) for name in _NAMES}
    _KEYS.put(cloud, endpoint_key, keys | {"tokenKey": secrets.token_hex(32)})


def find(cloud: Cloud, endpoint_key: str) -> dict[str, str]:
    """`primaryKey`, `secondaryKey` and `tokenKey` of an endpoint; empty before it has any."""
    return _KEYS.get(cloud, endpoint_key) or {}


def forget(cloud: Cloud, endpoint_key: str) -> None:
    """The keys go with their endpoint."""
    _KEYS.forget(cloud, endpoint_key)


def list_keys(request: ActionRequest) -> dict[str, str]:
    """`listKeys`: both keys; raises OnlineRefused for an endpoint with tokens."""
    _check(request, "Key", "keys")
    known = find(request.cloud, request.id.key)
    return {name: known[name] for name in _NAMES}


def regenerate(request: ActionRequest) -> None:
    """Another one of the two keys: the one in `keyValue`, or a random one."""
    _check(request, "Key", "keys")
    kind = str(request.body.get("keyType"))
    if kind not in {"Primary", "Secondary"}:
        raise OnlineRefused(f"keyType has to be Primary or Secondary; got '{kind}'.")
    if not isinstance(request.body.get("keyValue") or "", str):
        raise OnlineRefused("keyValue has to be a text.")
    name = f"{kind.lower()}Key"
    value = request.body.get("keyValue") or secrets.token_urlsafe(32)
    _KEYS.put(request.cloud, request.id.key, find(request.cloud, request.id.key) | {name: value})


def token(request: ActionRequest) -> dict[str, Any]:
    """`token`: one that lets in for 12 hours (assumed); raises OnlineRefused for an endpoint with keys."""
    _check(request, "AMLToken", "tokens")
    now = int(request.cloud.clock.timestamp())
    key = find(request.cloud, request.id.key)["tokenKey"]
    return {
        "accessToken": tokens.issue(key, now + _TOKEN_SECONDS),
        "expiryTimeUtc": now + _TOKEN_SECONDS,
        "refreshAfterTimeUtc": now + _REFRESH_SECONDS,
        "tokenType": "Bearer",
    }


def _check(request: ActionRequest, mode: str, what: str) -> None:
    found = request.document["properties"]["authMode"]
    if found.lower() != mode.lower():
        raise OnlineRefused(f"An endpoint with authMode {found} has no {what}.")
