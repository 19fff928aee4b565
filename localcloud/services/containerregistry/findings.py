"""What an explanation is made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Cause = Literal["network", "tag", "credential", "role"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason why a pull works or not; `fix` is what would help, empty where nothing has to."""

    cause: Cause
    message: str
    fix: str = ""


@dataclass(slots=True)
class Findings:
    """What speaks against a pull and what speaks for it, in the order of finding."""

    problems: list[Finding] = field(default_factory=list)
    reasons: list[Finding] = field(default_factory=list)

    def problem(self, cause: Cause, message: str, fix: str) -> None:
        """Something that keeps the image from being pulled."""
        self.problems.append(Finding(cause, message, fix))

    def reason(self, cause: Cause, message: str) -> None:
        """Something that is as it has to be."""
        self.reasons.append(Finding(cause, message))
