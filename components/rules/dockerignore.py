"""Which files a `.dockerignore` leaves out, decided as Docker's own matcher does.

A file is left out when the last pattern that matches it, or one of the folders above it, has no leading `!`.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["IgnorePatterns", "InvalidPattern"]

_WILDCARDS = re.compile(r"[][*?\\]")


class InvalidPattern(ValueError):
    """A pattern that Docker refuses.

    Attributes:
        pattern: The pattern as written.
        reason: What is wrong with it.
    """

    def __init__(self, pattern: str, reason: str) -> None:
        self.pattern = pattern
        self.reason = reason
        super().__init__(f"ignore pattern {pattern!r} {reason}")


@dataclass(frozen=True)
class _Pattern:
    text: str
    exception: bool
    expression: re.Pattern[str]


class IgnorePatterns:
    """The patterns of one ignore file, in their order."""

    def __init__(self, lines: Iterable[str]) -> None:
        """Read the lines; comments and empty ones are skipped.

        Raises:
            InvalidPattern: A pattern has an unclosed class or is a lone `!`.
        """
        self._patterns: list[_Pattern] = []
        for number, line in enumerate(lines):
            text = (line.removeprefix("\ufeff") if number == 0 else line).strip()
            if text and not line.startswith("#"):
                self._patterns.append(_read(text))
        self._exceptions = [pattern.text for pattern in self._patterns if pattern.exception]

    def ignores(self, path: str) -> bool:
        """Say whether a file, given by its path from the root with forward slashes, is left out."""
        matches = self.root_matches()
        parts = path.split("/")
        for depth in range(1, len(parts) + 1):
            matches = self.matches("/".join(parts[:depth]), matches)
        return self.verdict(matches)

    def root_matches(self) -> tuple[bool, ...]:
        """Return what `matches` takes as the parent of the topmost entries."""
        return (False,) * len(self._patterns)

    def matches(self, path: str, parent: tuple[bool, ...]) -> tuple[bool, ...]:
        """Return, for every pattern, whether it matches the path or a folder above it.

        A walk hands each folder's result down to its entries, so that each path is tried once.
        """
        return tuple(
            above or pattern.expression.fullmatch(path) is not None
            for pattern, above in zip(self._patterns, parent, strict=True)
        )

    def verdict(self, matches: tuple[bool, ...]) -> bool:
        """Say whether an entry with these matches is left out: the last pattern that matches decides."""
        for pattern, matched in zip(reversed(self._patterns), reversed(matches), strict=True):
            if matched:
                return not pattern.exception
        return False

    def may_keep_below(self, folder: str) -> bool:
        """Say whether an ignored folder may still hold a file that an exception (`!`) keeps."""
        return any(_WILDCARDS.search(text) or text.startswith(f"{folder}/") for text in self._exceptions)


def _read(text: str) -> _Pattern:
    exception = text.startswith("!")
    body = text[1:].strip() if exception else text
    if not body:
        raise InvalidPattern(text, "must name a file after the exclamation mark")
    cleaned = posixpath.normpath(body).lstrip("/").strip() or "/"
    return _Pattern(cleaned, exception, re.compile(_expression(text, cleaned), re.DOTALL))


def _expression(text: str, pattern: str) -> str:
    """Translate a pattern: `*` stops at a slash, `**` does not; `?`, classes and escapes are as in a shell."""
    if pattern.startswith("**") and not pattern.startswith("**/") and not _WILDCARDS.search(pattern, 2):
        return f".*{re.escape(pattern[2:])}"  # Docker takes `**.py` for any name that ends so
    made: list[str] = []
    at = 0
    while at < len(pattern):
        char = pattern[at]
        if pattern.startswith("**", at):
            at += 2 + pattern.startswith("/", at + 2)
            made.append(".*" if at == len(pattern) else "(?:.*/)?")
        elif char == "*":
            made.append("[^/]*")
            at += 1
        elif char == "?":
            made.append("[^/]")
            at += 1
        elif char == "[":
            members, at = _character_class(text, pattern, at + 1)
            made.append(members)
        else:
            if char == "\\":
                at += 1
            if at == len(pattern):
                raise InvalidPattern(text, "must not end with a backslash")
            made.append(re.escape(pattern[at]))
            at += 1
    return "".join(made)


def _character_class(text: str, pattern: str, at: int) -> tuple[str, int]:
    """Translate the class whose members start at `at`; return it and the index after its bracket."""
    members: list[str] = []
    negated = pattern.startswith("^", at)
    at += negated
    while at < len(pattern) and (pattern[at] != "]" or not members):
        low, at = _member(text, pattern, at)
        high = low
        if pattern.startswith("-", at):
            high, at = _member(text, pattern, at + 1)
        if low > high:
            raise InvalidPattern(text, f"has a range from {low!r} down to {high!r}")
        members.append(f"{re.escape(low)}-{re.escape(high)}")
    if at >= len(pattern):
        raise InvalidPattern(text, "must close its character class with ]")
    return f"[{'^' if negated else ''}{''.join(members)}]", at + 1


def _member(text: str, pattern: str, at: int) -> tuple[str, int]:
    """Return one character of a class, escape resolved, and the index after it."""
    at += pattern.startswith("\\", at)
    if at >= len(pattern):
        raise InvalidPattern(text, "must close its character class with ]")
    return pattern[at], at + 1
