"""The last net for secrets: the engine masks what it knows to be one; this masks what looks like one.

What a report quotes are messages, names and lines of files. A secret that somebody wrote into a Dockerfile or a
message is none that the engine knows.
"""

from __future__ import annotations

import re

MASK = "[secret]"
_NAME = (
    r"""[\w.-]*(?:password|passwd|passphrase|secret|token|credentials?|(?:api|access|account|private)[_-]?key)[\w.-]*"""
)
_VALUE = r"""("[^"\n]+"|'[^'\n]+'|(?!\[secret\]|\$)[^\s"',;]+)"""
_NAMED = re.compile(
    # NAME=value anywhere; NAME: value in quotes or where a line opens, as in JSON and YAML: elsewhere it is a sentence.
    rf"""(?im)({_NAME}["']?\s*=\s*|["']{_NAME}["']\s*:\s*|^[-+ ]*\s*{_NAME}:\s+|\b(?:ENV|ARG)\s+{_NAME}\s+){_VALUE}"""
)
_FORMS = re.compile(
    r"gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w-]{20,}|AKIA[0-9A-Z]{16}|xox[abprs]-[\w-]{10,}"
    r"|eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]+|hf_[A-Za-z0-9]{30,}|(?<=[?&]sig=)[A-Za-z0-9%+/=]+"
    r"|(?<=://)[^/\s:@${}]+:[^/\s@${}]+(?=@)"
)
_ALGORITHM = re.compile(r"sha(256|384|512):")


def redacted(text: str) -> str:
    """The text without what looks like a secret: values of names such as PASSWORD, tokens, signed links, logins."""
    return _FORMS.sub(MASK, _NAMED.sub(_masked, text))


def _masked(found: re.Match[str]) -> str:
    return found[0] if _ALGORITHM.match(found[2]) else f"{found[1]}{MASK}"
