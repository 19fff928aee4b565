"""The chain of components of one stack, as a graph: what hands what on, and what happens to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tools.review.events import known

if TYPE_CHECKING:
    from tools.review.preview import Action, Preview, Resource

_LINKS = (
    ("ContainerRegistry", "Workspace", "resource_id"),
    ("Workspace", "CustomBaseImage", "storage_account_name"),
    ("CustomBaseImage", "ScoringService", "digest"),
    ("ContainerRegistry", "ScoringService", "login_server"),
    ("Workspace", "ScoringService", "name"),
)
"""Kind, the kind that uses it, and the output by whose value a user is known."""
KINDS = ("ContainerRegistry", "Workspace", "CustomBaseImage", "ScoringService")
"""The kinds from left to right."""


@dataclass(frozen=True)
class Node:
    """A component.

    Attributes:
        name: Its name.
        kind: Such as `Workspace`.
        action: The gravest that happens to a part of it.
        told: What happens to how many of its parts, such as `1 replaced, 2 created`.
    """

    name: str
    kind: str
    action: Action
    told: str


@dataclass(frozen=True)
class Chain:
    """The graph.

    Attributes:
        nodes: The components, in the order of their kinds.
        edges: Pairs of places in `nodes`: the second uses the first.
    """

    nodes: tuple[Node, ...]
    edges: tuple[tuple[int, int], ...]


def chain(preview: Preview) -> Chain:
    """The graph of a preview's components.

    Where a kind has one component, everything of the next kind uses it. Where it has several, values decide that are
    known; what can't be told has no edge.
    """
    known_kinds = [one for one in preview.components if one.kind in KINDS]
    components = sorted(known_kinds, key=lambda one: (KINDS.index(one.kind), one.name))
    return Chain(tuple(_node(preview, one) for one in components), tuple(_edges(preview, components)))


def _node(preview: Preview, component: Resource) -> Node:
    actions = preview.actions_of(component)
    counts = Counter(action.word for action in actions)
    told = ", ".join(f"{number} {word}" for word, number in counts.items())
    action = actions[0] if actions else component.action
    return Node(component.name, component.kind, action, told or component.action.word)


def _edges(preview: Preview, components: list[Resource]) -> Iterator[tuple[int, int]]:
    for kind, user_kind, output in _LINKS:
        sources = [place for place, one in enumerate(components) if one.kind == kind]
        for user in (place for place, one in enumerate(components) if one.kind == user_kind):
            # Only an online endpoint is in a workspace.
            if kind == "Workspace" and user_kind == "ScoringService" and not _is_online(preview, components[user]):
                continue
            texts = list(_texts(preview, components[user]))
            for source in sources:
                if len(sources) == 1 or _used(components[source], output, texts):
                    yield source, user


def _is_online(preview: Preview, service: Resource) -> bool:
    return any(part.kind == "machinelearningservices:OnlineEndpoint" for part in preview.parts(service))


def _used(component: Resource, output: str, texts: list[str]) -> bool:
    values = {known(side.outputs.get(output)) for side in (component.before, component.after)} - {""}
    return any(value in text for value in values for text in texts)


def _texts(preview: Preview, component: Resource) -> Iterator[str]:
    """Every text among the inputs of a component's parts, before and after."""
    for part in preview.parts(component):
        for side in (part.before, part.after):
            yield from _below(side.inputs)


def _below(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for below in value.values():
            yield from _below(below)
    elif isinstance(value, list):
        for below in value:
            yield from _below(below)
    elif isinstance(value, str):
        yield value
