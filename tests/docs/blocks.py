"""The code blocks of the documentation, and the markers that say what a test does with them.

A marker is an HTML comment of its own in the line before a block, so a reader of the page does not see it:

    <!-- docs-test: skip (needs Azure) -->      neither run nor checked; the reason is a must
    <!-- docs-test: file iris/score.py -->      the content of a file, written before the next commands run
    <!-- docs-test: fails -->                   commands that have to end with an error
    <!-- docs-test: fragment -->                Python that goes on after the README's program
    <!-- docs-test: cloud -->                   anywhere on a page: its commands meet localcloud, and a stack `dev`
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
CHECKED = ("dockerfile", "json", "mermaid", "python", "sh", "text", "yaml")
"""Languages that a test looks at; a block of another one has to say why none does."""
_KINDS = {"skip": r"\(.{5,}\)", "file": r"[\w./-]+", "fails": "", "fragment": "", "cloud": ""}
_FITS = {"skip": None, "file": None, "fails": {"sh"}, "fragment": {"python"}}
"""The languages that a marker goes with; None is any."""
_MARKER = re.compile(r"^\s*<!-- docs-test: *(\S+) *(.*?) *-->\s*$")
_FENCE = re.compile(r"^( *)(`{3,})(.*)$")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block.

    Attributes:
        page: Path of its page, below the project's folder.
        line: Line of its fence.
        section: How many headings come before it.
        language: As written at the fence.
        code: What is between the fences, without their indentation.
        marker: Kind of its marker; empty for none.
        argument: What follows the kind.
    """

    page: str
    line: int
    section: int
    language: str
    code: str
    marker: str
    argument: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"

    @property
    def runs(self) -> bool:
        """Whether it is commands that a test gives to a shell."""
        return self.language == "sh" and self.marker not in {"skip", "file"}

    def problems(self) -> Iterator[str]:
        """What is wrong with its language or marker."""
        if not self.language:
            yield f"{self}: a block needs a language"
        elif self.marker not in {"skip", "file"} and self.language not in CHECKED:
            yield f"{self}: no test knows the language {self.language!r}: one of {', '.join(CHECKED)}, or skip (why)"
        if (fits := _FITS.get(self.marker)) and self.language not in fits:
            yield f"{self}: {self.marker} is for {', '.join(fits)}, not for {self.language}"


@dataclass
class Page:
    """A page of the documentation.

    Attributes:
        path: Below the project's folder.
        blocks: In the order of the page.
        on_cloud: Whether its commands meet localcloud where they would meet Azure.
        problems: What is wrong with its markers and blocks.
    """

    path: str
    blocks: list[Block] = field(default_factory=list)
    on_cloud: bool = False
    problems: list[str] = field(default_factory=list)

    def output_of(self, commands: Block) -> list[Block]:
        """The blocks of text that show what some commands print: those up to the next commands or heading."""
        found = []
        for block in self.blocks[self.blocks.index(commands) + 1 :]:
            if block.section != commands.section or block.language == "sh":
                break
            if block.language == "text" and not block.marker:
                found.append(block)
        return found


def read(path: str, text: str) -> Page:
    """The page of a Markdown text."""
    page = Page(path)
    marker: tuple[int, str, str] | None = None
    section, lines = 0, text.splitlines()
    number = 0
    while number < len(lines):
        line, number = lines[number], number + 1
        if fence := _FENCE.match(line):
            start, (code, number) = number, _until(lines, number, fence[1], fence[2])
            kind, argument = marker[1:] if marker else ("", "")
            page.blocks.append(Block(path, start, section, fence[3].strip(), code, kind, argument))
            marker = None
        elif found := _MARKER.match(line):
            page.problems += _unused(path, marker)
            marker = _marked(page, number, found[1], found[2])
        elif line.strip():
            page.problems += _unused(path, marker)
            marker = None
            section += line.startswith("#")
    page.problems += _unused(path, marker)
    page.problems += [problem for block in page.blocks for problem in block.problems()]
    return page


@cache
def pages() -> tuple[Page, ...]:
    """Every page whose blocks are held to be true."""
    found = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    return tuple(read(str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")) for path in found)


def blocks(*languages: str) -> list[Block]:
    """The blocks of some languages on all pages, without those that are left out."""
    return [
        block for page in pages() for block in page.blocks if block.language in languages and block.marker != "skip"
    ]


def _until(lines: list[str], number: int, indent: str, ticks: str) -> tuple[str, int]:
    """The code up to the closing fence, and the line after that."""
    end = next((at for at in range(number, len(lines)) if lines[at].strip() == ticks), len(lines))
    code = [line.removeprefix(indent) for line in lines[number:end]]
    return "\n".join([*code, ""]), end + 1


def _marked(page: Page, line: int, kind: str, argument: str) -> tuple[int, str, str] | None:
    """The marker of the block that follows; None for one of the whole page or one that there is not."""
    if kind == "cloud":
        page.on_cloud = True
        return None
    if kind not in _KINDS or not re.fullmatch(_KINDS[kind], argument):
        page.problems.append(f"{page.path}:{line}: {kind} {argument} is no marker; see tests/docs/blocks.py")
        return None
    return line, kind, argument


def _unused(path: str, marker: tuple[int, str, str] | None) -> list[str]:
    return [f"{path}:{marker[0]}: a marker without a block after it"] if marker else []
