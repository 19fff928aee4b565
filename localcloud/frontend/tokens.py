"""Tokens of an endpoint with `authMode` AMLToken: an end and a signature, good at this endpoint alone."""

from __future__ import annotations

import hashlib
import hmac


def issue(key: str, expires: int) -> str:
    """A token that holds until `expires` (seconds since the epoch); `key` in hex."""
    return f"{expires}.{_signature(key, str(expires))}"


def holds(key: str, token: str, now: float) -> bool:
    """Whether a token was signed with the key and has not expired."""
    expires, _, signature = token.partition(".")
    good = hmac.compare_digest(signature.encode(), _signature(key, expires).encode())
    return good and int(expires) > now


def _signature(key: str, text: str) -> str:
    return hmac.new(bytes.fromhex(key), text.encode(), hashlib.sha256).hexdigest()
