"""What a report is made of, before it is Markdown or HTML."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tools.review.chain import Chain


_COLOURS = re.compile(r"\x1b\[[0-9;]*[A-Za-z]|<\{%[a-z -]*%\}>")
_HIDDEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]"
)
_LONGEST = 1000
"""Characters of a line that are shown."""


class Code(str):
    """Text that is shown as code."""

    __slots__ = ()


class Strong(str):
    """Text that is shown bold."""

    __slots__ = ()


Text = tuple[str, ...]
"""A line of text: plain parts, `Code` and `Strong`. Plain parts are escaped by whoever writes them out."""


def visible(text: str) -> str:
    """A line of quoted text with what can't be seen in it told by its number, such as marks that turn the direction.

    Colours of terminals go, and a line that is very long is cut.
    """
    return _HIDDEN.sub(lambda found: f"<U+{ord(found[0]):04X}>", _COLOURS.sub("", shortened(text)))


def shortened(line: str) -> str:
    """The opening of a line that is very long."""
    return line if len(line) <= _LONGEST + 40 else f"{line[:_LONGEST]} ({len(line) - _LONGEST} more characters)"


@dataclass(frozen=True)
class Heading:
    """A heading of level 1 to 4."""

    level: int
    text: Text


@dataclass(frozen=True)
class Paragraph:
    """A paragraph."""

    text: Text


@dataclass(frozen=True)
class Table:
    """A table; each row has as many cells as the head."""

    head: tuple[str, ...]
    rows: tuple[tuple[Text, ...], ...]


@dataclass(frozen=True)
class Fold:
    """Lines that are shown when somebody asks for them: a difference.

    Attributes:
        title: What is to be seen all the time.
        lines: The lines, as `git diff` has them.
        note: What follows the lines; empty for nothing.
    """

    title: Text
    lines: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True)
class Graph:
    """A picture of a chain."""

    chain: Chain


Block = Heading | Paragraph | Table | Fold | Graph


@dataclass(frozen=True)
class Document:
    """A report.

    Attributes:
        title: Its title, without marks.
        blocks: Everything else, from top to bottom.
    """

    title: str
    blocks: tuple[Block, ...]
