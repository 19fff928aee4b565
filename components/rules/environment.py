"""The Python packages of a scoring environment, read from lines as in requirements.txt."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from .problem import Problem

__all__ = ["Requirement", "check_requirements", "read_requirements"]

_NAME = re.compile(r"(?P<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[(?P<extras>[^\]]*)\])?\s*(?P<rest>.*)")
_CLAUSE = re.compile(r"(?P<operator>===|==|~=|!=|<=|>=|<|>)\s*(?P<version>[^\s,]+)")
_COMMENT = re.compile(r"(?:^|\s)#.*$")
_OPTION = re.compile(r"\s--?[A-Za-z].*$")
_RELEASE = re.compile(r"v?(?:\d+!)?(?P<release>\d+(?:\.\d+)*)")

_SERVER = "azureml-inference-server-http"
_DEFAULTS = "azureml-defaults"
_DEFAULTS_MIN = (1, 0, 45)
_FIX = f"{_SERVER}==1.5.1"


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
    found = []
    for number, line in _logical_lines(text):
        body = _OPTION.sub("", _COMMENT.sub("", line)).strip()
        match = _NAME.fullmatch(body)
        if match is None or "://" in body.partition("@")[0]:
            continue
        rest = match["rest"].partition(";")[0].strip()
        url = rest[1:].strip() if rest.startswith("@") else None
        if url is None and rest and not _CLAUSE.match(rest.lstrip("(")):
            continue
        clauses = (
            ()
            if url
            else tuple((clause["operator"], clause["version"].rstrip(")")) for clause in _CLAUSE.finditer(rest))
        )
        found.append(Requirement(re.sub(r"[-_.]+", "-", match["name"]).lower(), clauses, url, number))
    return found


def check_requirements(text: str, filename: str) -> list[Problem]:
    """Check that the environment holds a package that serves the entry script.

    `azureml-defaults` must be at least 1.0.45; its successor azureml-inference-server-http may have any version.
    Without a version it is a warning: the server would change with the day of the build.

    Args:
        text: Content of the requirements file.
        filename: What the problems are said of, e.g. `requirements.txt`.
    """
    servers = [one for one in read_requirements(text) if one.name in (_SERVER, _DEFAULTS)]
    if not servers:
        rule = f"must require {_SERVER}, or {_DEFAULTS} at version 1.0.45 or later"
        return [Problem(filename, rule, sorted({one.name for one in read_requirements(text)}) or None, _FIX)]
    return [problem for one in servers if (problem := _check_version(one, filename))]


def _check_version(one: Requirement, filename: str) -> Problem | None:
    if not one.clauses and one.url is None:
        rule = f"should say which version of {one.name} it requires"
        return Problem(filename, rule, one.name, _FIX, one.line, warning=True)
    if one.name == _DEFAULTS and any(_excludes_minimum(*clause) for clause in one.clauses):
        got = ",".join(f"{operator}{version}" for operator, version in one.clauses)
        rule = f"must require {_DEFAULTS} at version 1.0.45 or later"
        return Problem(filename, rule, f"{one.name}{got}", _FIX, one.line)
    return None


def _excludes_minimum(operator: str, version: str) -> bool:
    """Say whether a clause allows only versions before the documented minimum."""
    match = _RELEASE.match(version)
    if match is None:
        return False
    release = tuple(int(part) for part in match["release"].split("."))
    padded = release + (0,) * (len(_DEFAULTS_MIN) - len(release))
    if operator in ("==", "===") and version.endswith(".*"):
        return release < _DEFAULTS_MIN[: len(release)]
    if operator == "~=":
        return release[:-1] < _DEFAULTS_MIN[: len(release) - 1]
    if operator == "<":
        return padded <= _DEFAULTS_MIN
    return operator in ("==", "===", "<=") and padded < _DEFAULTS_MIN


def _logical_lines(text: str) -> Iterable[tuple[int, str]]:
    """Yield each line with its number, continued lines joined under the number of their first."""
    started, joined = 0, ""
    for number, line in enumerate(text.splitlines(), 1):
        started = started or number
        if line.endswith("\\"):
            joined += line[:-1]
            continue
        yield started, joined + line
        started, joined = 0, ""
    if joined:
        yield started, joined
