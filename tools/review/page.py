"""A report as one HTML page that needs nothing else: no script, no font, no style from elsewhere; the chain as SVG."""

from __future__ import annotations

from html import escape

from tools.review.chain import KINDS, Chain
from tools.review.document import Block, Code, Document, Fold, Graph, Heading, Paragraph, Strong, Table, Text, visible
from tools.review.markdown import COLOURS, shade

_STYLE = """
:root { color-scheme: light dark; --line: #d0d7de; --soft: #f6f8fa; --ink: #1f2328; --paper: #fff; }
@media (prefers-color-scheme: dark) { :root { --line: #3d444d; --soft: #151b23; --ink: #f0f6fc; --paper: #0d1117; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 72rem;
  margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; display: block; overflow-x: auto; margin: 1rem 0; }
th, td { border: 1px solid var(--line); padding: .3rem .6rem; text-align: left; vertical-align: top; }
th { background: var(--soft); }
code, pre { font: 13px/1.45 ui-monospace, monospace; background: var(--soft); border-radius: 4px; }
code { padding: .1rem .3rem; overflow-wrap: anywhere; }
pre { padding: .6rem; overflow-x: auto; }
pre span { display: block; color: #1f2328; }
.add { background: #dafbe1; } .cut { background: #ffd7d5; }
h2 { border-top: 1px solid var(--line); padding-top: 1rem; margin-top: 2.5rem; }
svg { max-width: 100%; height: auto; }
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""What a browser may load for the page: nothing."""
_LINE = 'fill="none" stroke="#57606a"'
_WIDTH, _HEIGHT, _ACROSS, _DOWN = 250, 70, 310, 90
"""Size of a component's box and distance between two, in SVG's units."""


def page(document: Document) -> str:
    """The document as HTML."""
    body = "\n".join(_block(block) for block in document.blocks)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(visible(document.title))}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def _block(block: Block) -> str:
    match block:
        case Heading(level, text):
            return f"<h{level}>{_text(text)}</h{level}>"
        case Paragraph(text):
            return f"<p>{_text(text)}</p>"
        case Table(head, rows):
            names = "".join(f"<th>{escape(name)}</th>" for name in head)
            lines = "\n".join("<tr>" + "".join(f"<td>{_text(cell)}</td>" for cell in row) + "</tr>" for row in rows)
            return f"<table>\n<tr>{names}</tr>\n{lines}\n</table>"
        case Fold():
            return _fold(block)
        case Graph(chain):
            return svg(chain)


def _text(text: Text) -> str:
    return "".join(map(_part, text))


def _part(part: str) -> str:
    tag = "code" if isinstance(part, Code) else "strong" if isinstance(part, Strong) else ""
    text = escape(visible(" ".join(part.splitlines())))
    return f"<{tag}>{text}</{tag}>" if tag else text


def _fold(block: Fold) -> str:
    kinds = {"+": ' class="add"', "-": ' class="cut"'}
    lines = "".join(f"<span{kinds.get(line[:1], '')}>{escape(visible(line)) or ' '}</span>" for line in block.lines)
    note = f"<p>{escape(block.note)}</p>" if block.note else ""
    return f"<details open><summary>{_text(block.title)}</summary><pre>{lines}</pre>{note}</details>"


def svg(chain: Chain) -> str:
    """The chain as a picture: a column for each kind of component."""
    columns = {kind: [place for place, node in enumerate(chain.nodes) if node.kind == kind] for kind in KINDS}
    columns = {kind: places for kind, places in columns.items() if places}
    corner = {
        place: (10 + across * _ACROSS, 10 + down * _DOWN)
        for across, places in enumerate(columns.values())
        for down, place in enumerate(places)
    }
    width = len(columns) * _ACROSS - (_ACROSS - _WIDTH) + 20
    height = max(map(len, columns.values()), default=0) * _DOWN + 60
    edges = "".join(_edge(corner[source], corner[user]) for source, user in chain.edges)
    boxes = "".join(_box(chain, place, *corner[place]) for place in corner)
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    tip = 'id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto"'
    head = f'<defs><marker {tip}><path {_LINE} d="M0 0 8 4 0 8"/></marker></defs>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="Chain">{head}{edges}{boxes}</svg>'


def _edge(source: tuple[int, int], user: tuple[int, int]) -> str:
    """An arrow from box to box; past others it goes below them."""
    gap = _ACROSS - _WIDTH
    start, end = (source[0] + _WIDTH, source[1] + _HEIGHT // 2), (user[0], user[1] + _HEIGHT // 2)
    bends = (start[0] + gap // 2, start[1]), (end[0] - gap // 2, end[1])
    if end[0] - start[0] > gap:
        start, end = (source[0] + _WIDTH // 2, source[1] + _HEIGHT), (user[0] + _WIDTH // 2, user[1] + _HEIGHT)
        low = max(start[1], end[1]) + 40
        bends = (start[0], low), (end[0], low)
    way = " ".join(f"{across} {down}" for across, down in (*bends, end))
    return f'<path {_LINE} marker-end="url(#tip)" d="M{start[0]} {start[1]} C{way}"/>'


def _box(chain: Chain, place: int, left: int, top: int) -> str:
    node, middle = chain.nodes[place], left + _WIDTH // 2
    texts = "".join(
        f'<text text-anchor="middle" font-size="13" x="{middle}" y="{top + 22 + 18 * row}">{line}</text>'
        for row, line in enumerate(escape(visible(line)) for line in (node.kind, node.name, node.told))
    )
    size = f'x="{left}" y="{top}" width="{_WIDTH}" height="{_HEIGHT}" rx="6"'
    box = f'<rect {size} fill="{COLOURS[shade(node)]}" stroke="#57606a"/>'
    return f'<g font-family="sans-serif" fill="#1f2328">{box}{texts}</g>'
