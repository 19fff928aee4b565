"""Property paths such as `properties.containers[].name`: how facts about properties are written down as data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_MISSING = object()


class NotAnObject(ValueError):
    """A document that has something else where an object has to be."""

    def __init__(self, path: str, key: str) -> None:
        super().__init__(f"'{key}' of '{path}' has to be an object")


def values(document: Any, path: str) -> list[Any]:
    """Every value that the path reaches; `[]` stands for each item of an array."""
    return [parent[key] for parent, key in _places(document, path.split(".")) if key in parent]


def drop(document: Any, path: str) -> None:
    """Removes what the path reaches."""
    for parent, key in list(_places(document, path.split("."))):
        parent.pop(key, None)


def set_default(document: dict[str, Any], path: str, value: Any) -> None:
    """Sets a value where the document has none (or null); the path has no arrays.

    Raises:
        NotAnObject: Something else is where the path needs an object.
    """
    *above, last = path.split(".")
    for key in above:
        if document.get(key) is None:
            document[key] = {}
        document = document[key]
        if not isinstance(document, dict):
            raise NotAnObject(path, key)
    if document.get(last) is None:
        document[last] = value


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
