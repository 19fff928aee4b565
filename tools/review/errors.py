"""What can go wrong, as a tree; no message holds a value of a preview.

ReviewError
├── Misuse          the command line can't be meant so
├── NoEngine        there is no pulumi on PATH
└── NotEvents       what was read is no stream of engine events
"""

from __future__ import annotations


class ReviewError(Exception):
    """Whatever a person has to see."""


class Misuse(ReviewError):
    """A command line that can't be meant so: `<subject> <rule>; got <value>; e.g. <fix>`."""

    def __init__(self, subject: str, rule: str, value: str, fix: str) -> None:
        super().__init__(f"{subject} {rule}; got {value}; e.g. {fix}")


class NoEngine(ReviewError):
    """There is no pulumi on PATH."""

    def __init__(self) -> None:
        super().__init__('pulumi is not on PATH; e.g. PATH="$(python -m tools.pulumi ensure):$PATH"')


class NotEvents(ReviewError):
    """A file, or what pulumi wrote, is no stream of engine events.

    Attributes:
        place: The file, or the stack whose preview it was.
    """

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(
            f"{place}: {reason}; a review reads engine events, one JSON document a line: "
            "PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true pulumi preview --json"
        )
        self.place = place
