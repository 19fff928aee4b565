"""Applying the changes of rules to properties as the engine sends them: unknowns and secrets stay what they are."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence
from typing import Any

from .rule import Change, Encrypt
from .values import SECRET_SIGNATURE, SIGNATURE

__all__ = ["apply"]


def apply(properties: dict[str, Any], changes: Iterable[Change | Encrypt]) -> dict[str, Any]:
    """Return the properties with the changes made; objects on the way that aren't there are made."""
    changed = copy.deepcopy(properties)
    for change in changes:
        holder = _down(changed, change.path[:-1])
        key: Any = change.path[-1]
        if isinstance(change, Change):
            before = holder.get(key) if isinstance(holder, dict) else holder[key]
            holder[key] = _secret(change.value) if _is_secret(before) else change.value
        elif not _is_secret(holder[key]):
            holder[key] = _secret(holder[key])
    return changed


def _down(node: Any, path: Sequence[str | int]) -> Any:
    for key in path:
        node = _open(node)
        node = node.setdefault(key, {}) if isinstance(node, dict) else node[key]
    return _open(node)


def _open(node: Any) -> Any:
    while _is_secret(node):
        node = node["value"]
    return node


def _is_secret(node: Any) -> bool:
    return isinstance(node, dict) and node.get(SIGNATURE) == SECRET_SIGNATURE


def _secret(value: Any) -> dict[str, Any]:
    return {SIGNATURE: SECRET_SIGNATURE, "value": value}
