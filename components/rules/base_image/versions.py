"""Versions, compared by number: 3.10 is later than 3.5."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .finding import Fact, State

__all__ = ["Constraint", "is_met", "numbers", "read_constraint"]

_RELEASE = re.compile(r"v?(?:\d+!)?(?P<release>\d+(?:\.\d+)*)")
_LONGEST = 100
"""No version has more characters; int() has a limit of its own."""
_CLAUSE = re.compile(r"(?P<operator>===|==|~=|!=|<=|>=|=|<|>)?\s*(?P<version>[^\s,|<>=!~]+)")


def numbers(version: str) -> tuple[int, ...] | None:
    """Return the leading numbers of a version (`4.7.12.1` -> (4, 7, 12, 1)); None where it starts with none."""
    match = _RELEASE.match(version)
    if match is None or len(match["release"]) > _LONGEST:
        return None
    return tuple(int(part) for part in match["release"].split("."))


def is_met(fact: Fact, minimum: tuple[int, ...]) -> bool | None:
    """Say whether a version is at least the minimum; None where that can't be told.

    A version with fewer parts than the minimum leaves them open: `python=3` may be 3.4 or 3.13.
    """
    if fact.state is State.ABSENT:
        return False
    found = numbers(fact.version) if fact.state is State.KNOWN and fact.version else None
    if found is None:
        return None
    width = min(len(found), len(minimum))
    if found[:width] != minimum[:width]:
        above = found[:width] > minimum[:width]
        return above or (None if fact.at_least else False)
    if len(found) < len(minimum):
        return None
    return True


@dataclass(frozen=True)
class Constraint:
    """What a package's version clauses allow.

    Attributes:
        lowest: Lowest version that they allow, as written; None where any is allowed.
        exact: True where they allow that version only, up to parts that are not written.
    """

    lowest: str | None
    exact: bool


def read_constraint(text: str) -> Constraint:
    """Read version clauses as pip and conda write them: `=3.7`, `==3.7.1`, `>=3.6,<3.9`, `3.7.*`, or none."""
    lowest: str | None = None
    exact = False
    for clause in _CLAUSE.finditer(text):
        operator, version = clause["operator"] or "=", clause["version"].removesuffix("*").rstrip(".")
        if not version or numbers(version) is None:
            continue
        if operator in ("=", "==", "==="):
            return Constraint(version, exact=True)
        if operator in (">=", ">", "~="):
            lowest = version
    return Constraint(lowest, exact)
