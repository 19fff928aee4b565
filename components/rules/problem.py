"""What a rule found: one sentence that names the subject, the rule, the value and a fix."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

_SHOWN = 120
"""Longest value that is shown whole, in characters."""


@dataclass(frozen=True)
class Problem:
    """One broken rule, worded `<subject> <rule>; got <value>; e.g. <fix>`.

    Attributes:
        subject: What was checked: an input, a file, a key.
        rule: What must hold, opening with a verb: `must be ...`, `must define ...`.
        value: What was found. `None` reads "nothing". Never a secret: it is shown.
        fix: An example that obeys the rule, or what to do.
        line: Line in the file that `subject` names, from 1.
        warning: True where the rule only advises: the deployment goes on.
    """

    subject: str
    rule: str
    value: object
    fix: str
    line: int | None = None
    warning: bool = False

    def __str__(self) -> str:
        """Return the sentence; control characters of the value are escaped, a long value is cut."""
        place = self.subject if self.line is None else f"{self.subject}:{self.line}"
        shown = "nothing" if self.value is None else repr(self.value)
        if len(shown) > _SHOWN:
            shown = f"{shown[:_SHOWN]}... ({len(shown)} characters)"
        return f"{place} {self.rule}; got {shown}; e.g. {self.fix}"


def nearest(name: str, known: Iterable[str]) -> str:
    """What somebody who wrote `name` most likely meant; all that is known where nothing is near."""
    names = sorted(known)
    near = get_close_matches(name, names, n=1)
    return near[0] if near else f"one of {', '.join(names)}"
