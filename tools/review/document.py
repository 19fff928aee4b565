"""What a report is made of, before it is Markdown or HTML."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tools.review.chain import Chain


class Code(str):
    """Text that is shown as code."""

    __slots__ = ()


class Strong(str):
    """Text that is shown bold."""

    __slots__ = ()


Text = tuple[str, ...]
"""A line of text: plain parts, `Code` and `Strong`. Plain parts are escaped by whoever writes them out."""


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
