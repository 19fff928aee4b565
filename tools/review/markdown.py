"""A report as Markdown, in the dialect of GitHub and Azure DevOps."""

from __future__ import annotations

import re
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING

from tools.review.document import Block, Code, Document, Fold, Graph, Heading, Paragraph, Strong, Table, Text, visible

if TYPE_CHECKING:
    from tools.review.chain import Chain, Node

MARK = "<!-- azureml-scoring review -->"
"""What the report opens with, so that a later one can take the place of an earlier one."""
LIMIT = 65_000
"""Characters that a comment of GitHub takes (65,536), less some room."""
_ROWS = (100, 30, 10, 3)
"""Rows of a table that are shown, fewer at each try, in a report that is too long."""
_NODES, _EDGES = 100, 300
"""Most of a graph; GitHub draws none with 500 edges or 50,000 characters."""
_SPECIAL = re.compile(r"([\\`*_{}\[\]|~$])")
_REFERENCE = re.compile(r"(?i)(?<=[@#])|(?<=\bgh-)(?=\d)|(?<=\bwww)(?=\.)")
_SPACE = "\u200b"
"""A space of no width: GitHub looks for mentions, issues and addresses in what is shown, and it breaks them."""
COLOURS = {"delete": "#ffd7d5", "replace": "#fff1c2", "change": "#ddf4ff", "create": "#dafbe1", "same": "#f6f8fa"}
"""Colours of components in pictures, by what happens to them."""


def markdown(document: Document, limit: int = LIMIT, whole: str = "") -> str:
    """The document as Markdown.

    Args:
        document: The report.
        limit: Most characters that it may have. Of a longer one differences are left out, then pictures, then rows of
            tables, which have the gravest first; at last it is cut.
        whole: Address of the report in full, told where something is left out.
    """
    blocks = list(document.blocks)
    text = _joined(blocks)
    if len(text) <= limit:
        return text
    note = "**Shortened**: the report is too long for a comment; the whole of it is the page `report.html`"
    note += f", an artifact of [this run]({whole})." if whole else "."
    tries = [_without(blocks, Fold), _without(blocks, Fold, Graph)]
    tries += [[_first_rows(block, rows) for block in tries[1]] for rows in _ROWS]
    for shortened in tries:
        text = _joined(shortened, note)
        if len(text) <= limit:
            return text
    return text[: limit - 1].rpartition("\n")[0] + "\n"


def _joined(blocks: list[Block], note: str = "") -> str:
    return "\n\n".join([MARK, *([note] if note else []), *map(_block, blocks)]) + "\n"


def _without(blocks: list[Block], *kinds: type) -> list[Block]:
    """The blocks without some; the title of what can be unfolded stays."""
    kept = list[Block]()
    for block in blocks:
        if isinstance(block, Fold) and isinstance(block, kinds):
            kept.append(Paragraph((*block.title, " (left out)")))
        elif not isinstance(block, kinds):
            kept.append(block)
    return kept


def _first_rows(block: Block, number: int) -> Block:
    if not isinstance(block, Table) or len(block.rows) <= number:
        return block
    rest = ((Strong(f"{len(block.rows) - number} more"),), *(() for _ in block.head[1:]))
    return replace(block, rows=(*block.rows[:number], rest))


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
            return _graph(chain)


def _row(cells: tuple[Text, ...]) -> str:
    return "| " + " | ".join(_text(cell) for cell in cells) + " |"


def _text(text: Text) -> str:
    return "".join(map(_part, text))


def _part(part: str) -> str:
    flat = visible(" ".join(part.splitlines()))
    if isinstance(part, Code):
        # Between backticks a bar ends the cell of a table, and what hides it there differs between readers.
        return f"<code>{_escaped(flat)}</code>" if set(flat) & set("`|\\") or not flat.strip() else f"`{flat}`"
    escaped = _escaped(flat)
    return f"**{escaped}**" if isinstance(part, Strong) else escaped


def _escaped(text: str) -> str:
    """Plain text in Markdown: no mark, no tag, no link, and nobody is mentioned by it."""
    return _SPECIAL.sub(r"\\\1", _inert(text)).replace("\\|", "&#124;").replace("://", ":&#47;/")


def _inert(text: str) -> str:
    """Plain text in HTML, in which nothing refers to anything."""
    return _REFERENCE.sub(_SPACE, escape(text, quote=False))


def _fold(block: Fold) -> str:
    lines = [visible(line) for line in block.lines]
    lines += [f"({visible(block.note)})"] if block.note else []
    longest = max((len(run) for line in lines for run in re.findall("`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    tags = (
        (part, "code" if isinstance(part, Code) else "b" if isinstance(part, Strong) else "") for part in block.title
    )
    texts = ((_inert(visible(" ".join(part.splitlines()))), tag) for part, tag in tags)
    title = "".join(f"<{tag}>{text}</{tag}>" if tag else text for text, tag in texts)
    # Markdown reads nothing in a summary: it is HTML.
    return "\n".join(["<details>", f"<summary>{title}</summary>", "", f"{fence}diff", *lines, fence, "</details>"])


def _graph(chain: Chain) -> str:
    if len(chain.nodes) > _NODES or len(chain.edges) > _EDGES:
        return _block(Paragraph((f"{len(chain.nodes)} components are too many for a picture here: see the page.",)))
    return "\n".join(["```mermaid", *_mermaid(chain.nodes, chain.edges), "```"])


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
