"""Secrets in `ARG` and `ENV`: they stay readable in the image or in its history."""

from __future__ import annotations

import re

from .finding import Finding, Rule, Severity

__all__ = ["check_secret", "check_secret_text"]

_SECRET_NAME = re.compile(
    r"(?:^|_)(?:PASSWORD|PASSWD|PASSPHRASE|PWD|PASS|SECRET|SECRETS|TOKEN|PAT|SAS|CREDENTIALS?|APIKEY|AUTH)(?:$|_\d+$)"
    r"|(?:^|_)(?:API|ACCESS|ACCOUNT|PRIVATE|STORAGE|SECRET|SIGNING|ENCRYPTION|SSH|AUTH|CLIENT)_?KEY(?:$|_)"
    r"|CLIENT_?SECRET|CONNECTION_?STRING|(?:PASSWORD|SECRET|TOKEN)$",
)
_NO_SECRET_NAME = re.compile(
    r"_(?:FILE|PATH|URL|URI|DIR|NAME|ID|TTL|LENGTH|TYPE|EXPIRY|VERSION|LIMIT)$|^(?:OLD)?PWD$|PUBLIC|SSH_AUTH_SOCK"
    r"|(?:^|_)(?:MAX|NUM|MIN|PAD|EOS|BOS|UNK|CLS|SEP|MASK|STOP)_"
)
_SECRET_VALUE = re.compile(
    r"gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{20,}|glpat-[\w-]{20}|AKIA[0-9A-Z]{16}|xox[abprs]-[\w-]{10,}"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----|AccountKey=[A-Za-z0-9+/]{20,}|SharedAccessKey=[A-Za-z0-9+/]{20,}"
    r"|[?&]sig=[A-Za-z0-9%+/]{20,}|eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]+|pypi-[A-Za-z0-9_-]{50,}|hf_[A-Za-z0-9]{30,}"
    r"|://[^/\s:@${}]+:[^/\s@${}]+@"
)
_NO_SECRET_VALUE = re.compile(r"|0|1|true|false|none|null|yes|no|/run/secrets/\S+|\d{1,3}", re.IGNORECASE)
_FIX = "RUN --mount=type=secret,id=token"


def check_secret(kind: str, name: str, value: str | None, line: int) -> Finding | None:
    """Judge one variable of an `ARG` or `ENV`; its value is never shown.

    Args:
        kind: `ARG` or `ENV`.
        name: Its name.
        value: Its value, or None for an `ARG` without one.
        line: Its line.
    """
    upper = name.upper()
    named = bool(_SECRET_NAME.search(upper)) and not _NO_SECRET_NAME.search(upper)
    if value is None:
        secret = named and kind == "ARG"
    else:
        secret = (named and not _NO_SECRET_VALUE.fullmatch(value)) or bool(_SECRET_VALUE.search(value))
    return _finding(f"{kind} {name}", line) if secret else None


def check_secret_text(kind: str, text: str, line: int) -> Finding | None:
    """Judge the text of a command for what can only be a secret: known forms, and passwords in addresses."""
    return _finding(f"a secret's form in {kind}", line) if _SECRET_VALUE.search(text) else None


def _finding(found: str, line: int) -> Finding:
    needed = "must keep secrets out of the image and its history"
    return Finding(Rule.SECRET, Severity.ERROR, found, needed, _FIX, line)
