"""What of a resource has to be kept for an adoption to change nothing."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from pulumi._types import input_type_py_to_pulumi_names

from tools.adopt.adoption import Kept, Row

if TYPE_CHECKING:
    from tools.adopt.export import Resource

_SHOWN = 60
"""Characters of a value that are shown."""


def row(
    resource: Resource,
    token: str,
    name: str,
    sets: Mapping[str, tuple[Any, Any]],
    nested: Mapping[str, str] | None = None,
) -> Row:
    """A resource to import, with what has to be kept of it.

    Args:
        resource: What exists.
        token: Module and type of azure-native: `storage:StorageAccount`.
        name: What the component calls it.
        sets: The inputs that the component sets, as paths of Pulumi, each with what it is and what it would become.
        nested: Objects of which each input counts by itself, with the class of their inputs.
    """
    module, _, type_name = token.partition(":")
    parts = nested or {}
    declared = [path for path in inputs_of(module, f"{type_name}Args") if path not in parts]
    declared += [f"{part}.{path}" for part, kind in parts.items() for path in inputs_of(module, kind)]
    unset = [Kept(path) for path in declared if path not in sets]
    differing = [Kept(path, told(was, becomes)) for path, (was, becomes) in sets.items() if was != becomes]
    return Row(f"azure-native:{token}", name, resource.id, (*differing, *unset))


@cache
def inputs_of(module: str, kind: str) -> Sequence[str]:
    """The inputs of a resource type, or of an object in one, as azure-native's SDK has them."""
    found = getattr(importlib.import_module(f"pulumi_azure_native.{module}"), kind)
    return sorted(input_type_py_to_pulumi_names(found).values())


def told(was: Any, becomes: Any) -> str:
    """What would become of a value, in words."""
    return f"is {_shown(was)}, and would become {_shown(becomes)}"


def same(value: Any) -> tuple[Any, Any]:
    """An input that the component sets to what there is."""
    return value, value


def tags(resource: Resource, wanted: Mapping[str, str]) -> tuple[Any, Any]:
    """A resource's tags, and those of the component; none and no tags are the same."""
    return dict(resource.at("tags") or {}), dict(wanted)


def _shown(value: Any) -> str:
    text = "nothing" if value is None else repr(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
