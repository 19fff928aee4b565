"""What the interfaces are attached to."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi

from .._component import Component
from ..rules import ArmId, InvalidArmId, Problem


@dataclass(frozen=True)
class Subject:
    """An Azure resource that a component made or adopted.

    Attributes:
        component: The component: parent of everything that is made for the resource.
        name: The component's name.
        resource_id: ARM id of the resource.
        resource_group_name: Resource group of what is made beside it.
        location: Region of what is made beside it; None for the resource group's.
        tags: Tags of what is made beside it.
        sub_resource: What a private endpoint reaches in it: `registry` or `amlworkspace`.
    """

    component: Component
    name: str
    resource_id: pulumi.Output[str]
    resource_group_name: pulumi.Input[str]
    location: pulumi.Input[str] | None
    tags: Mapping[str, pulumi.Input[str]] | None
    sub_resource: str


def child_names(stem: str, entries: Sequence[Mapping[str, Any]]) -> list[str]:
    """Names of children of one kind: by an entry's own name, which outlives another order, else by its place."""
    names = []
    for place, entry in enumerate(entries, 1):
        own = entry.get("name")
        names.append(f"{stem}-{own}" if own else stem if place == 1 else f"{stem}-{place}")
    return names


def repeated_names(key: str, entries: Sequence[Mapping[str, Any]]) -> list[Problem]:
    """A problem for each name that two entries share."""
    counted = Counter(entry.get("name") for entry in entries)
    return [
        Problem(key, "must each have a name of their own", name, f"{name}-2")
        for name, uses in counted.items()
        if name is not None and uses > 1
    ]


def id_problems(subject: str, value: object, resource_type: str) -> list[Problem]:
    """A problem where an id is known and is not the ARM id of such a resource."""
    if not isinstance(value, str):
        return []
    try:
        ArmId.parse(value, resource_type)
    except InvalidArmId as error:
        example = f"/subscriptions/<id>/resourceGroups/<group>/providers/{resource_type}/<name>"
        return [Problem(subject, f"must be the ARM id of a {resource_type} ({error.reason})", value, example)]
    return []
