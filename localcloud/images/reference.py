"""Image references, normalised as Docker does."""

from __future__ import annotations

import re
from dataclasses import dataclass

from localcloud.images.errors import ReferenceInvalid

REPOSITORY = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*"
"""A repository's name without its registry, as the OCI distribution specification has it."""
TAG = r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}"
"""A tag, as the OCI distribution specification has it."""

_DIGEST = r"sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}"
_REFERENCE = re.compile(rf"(?P<path>{REPOSITORY})(?::(?P<tag>{TAG}))?(?:@(?P<digest>{_DIGEST}))?")
_DOMAIN = re.compile(r"(?:[A-Za-z0-9]|[A-Za-z0-9][A-Za-z0-9.-]*[A-Za-z0-9]|\[[0-9a-fA-F:]+\])(?::[0-9]+)?")


@dataclass(frozen=True)
class Reference:
    """A reference in its parts; `str()` writes it in full: `docker.io/library/ubuntu:22.04`."""

    domain: str
    path: str
    tag: str | None
    digest: str | None

    def __str__(self) -> str:
        tag = f":{self.tag}" if self.tag else ""
        digest = f"@{self.digest}" if self.digest else ""
        return f"{self.domain}/{self.path}{tag}{digest}"


def domain_of(server: str) -> str:
    """The domain of a registry that is written as a login server, or as its URL."""
    return server.strip().removeprefix("https://").removeprefix("http://").rstrip("/").lower()


def parse_reference(text: str) -> Reference:
    """Read a reference; without tag and digest the tag is `latest`.

    Raises:
        ReferenceInvalid: It is not a reference.
    """
    domain, slash, rest = text.partition("/")
    if not slash or not (set(".:[") & set(domain) or domain == "localhost" or domain != domain.lower()):
        domain, rest = "docker.io", text
    match = _REFERENCE.fullmatch(rest)
    if not match or not _DOMAIN.fullmatch(domain):
        raise ReferenceInvalid(text)
    path, tag, digest = match["path"], match["tag"], match["digest"]
    if domain in ("docker.io", "index.docker.io"):
        domain, path = "docker.io", path if "/" in path else f"library/{path}"
    return Reference(domain, path, tag if tag or digest else "latest", digest)
