"""Differences between property values: what Diff answers, and how a refresh changes the inputs in the state."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from localcloud.plugins.values import Archive, Asset, Properties, Secret, Unknown, reveal

_PLAIN_KEY = re.compile(r"[A-Za-z_$][A-Za-z0-9_$-]*")


class Change(Enum):
    """What happened to one property."""

    ADD = "add"
    DELETE = "delete"
    UPDATE = "update"


@dataclass(frozen=True, slots=True)
class Difference:
    """One changed property.

    Attributes:
        path: The property as the engine writes paths, such as `containers[0].image` or `tags["a.b"]`.
        rule: The same without positions, such as `containers[].image`: what create-only data name.
    """

    path: str
    rule: str
    change: Change


def equal(old: Any, new: Any) -> bool:
    """Whether two values are the same, secret or not; an unknown one never is, files are compared by hash."""
    return next(_differences(old, new, "", ""), None) is None


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Difference]:
    """All changed properties, each as deep as the two values have the same shape."""
    return sorted(_object_differences(old, new, "", ""), key=lambda difference: difference.path)


def covers(rule: str, names: frozenset[str]) -> bool:
    """Whether a changed property, or one that it lies in, is among the names (`a`, `a.b`, `a[].b`)."""
    return any(rule == name or rule.startswith((f"{name}.", f"{name}[")) for name in names)


def carry_over(inputs: Any, old: Any, new: Any) -> Any:
    """Inputs changed by what happened in the cloud between two reads, and by nothing else.

    Args:
        inputs: The inputs in the state.
        old: What the earlier read gave, in the shape of inputs.
        new: What this read gives, in the shape of inputs.
    """
    if equal(old, new):
        return inputs
    shapes = (reveal(inputs), reveal(old), reveal(new))
    if all(isinstance(shape, dict) for shape in shapes):
        return _carried_object(_bare(inputs), _bare(old), _bare(new))
    if all(isinstance(shape, list) for shape in shapes):
        return [
            carry_over(_bare(inputs)[index], _bare(old)[index], item)
            if index < min(len(_bare(inputs)), len(_bare(old)))
            else item
            for index, item in enumerate(_bare(new))
        ]
    return Secret(reveal(new)) if isinstance(inputs, Secret) else new


def _carried_object(inputs: Properties, old: Properties, new: Properties) -> Properties:
    result = {name: value for name, value in inputs.items() if name not in old or name in new}
    for name, value in new.items():
        if name not in old or not equal(old[name], value):
            result[name] = carry_over(inputs[name], old[name], value) if name in inputs and name in old else value
    return result


def _bare(value: Any) -> Any:
    return value.value if isinstance(value, Secret) else value


def _differences(old: Any, new: Any, path: str, rule: str) -> Iterator[Difference]:
    old, new = _bare(old), _bare(new)
    if isinstance(old, dict) and isinstance(new, dict):
        yield from _object_differences(old, new, path, rule)
    elif isinstance(old, list) and isinstance(new, list):
        yield from _list_differences(old, new, path, rule)
    elif isinstance(old, Unknown) or isinstance(new, Unknown) or not _same(old, new):
        yield Difference(path, rule, Change.UPDATE)


def _object_differences(old: Mapping[str, Any], new: Mapping[str, Any], path: str, rule: str) -> Iterator[Difference]:
    for name in {**old, **new}:
        place, inner = _child(path, name), f"{rule}.{name}" if rule else name
        if name not in new:
            yield Difference(place, inner, Change.DELETE)
        elif name not in old:
            yield Difference(place, inner, Change.ADD)
        else:
            yield from _differences(old[name], new[name], place, inner)


def _list_differences(old: list[Any], new: list[Any], path: str, rule: str) -> Iterator[Difference]:
    for index in range(max(len(old), len(new))):
        place, inner = f"{path}[{index}]", f"{rule}[]"
        if index >= len(new):
            yield Difference(place, inner, Change.DELETE)
        elif index >= len(old):
            yield Difference(place, inner, Change.ADD)
        else:
            yield from _differences(old[index], new[index], place, inner)


def _same(old: Any, new: Any) -> bool:
    if isinstance(old, Asset | Archive) and isinstance(new, Asset | Archive):
        return type(old) is type(new) and (old.hash == new.hash if old.hash and new.hash else old == new)
    # In Python 1 == True; for a property they differ.
    return isinstance(old, bool) == isinstance(new, bool) and bool(old == new)


def _child(path: str, name: str) -> str:
    if not _PLAIN_KEY.fullmatch(name):
        return f"{path}[{_quoted(name)}]"
    return f"{path}.{name}" if path else name


def _quoted(name: str) -> str:
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
