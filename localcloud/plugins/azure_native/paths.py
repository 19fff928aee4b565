"""Properties inside documents, by path: `["a", "b"]`, or `["a[]", "b"]` for `b` in each element of the list `a`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from localcloud.plugins.values import UNKNOWN, Properties, Secret


def changed_at(value: Any, names: Sequence[str], change: Callable[[Properties, str], Properties]) -> Any:
    """The value with the objects at a path changed; inside lists and secrets, too."""
    match value:
        case Secret():
            return Secret(changed_at(value.value, names, change))
        case list():
            return [changed_at(item, names, change) for item in value]
        case dict():
            name, *rest = names
            name = name.removesuffix("[]")
            if not rest:
                return change(value, name)
            if name in value:
                return value | {name: changed_at(value[name], rest, change)}
    return value


def without(value: Properties, name: str) -> Properties:
    """A change: the property is left out."""
    return {key: item for key, item in value.items() if key != name}


def or_unknown(value: Properties, name: str) -> Properties:
    """A change: the property is unknown unless it is there."""
    return {name: UNKNOWN} | value


def value_at(document: Any, names: Sequence[str]) -> Any:
    """The value at a path without lists; None when it is not there."""
    for name in names:
        bare = document.value if isinstance(document, Secret) else document
        document = bare.get(name) if isinstance(bare, dict) else None
    return document


def set_absent(document: dict[str, Any], names: Sequence[str], value: Any) -> None:
    """Puts a value at a path without lists, in place, unless there is one."""
    *parents, last = names
    for name in parents:
        document = document.setdefault(name, {})
    document.setdefault(last, value)
