"""Which resource of a stack another one is about: by its ARM id, or before that is known by what it depends on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from azureml_scoring.rules import ArmId, InvalidArmId

from .kinds import REGISTRY, WORKSPACE

if TYPE_CHECKING:
    from azureml_scoring.policy_kit import Resource, Stack, Value

__all__ = ["ARM_TYPES", "is_about", "kept"]

ARM_TYPES: Final = {
    WORKSPACE: "Microsoft.MachineLearningServices/workspaces",
    REGISTRY: "Microsoft.ContainerRegistry/registries",
}
"""What the stack rules look after, with its type in Azure."""


def kept(stack: Stack) -> Iterator[Resource]:
    """The workspaces and registries that the stack makes; one that it only reads has no dependencies of its own."""
    return (resource for resource in stack.of_type(*ARM_TYPES) if resource.property_dependencies)


def is_about(pointer: Resource, key: str, target: Resource) -> bool:
    """Whether a property names a resource.

    A known id decides alone: an id that is made of the resource's other outputs may be of something else.
    """
    value = pointer[key]
    if not value.known or not isinstance(value.raw, str):
        return target.urn in pointer.property_dependencies.get(key, ())
    try:
        named = ArmId.parse(value.raw)
    except InvalidArmId:
        return False
    return named.resource_type.lower() == ARM_TYPES[target.type].lower() and _same(named.name, target)


def _same(name: str, target: Resource) -> bool:
    own: list[Value] = [target[key] for key in ("name", "workspaceName", "registryName")]
    return name.lower() in {str(value.raw).lower() for value in own if value.raw is not None and value.known}
