"""What looks like a secret: the name of a variable, or its value."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

__all__ = ["looks_secret"]

_WORDS: Final = {
    *("password", "passwd", "passphrase", "pass", "pwd", "secret", "secrets", "token", "key", "apikey", "credential"),
    *("credentials", "sas", "pat", "connectionstring", "connstr"),
}
_GLUED: Final = (
    *("password", "passwd", "passphrase", "secretkey", "clientsecret", "apikey", "accesskey", "accountkey"),
    *("sharedkey", "privatekey", "primarykey", "secondarykey", "accesstoken", "authtoken", "connectionstring"),
)
_ABOUT: Final = {
    *(
        "id",
        "name",
        "path",
        "file",
        "folder",
        "dir",
        "url",
        "uri",
        "endpoint",
        "vault",
        "type",
        "kind",
        "mode",
        "length",
    ),
    *(
        "limit",
        "limits",
        "count",
        "size",
        "days",
        "expiry",
        "ttl",
        "timeout",
        "version",
        "public",
        "algorithm",
        "enabled",
    ),
    *("ref", "header", "prefix", "format", "rotation", "issuer", "audience", "scope"),
}
"""Last words of names that tell something about a secret, such as where it is kept."""
_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_VALUE: Final = re.compile(
    r"(?i:\b(?:AccountKey|SharedAccessKey|SharedAccessSignature|Password|Pwd|client_secret)\s*=\s*[^;\s]{4})"
    r"|[a-z][a-z0-9+.-]*://[^/\s:@]*:[^/\s@]{3,}@"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----"
    r"|\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\."
    r"|[?&]sig=[\w%+/-]{20}"
)


def looks_secret(name: str, value: str | None) -> bool:
    """Whether a variable seems to hold a secret; `value` is None where it isn't known."""
    if value is not None and (not value or value.lower() in {"true", "false"}):
        return False
    return _named(name) or (value is not None and _VALUE.search(value) is not None)


def _named(name: str) -> bool:
    words = [word.lower() for word in _WORD.findall(name)]
    if not words or words[-1] in _ABOUT:
        return False
    pairs = {first + second for first, second in pairwise(words)}
    return bool((set(words) | pairs) & _WORDS) or any(part in name.lower() for part in _GLUED)
