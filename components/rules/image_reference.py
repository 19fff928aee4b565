"""References to container images, read and normalised as Docker does.

The grammar is that of the distribution project's `reference` package: `[domain/]path[:tag][@digest]`, where the
first component is a domain when it has a dot, a colon or an upper-case letter, or is `localhost`. Docker Hub names get
their domain (`docker.io`) and, when they have one component only, the prefix `library/`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Self

__all__ = ["ImageReference", "InvalidImageReference"]

_DEFAULT_DOMAIN = "docker.io"
_LEGACY_DOMAIN = "index.docker.io"
_PATH_MAX = 255

_HOST_LABEL = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?"
_DOMAIN = re.compile(rf"(?:{_HOST_LABEL}(?:\.{_HOST_LABEL})*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?")
_COMPONENT = r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"
_PATH = re.compile(rf"{_COMPONENT}(?:/{_COMPONENT})*")
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
_IDENTIFIER = re.compile(r"[a-f0-9]{64}")
_DIGEST_LENGTHS = {"sha256": 64, "sha384": 96, "sha512": 128}
"""Digest algorithms that registries know, with the length of the value in hexadecimal digits."""


class InvalidImageReference(ValueError):
    """A text that names no image.

    Attributes:
        text: The reference that was given.
        reason: The rule that it breaks, opening with "the <part> ...".
    """

    def __init__(self, text: str, reason: str) -> None:
        self.text = text
        self.reason = reason
        super().__init__(f"image reference {text[:300]!r} is invalid: {reason}")


@dataclass(frozen=True)
class ImageReference:
    """An image: where it is, what it is called, and which one it is.

    Attributes:
        domain: Registry host with its port, if any: `docker.io`, `myregistry.azurecr.io`, `127.0.0.2:5000`.
        path: Repository in the registry, lower case: `library/ubuntu`.
        tag: Tag, or None. None is never read as `latest`: that is the caller's decision.
        digest: `<algorithm>:<hexadecimal value>`, or None.
    """

    domain: str
    path: str
    tag: str | None = None
    digest: str | None = None

    def __post_init__(self) -> None:
        """Check every part, so that no invalid reference can exist.

        Raises:
            InvalidImageReference: A part breaks its rule.
        """
        reason = (
            _domain_fault(self.domain) or _path_fault(self.path) or _tag_fault(self.tag) or _digest_fault(self.digest)
        )
        if reason:
            raise InvalidImageReference(str(self), reason)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a reference as Docker does: `ubuntu` is `docker.io/library/ubuntu`.

        Raises:
            InvalidImageReference: The text names no image, with the part and the rule that it breaks.
        """
        if not text:
            raise InvalidImageReference(text, "the text is empty; e.g. myregistry.azurecr.io/myimage:v1")
        if "://" in text:
            raise InvalidImageReference(text, "the reference has no scheme such as https://; it starts with the host")
        if _IDENTIFIER.fullmatch(text):
            raise InvalidImageReference(text, "the text is an image id, 64 hexadecimal digits, not a name")
        domain, rest = _split_domain(text)
        named, at, digest = rest.partition("@")
        path, colon, tag = named.partition(":")
        try:
            return cls(domain, path, tag if colon else None, digest if at else None)
        except InvalidImageReference as error:
            raise InvalidImageReference(text, error.reason) from None

    @property
    def repository(self) -> str:
        """Domain and path, without tag and digest."""
        return f"{self.domain}/{self.path}"

    def with_tag(self, tag: str) -> Self:
        """Return this image under another tag and without its digest, which belonged to the old one.

        Raises:
            InvalidImageReference: The tag breaks its rule.
        """
        return replace(self, tag=tag, digest=None)

    def with_digest(self, digest: str) -> Self:
        """Return this image pinned to a digest; the tag stays, as what a person reads.

        Raises:
            InvalidImageReference: The digest has an unknown algorithm or a wrong length.
        """
        return replace(self, digest=digest)

    def __str__(self) -> str:
        """Return the canonical text; parsing it gives this reference again."""
        tag = "" if self.tag is None else f":{self.tag}"
        digest = "" if self.digest is None else f"@{self.digest}"
        return f"{self.repository}{tag}{digest}"


def _split_domain(text: str) -> tuple[str, str]:
    """Return the domain and all that follows it, with Docker Hub's short forms made full."""
    first, slash, rest = text.partition("/")
    if not slash:
        return _DEFAULT_DOMAIN, f"library/{text}"
    if not (first == "localhost" or "." in first or ":" in first or first != first.lower()):
        return _DEFAULT_DOMAIN, text
    domain = _DEFAULT_DOMAIN if first == _LEGACY_DOMAIN else first
    return domain, f"library/{rest}" if domain == _DEFAULT_DOMAIN and "/" not in rest else rest


def _domain_fault(domain: str) -> str | None:
    if _DOMAIN.fullmatch(domain):
        return None
    return (
        f"the registry {domain!r} must be a host name, an IPv4 address or a bracketed IPv6 address, with a port if any"
    )


def _path_fault(path: str) -> str | None:
    if len(path) > _PATH_MAX:
        return f"the repository must have at most {_PATH_MAX} characters, not {len(path)}"
    if path != path.lower():
        return f"the repository {path!r} must be lower case"
    if not _PATH.fullmatch(path):
        return (
            f"the repository {path!r} must be lower-case letters and digits, separated by a slash, one full stop, "
            "one or two underscores, or hyphens"
        )
    return None


def _tag_fault(tag: str | None) -> str | None:
    if tag is None or _TAG.fullmatch(tag):
        return None
    return (
        f"the tag {tag[:140]!r} must be 1 to 128 letters, digits, underscores, full stops and hyphens, "
        "and not start with a full stop or a hyphen"
    )


def _digest_fault(digest: str | None) -> str | None:
    if digest is None:
        return None
    algorithm, _, value = digest.partition(":")
    length = _DIGEST_LENGTHS.get(algorithm)
    if length is None:
        return f"the digest {digest[:140]!r} must start with one of {', '.join(_DIGEST_LENGTHS)} and a colon"
    if not re.fullmatch(rf"[a-f0-9]{{{length}}}", value):
        return (
            f"the digest of algorithm {algorithm} must have {length} lower-case hexadecimal digits, not {value[:140]!r}"
        )
    return None
