"""What can go wrong, as a tree.

E2eError
├── NotHere        this machine can't do it: the run is skipped
├── CommandFailed  a command that should have worked
└── UnknownKey     a signing key that is not Ubuntu's
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence


class E2eError(Exception):
    """Whatever a person has to see."""


class NotHere(E2eError):
    """Something that a machine lacks and that can't be had; the message is the reason of the skip."""

    def __init__(self, what: str, reason: str) -> None:
        super().__init__(f"{what} can't be had here: {reason}")


class CommandFailed(E2eError):
    """A command that ended with an error.

    Attributes:
        output: What it said.
    """

    def __init__(self, command: Sequence[str], code: int, output: str) -> None:
        end = "\n".join(f"  {line}" for line in output.splitlines()[-_LINES:]) or "  (nothing)"
        super().__init__(f"`{' '.join(command)}` ended with {code} and said:\n{end}")
        self.output = output


class UnknownKey(E2eError):
    """A mirror whose releases are signed with a key that we don't know."""

    def __init__(self, fingerprints: Iterable[str]) -> None:
        super().__init__(f"the mirror's keyring has keys that are not Ubuntu's: {', '.join(sorted(fingerprints))}")


_LINES = 25
