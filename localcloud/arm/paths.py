"""Property paths such as `properties.containers[].name`: how facts about properties are written down as data."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

_MISSING = object()


class WrongShape(ValueError):
    """A document that has something else where a path needs an object or an array.

    WrongShape
    ├── NotAnObject
    ├── NotAnArray
    └── NotAText
    """

    needed = ""

    def __init__(self, path: str, key: str) -> None:
        super().__init__(f"'{key}' of '{path}' has to be {self.needed}")


class NotAnObject(WrongShape):
    """Something else is where an object has to be."""

    needed = "an object"


class NotAnArray(WrongShape):
    """Something else is where an array has to be."""

    needed = "an array"


class NotAText(WrongShape):
    """Something else is where a text has to be."""

    needed = "a text"


def values(document: Any, path: str) -> list[Any]:
    """Every value that the path reaches; `[]` stands for each item of an array."""
    return [parent[key] for parent, key in _places(document, path.split(".")) if key in parent]


def drop(document: Any, path: str) -> None:
    """Removes what the path reaches."""
    for parent, key in list(_places(document, path.split("."))):
        parent.pop(key, None)


def set_default(document: dict[str, Any], path: str, value: Any) -> None:
    """Sets a value where the document has none (or null); in each item of an array that is there.

    Raises:
        WrongShape: Something else is where the path needs an object or an array.
    """
    for parent, key in _made_places(document, path.split("."), path):
        if parent.get(key) is None:
            parent[key] = copy.deepcopy(value)


def check_object(document: Any, path: str) -> None:
    """Raises NotAnObject, or NotAnArray for a path that ends in `[]`, unless null or such a thing is there."""
    name = path.rpartition(".")[2]
    for value in values(document, path):
        if value is None:
            continue
        if name.endswith("[]") and not isinstance(value, list):
            raise NotAnArray(path, name)
        if not all(isinstance(item, dict) for item in (value if name.endswith("[]") else [value])):
            raise NotAnObject(path, name)


def check_text(document: Any, path: str) -> None:
    """Raises NotAText unless null or a text is there."""
    if not all(isinstance(value, str | None) for value in values(document, path)):
        raise NotAText(path, path.rpartition(".")[2])


def merge(base: Any, patch: Any) -> Any:
    """A JSON merge patch (RFC 7396): objects are merged, null removes, everything else replaces."""
    if not isinstance(patch, dict):
        return patch
    result = dict(base) if isinstance(base, dict) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merge(result.get(key), value)
    return result


def _places(document: Any, keys: list[str]) -> Iterator[tuple[dict[str, Any], str]]:
    """Each object and the key in it that the path ends at."""
    if not isinstance(document, dict):
        return
    first, *rest = keys
    name = first.removesuffix("[]")
    if not rest:
        yield document, name
        return
    inner = document.get(name, _MISSING)
    if inner is _MISSING:
        return
    for item in inner if first.endswith("[]") and isinstance(inner, list) else [inner]:
        yield from _places(item, rest)


def _made_places(document: dict[str, Any], keys: list[str], path: str) -> Iterator[tuple[dict[str, Any], str]]:
    """As `_places`, where objects on the way are made and arrays are not; raises WrongShape."""
    first, *rest = keys
    name = first.removesuffix("[]")
    if not rest:
        yield document, name
        return
    is_array = first.endswith("[]")
    if document.get(name) is None:
        if is_array:
            return
        document[name] = {}
    if is_array and not isinstance(document[name], list):
        raise NotAnArray(path, name)
    for item in document[name] if is_array else [document[name]]:
        if not isinstance(item, dict):
            raise NotAnObject(path, name)
        yield from _made_places(item, rest, path)
