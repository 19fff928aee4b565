"""What changes, by component: the part of a report that names resources."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from tools.review.document import Block, Code, Heading, Paragraph, Strong, Table, Text
from tools.review.preview import Action

if TYPE_CHECKING:
    from tools.review.preview import Preview, Resource

_ALIKE = 4
"""Resources of one kind that one thing happens to in a component, from which on they share a row."""
_NAMES, _PATHS = 12, 8
"""Names in one row, and paths of properties."""


def change_blocks(preview: Preview) -> Iterator[Block]:
    """The changes, a row each; the components that lose something come first, and in each what it loses."""
    yield Heading(3, ("What changes",))
    if not preview.changes:
        yield Paragraph(("Nothing." if preview.result == "succeeded" else "Nothing that the preview came to.",))
        return
    rows = list[tuple[Text, ...]]()
    for owner, those in _by_component(preview):
        for place, alike in enumerate(_alike(those)):
            action = alike[0].action
            what: Text = (Strong(action.value),) if action.grave else (action.value,)
            rows.append((owner if place == 0 else (), what, _named(alike), _because(alike)))
    yield Table(("component", "what happens", "resource", "because of"), tuple(rows))


def _by_component(preview: Preview) -> Iterator[tuple[Text, list[Resource]]]:
    """The changes of each component, those that lose something first."""
    grouped: dict[Text, list[Resource]] = {}
    for one in preview.changes:
        grouped.setdefault(_owner(preview, one), []).append(one)
    # `changes` has the gravest first, so that a component's place is that of the gravest change in it.
    yield from grouped.items()


def _owner(preview: Preview, resource: Resource) -> Text:
    component = preview.component_of(resource)
    if component is None:
        return ("of the program itself",)
    name = (component.kind, " ", Code(component.name))
    if component.action is Action.DELETE:
        return (*name, ", ", Strong("which goes as a whole"))
    return (*name, ", which is new") if component.action is Action.CREATE else name


def _alike(those: Sequence[Resource]) -> Iterator[list[Resource]]:
    """Resources that share a row, in the order of the first of each."""
    grouped: dict[tuple[Action, str], list[Resource]] = {}
    for one in those:
        grouped.setdefault((one.action, one.kind), []).append(one)
    for alike in grouped.values():
        if len(alike) < _ALIKE:
            yield from ([one] for one in alike)
        else:
            yield alike


def _named(alike: Sequence[Resource]) -> Text:
    """The names, then the kind."""
    names = _listed([one.name for one in alike], _NAMES)
    kind = alike[0].kind
    return (*names, f" ({kind})") if len(alike) == 1 else (f"{len(alike)} {kind}: ", *names)


def _because(alike: Sequence[Resource]) -> Text:
    """The properties that differ, by their paths: values are not shown."""
    action = alike[0].action
    if action in {Action.CREATE, Action.DELETE}:
        return ()
    paths = list(dict.fromkeys(path for one in alike for path in one.because))
    return _listed(paths, _PATHS) or (("what it is made from",) if action.grave else ())


def _listed(texts: Sequence[str], most: int) -> Text:
    parts = list[str]()
    for text in texts[:most]:
        parts += [", ", Code(text)] if parts else [Code(text)]
    return (*parts, *([f" and {len(texts) - most} more"] if len(texts) > most else []))
