"""Lines of requirements files, and the packages that they name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["Requirement", "file_lines", "read_requirement", "read_requirements"]

_NAME = re.compile(r"(?P<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[(?P<extras>[^\]]*)\])?\s*(?P<rest>.*)")
_CLAUSE = re.compile(r"(?P<operator>===|==|~=|!=|<=|>=|<|>)\s*(?P<version>[^\s,]+)")
_COMMENT = re.compile(r"(?:^|\s)#.*$")
_OPTION = re.compile(r"\s--?[A-Za-z].*$")


@dataclass(frozen=True)
class Requirement:
    """One required package.

    Attributes:
        name: Normalised name: lower case, words joined by single hyphens.
        clauses: Version clauses in their order, as (operator, version): `(("==", "1.5.1"),)`.
        url: Where it is taken from when not from an index (`name @ url`), else None.
        line: Line in the file, from 1.
    """

    name: str
    clauses: tuple[tuple[str, str], ...]
    url: str | None
    line: int


def read_requirements(text: str) -> list[Requirement]:
    """Read the packages that a requirements file names.

    Comments, pip's options (`-r`, `--index-url`), bare URLs and paths are passed over: they name no package.
    """
    return [found for number, line in file_lines(text) if (found := read_requirement(line, number))]


def read_requirement(text: str, line: int) -> Requirement | None:
    """Read one requirement; None where the text names no package."""
    body = _OPTION.sub("", text).strip()
    match = _NAME.fullmatch(body)
    if match is None or "://" in body.partition("@")[0]:
        return None
    rest = match["rest"].partition(";")[0].strip()
    url = rest[1:].strip() if rest.startswith("@") else None
    if url is None and rest and not _CLAUSE.match(rest.lstrip("(")):
        return None
    found = () if url else tuple((one["operator"], one["version"].rstrip(")")) for one in _CLAUSE.finditer(rest))
    return Requirement(re.sub(r"[-_.]+", "-", match["name"]).lower(), found, url, line)


def file_lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield each line that says something, comments removed, continued lines joined under the number of their first."""
    started, joined = 0, ""
    for number, line in enumerate([*text.splitlines(), ""], 1):
        started = started or number
        if line.endswith("\\"):
            joined += line[:-1]
            continue
        body = _COMMENT.sub("", joined + line).strip()
        if body:
            yield started, body
        started, joined = 0, ""
