"""A report as Markdown, in the dialect of GitHub and Azure DevOps."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from tools.review.document import Block, Code, Document, Fold, Graph, Heading, Paragraph, Strong, Table, Text

if TYPE_CHECKING:
    from tools.review.chain import Node

MARK = "<!-- azureml-scoring review -->"
"""What the report opens with, so that a later one can take the place of an earlier one."""
LIMIT = 65_000
"""Characters that a comment of GitHub takes, less some room."""
_SPECIAL = re.compile(r"([\\`*_{}\[\]|#~$])")
COLOURS = {"delete": "#ffd7d5", "replace": "#fff1c2", "change": "#ddf4ff", "create": "#dafbe1", "same": "#f6f8fa"}
"""Colours of components in pictures, by what happens to them."""


def markdown(document: Document, limit: int = LIMIT) -> str:
    """The document as Markdown.

    Args:
        document: The report.
        limit: Most characters that it may have: differences, then pictures are left out where it is longer, and at
            last it is cut.
    """
    for leave_out in ((), (Fold,), (Fold, Graph)):
        blocks = [one for one in (_shortened(block, leave_out) for block in document.blocks) if one]
        text = "\n\n".join([MARK, *blocks]) + "\n"
        if len(text) <= limit:
            return text
    note = "\n\n**Cut off here: the report is too long for a comment; the page has all of it.**\n"
    return text[: limit - len(note)].rpartition("\n")[0] + note


def _shortened(block: Block, leave_out: tuple[type, ...]) -> str:
    if not isinstance(block, leave_out):
        return _block(block)
    return _block(Paragraph((*block.title, " (left out: the report is too long)"))) if isinstance(block, Fold) else ""


def _block(block: Block) -> str:
    match block:
        case Heading(level, text):
            return f"{'#' * level} {_text(text)}"
        case Paragraph(text):
            return _text(text)
        case Table(head, rows):
            lines = [_row(tuple((name,) for name in head)), "|" + "---|" * len(head), *map(_row, rows)]
            return "\n".join(lines)
        case Fold():
            return _fold(block)
        case Graph(chain):
            return "\n".join(["```mermaid", *_mermaid(chain.nodes, chain.edges), "```"])


def _row(cells: tuple[Text, ...]) -> str:
    return "| " + " | ".join(_text(cell) for cell in cells) + " |"


def _text(text: Text) -> str:
    return "".join(map(_part, text))


def _part(part: str) -> str:
    flat = " ".join(part.split("\n"))
    if isinstance(part, Code):
        # In a table a bar ends the cell even in code.
        fence = "`" * (max((len(run) for run in re.findall("`+", flat)), default=0) + 1)
        inner = f" {flat} " if flat.startswith("`") or flat.endswith("`") else flat
        return fence + inner.replace("|", "\\|") + fence
    escaped = _escaped(flat)
    return f"**{escaped}**" if isinstance(part, Strong) else escaped


def _escaped(text: str) -> str:
    """Plain text in Markdown: no mark, no tag, no link, and nobody is mentioned by it."""
    return _SPECIAL.sub(r"\\\1", _inert(text)).replace("://", ":&#47;/")


def _inert(text: str) -> str:
    """Plain text in HTML. GitHub looks for mentions in what is shown, so that a space of no width breaks them."""
    return escape(text, quote=False).replace("@", "@\u200b")


def _fold(block: Fold) -> str:
    lines = [*block.lines, *([f"({block.note})"] if block.note else [])]
    longest = max((len(run) for line in lines for run in re.findall("`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    tags = (
        (part, "code" if isinstance(part, Code) else "b" if isinstance(part, Strong) else "") for part in block.title
    )
    title = "".join(f"<{tag}>{_inert(part)}</{tag}>" if tag else _inert(part) for part, tag in tags)
    # Markdown reads nothing in a summary: it is HTML.
    return "\n".join(["<details>", f"<summary>{title}</summary>", "", f"{fence}diff", *lines, fence, "</details>"])


def _mermaid(nodes: tuple[Node, ...], edges: tuple[tuple[int, int], ...]) -> list[str]:
    lines = ["flowchart LR"]
    for place, node in enumerate(nodes):
        label = f"{node.kind}<br>{_label(node.name)}<br><i>{node.told}</i>"
        lines.append(f'    n{place}["{label}"]:::{shade(node)}')
    lines += [f"    n{source} --> n{user}" for source, user in edges]
    used = {shade(node) for node in nodes}
    lines += [
        f"    classDef {name} fill:{colour},stroke:#57606a,color:#1f2328"
        for name, colour in COLOURS.items()
        if name in used
    ]
    return lines


def _label(name: str) -> str:
    return re.sub(r"[^\w .-]", "_", name)


def shade(node: Node) -> str:
    """The class of a component in pictures, by what happens to it."""
    words = {"deleted": "delete", "replaced": "replace", "unchanged": "same", "created": "create", "imported": "create"}
    return words.get(node.action.word, "change")
