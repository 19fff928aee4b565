"""The Python packages of a scoring environment: one of them must serve the entry script."""

from __future__ import annotations

import re

from .problem import Problem
from .requirements_file import Requirement, read_requirements

__all__ = ["Requirement", "check_requirements", "check_server", "is_server", "read_requirements"]

_RELEASE = re.compile(r"v?(?:\d+!)?(?P<release>\d+(?:\.\d+)*)")

_LONGEST = 100
"""No version has more characters; int() has a limit of its own."""

_SERVER = "azureml-inference-server-http"
_DEFAULTS = "azureml-defaults"
_DEFAULTS_MIN = (1, 0, 45)
_FIX = f"{_SERVER}==1.5.1"


def check_requirements(text: str, filename: str) -> list[Problem]:
    """Check that the environment holds a package that serves the entry script.

    `azureml-defaults` must be at least 1.0.45; its successor azureml-inference-server-http may have any version.
    Without a version it is a warning: the server would change with the day of the build.

    Args:
        text: Content of the requirements file.
        filename: What the problems are said of, e.g. `requirements.txt`.
    """
    return check_server(read_requirements(text), filename)


def is_server(name: str) -> bool:
    """Say whether a package, by its normalised name, serves the entry script."""
    return name in (_SERVER, _DEFAULTS)


def check_server(requirements: list[Requirement], filename: str) -> list[Problem]:
    """Check packages that were read before, from whatever file; as `check_requirements` does."""
    servers = [one for one in requirements if is_server(one.name)]
    if not servers:
        rule = f"must require {_SERVER}, or {_DEFAULTS} at version 1.0.45 or later"
        return [Problem(filename, rule, sorted({one.name for one in requirements}) or None, _FIX)]
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
    if match is None or len(match["release"]) > _LONGEST:
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
