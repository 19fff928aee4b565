"""The last net for secrets: the engine masks what it knows to be one; this masks what looks like one.

What a report quotes are messages, names and lines of files. A secret that somebody wrote into a Dockerfile or a
message is none that the engine knows. What is masked too much is a word less; so the net is a fine one.
"""

from __future__ import annotations

import re

from tools.review.document import shortened

MASK = "[secret]"
_WORD = (
    r"(?:password|passwd|passphrase|pwd|secret|token|credentials?"
    r"|(?:api|access|account|private|shared|instrumentation)[_-]?(?:access[_-]?)?key)"
)
_NAME = rf"(?<![\w.-])[\w.-]*{_WORD}[\w.-]*+"
_VALUE = r"""("[^"\n]+"|'[^'\n]+'|(?!\[secret\]|\$)[^\s"',;]+)"""
_NAMED = re.compile(
    r"(?im)("
    # NAME=value anywhere, also NAME: type = value and x['NAME'] = value; no pinned version of a package.
    rf"""{_NAME}["'\]]*(?:[ \t]*:[ \w.|\[\]]+)?[ \t]*=(?!=)[ \t]*"""
    # NAME: value in quotes, where a line opens, as in JSON and YAML, and where the value has a digit: elsewhere it is a
    # sentence.
    rf"""|["']{_NAME}["'][ \t]*:\s*|^[-+ \t]*{_NAME}:[ \t]+(?![\w.|\[\] ]+=)|{_NAME}:[ \t]+(?=\S*\d)"""
    # Options of commands, and files of logins.
    rf"""|\b(?:ENV|ARG)[ \t]+{_NAME}[ \t]+|(?<![\w-])-[\w-]*{_WORD}[ \t]+|\blogin\b[^\n]*?\s-p[ \t]*"""
    rf"""|\s(?:-u|--user)[ \t=]+["']?[^\s:$]+:|\bBearer[ \t]+(?=\S{{8}})"""
    r"""|\bBasic[ \t]+(?=\S*\d)|\b(?:password|passphrase)(?:[ \t]+(?:is|was))?[ \t]+(?=["']|\S*\d)"""
    rf"){_VALUE}"
)
_FORMS = re.compile(
    r"gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w-]{20,}|AKIA[0-9A-Z]{16}|xox[abprs]-[\w-]{10,}"
    r"|eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]+|hf_[A-Za-z0-9]{30,}|(?<=[?&]sig=)[A-Za-z0-9%+/=]+"
    r"|[\w~.-]{3}\dQ~[\w~.-]{31,34}|(?<=://)(?!git@)[^/\s@${}]+(?=@)|[A-Za-z0-9+/]{86}=="
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)",
    re.DOTALL,
)
_RANDOM = re.compile(r"(?<![\w+:])(?=\w*[a-z])(?=\w*[A-Z])(?=\w*\d)[A-Za-z0-9+]{40,}=*")
"""Many letters of both sizes with digits, as passwords of registries are; digests have one size."""
_ALGORITHM = re.compile(r"sha(256|384|512):")
_PRIVATE = re.compile(
    r"(?i)(?:^|/)(?:\.env(?:\.[^/]*)?|\.npmrc|\.pypirc|\.?netrc|pip\.conf|id_(?:rsa|dsa|ecdsa|ed25519)"
    r"|.*\.(?:pem|key|pfx|p12|jks))$"
)


def redacted(text: str) -> str:
    """The text without what looks like a secret: values of names such as PASSWORD, tokens, signed links, logins."""
    # Cut first: the patterns take a time that grows with the square of a line.
    lines = "\n".join(map(shortened, text.split("\n")))
    return _RANDOM.sub(MASK, _NAMED.sub(_masked, _FORMS.sub(MASK, lines)))


def redacted_lines(lines: tuple[str, ...]) -> tuple[str, ...]:
    """The same of lines that belong together: a key has several."""
    return tuple(redacted("\n".join(lines)).split("\n"))


def is_private(path: str) -> bool:
    """Whether a file is one that keys and logins are kept in."""
    return _PRIVATE.search(path) is not None


def _masked(found: re.Match[str]) -> str:
    return found[0] if _ALGORITHM.match(found[2]) else f"{found[1]}{MASK}"
