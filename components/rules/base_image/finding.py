"""What the rules say of a base image: findings, and facts that may be unknown."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from ..problem import Problem

__all__ = ["Fact", "Finding", "Rule", "Severity", "State"]


class Rule(str, Enum):
    """What is asked of a base image."""

    SYNTAX = "syntax"
    UBUNTU = "ubuntu"
    CONDA = "conda"
    PYTHON = "python"
    LIBFUSE = "libfuse"
    END_OF_LIFE = "end-of-life"
    IMAGE_PIN = "image-pin"
    APT_PIN = "apt-pin"
    PIP_PIN = "pip-pin"
    CONDA_PIN = "conda-pin"
    UV_PIN = "uv-pin"
    ENTRY_POINT = "entry-point"
    SERVING_PORT = "serving-port"
    PLATFORM_FILES = "platform-files"
    SECRET = "secret"  # noqa: S105 - the name of a rule


class Severity(str, Enum):
    """How much a finding weighs."""

    ERROR = "error"
    """The image doesn't meet what Azure ML needs."""
    UNKNOWN = "unknown"
    """The Dockerfile doesn't tell; only the built image can."""
    WARNING = "warning"
    """The image works; the rule advises against it."""


class State(str, Enum):
    """How much is known."""

    KNOWN = "known"
    ABSENT = "absent"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Fact:
    """What a Dockerfile tells of one thing in the image.

    Attributes:
        state: Whether it is there.
        version: Its version as written, e.g. `16.04`; None where it isn't known.
        at_least: True where `version` is only the lowest that it can be.
        source: What says so, in the Dockerfile's own words: `FROM ubuntu:16.04`. No secret: it is shown.
        line: Line of that, from 1.
    """

    state: State
    version: str | None = None
    at_least: bool = False
    source: str = ""
    line: int | None = None

    def __str__(self) -> str:
        """Return the version, `4.5 or later`, `none` or `unknown`."""
        if self.state is not State.KNOWN:
            return "none" if self.state is State.ABSENT else "unknown"
        return f"{self.version} or later" if self.at_least else str(self.version)


@dataclass(frozen=True)
class Finding:
    """One rule that a Dockerfile breaks, or that it doesn't show to be kept.

    Attributes:
        rule: The rule.
        severity: How much it weighs.
        found: What was found. Never a secret: it is shown.
        needed: What is needed, opening with a verb: `must have Ubuntu 16.04 or later`.
        fix: An example that obeys the rule.
        line: Line in the Dockerfile, from 1; None where the whole file is meant.
        file: The file in the build context that `line` belongs to; None for the Dockerfile itself.
    """

    rule: Rule
    severity: Severity
    found: str | None
    needed: str
    fix: str
    line: int | None = None
    file: str | None = None

    def as_problem(self, dockerfile: str = "Dockerfile") -> Problem:
        """Return it as a `Problem` of the Dockerfile, or of the file that it is in; only errors are no warnings."""
        warning = self.severity is not Severity.ERROR
        return Problem(self.file or dockerfile, self.needed, self.found, self.fix, self.line, warning)
