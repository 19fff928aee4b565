"""Ids of Azure resources, as Azure Resource Manager writes them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

__all__ = ["ArmId", "InvalidArmId"]

_SHAPE = "/subscriptions/<guid>/resourceGroups/<group>/providers/<namespace>/<type>/<name>"
_GUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_NAMESPACE = re.compile(r"[A-Za-z0-9]+(?:\.[A-Za-z0-9]+)+")
_FORBIDDEN = re.compile(r"[\x00-\x1f<>%&\\?#]")
"""What no name in an id may hold, whatever the resource; angle brackets are a placeholder left in."""


class InvalidArmId(ValueError):
    """A text that is no id of a resource in a resource group.

    Attributes:
        text: The id that was given.
        reason: What is wrong with it.
    """

    def __init__(self, text: str, reason: str) -> None:
        self.text = text
        self.reason = reason
        super().__init__(f"resource id {text[:300]!r} is invalid: {reason}; the form is {_SHAPE}")


@dataclass(frozen=True, eq=False)
class ArmId:
    """The id of a resource in a resource group. Two ids that differ in case only are equal, as for Azure.

    Attributes:
        subscription_id: GUID of the subscription.
        resource_group_name: Name of the resource group.
        provider: Namespace of the resource provider: `Microsoft.ContainerRegistry`.
        types: Resource type and the types of its sub-resources, outermost first: `("registries", "taskRuns")`.
        names: Their names, one for each type.
    """

    subscription_id: str
    resource_group_name: str
    provider: str
    types: tuple[str, ...]
    names: tuple[str, ...]

    @classmethod
    def parse(cls, text: str, expected_type: str | None = None) -> Self:
        """Read an id; its keys (`subscriptions`, `resourceGroups`, `providers`) may have any case.

        Args:
            text: The id, with its leading slash.
            expected_type: Full type that the id must have, e.g. `Microsoft.ContainerRegistry/registries`.

        Raises:
            InvalidArmId: The text is no such id, with the part that is wrong.
        """
        parts = _split(text)
        _expect_key(text, parts, 0, "subscriptions")
        if not _GUID.fullmatch(parts[1]):
            raise InvalidArmId(text, f"the subscription {parts[1]!r} must be a GUID")
        _expect_key(text, parts, 2, "resourceGroups")
        _expect_key(text, parts, 4, "providers")
        if not _NAMESPACE.fullmatch(parts[5]):
            raise InvalidArmId(text, f"the namespace {parts[5]!r} must be like Microsoft.ContainerRegistry")
        rest = parts[6:]
        if not rest or len(rest) % 2:
            raise InvalidArmId(text, "after the namespace every type must be followed by a name")
        if "providers" in (kind.lower() for kind in rest[::2]):
            raise InvalidArmId(text, "it names an extension of a resource, not the resource itself")
        parsed = cls(parts[1], parts[3], parts[5], tuple(rest[::2]), tuple(rest[1::2]))
        if expected_type is not None and parsed.resource_type.lower() != expected_type.lower():
            raise InvalidArmId(text, f"the type must be {expected_type}, not {parsed.resource_type}")
        return parsed

    @property
    def resource_type(self) -> str:
        """Full type, e.g. `Microsoft.ContainerRegistry/registries/taskRuns`."""
        return "/".join((self.provider, *self.types))

    @property
    def name(self) -> str:
        """Name of the resource itself: the last of `names`."""
        return self.names[-1]

    def __str__(self) -> str:
        """Return the id with the keys in Azure's own case."""
        pairs = "".join(f"/{kind}/{name}" for kind, name in zip(self.types, self.names, strict=True))
        return (
            f"/subscriptions/{self.subscription_id}/resourceGroups/{self.resource_group_name}"
            f"/providers/{self.provider}{pairs}"
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ArmId) and str(self).lower() == str(other).lower()

    def __hash__(self) -> int:
        return hash(str(self).lower())


def _split(text: str) -> list[str]:
    """Return the parts between the slashes; each is non-empty and free of what no id holds."""
    if not text.startswith("/"):
        raise InvalidArmId(text, "it must start with a slash")
    parts = text[1:].split("/")
    for part in parts:
        if not part or part != part.strip():
            raise InvalidArmId(text, "it has an empty part, or one with a space at its start or end")
        if _FORBIDDEN.search(part):
            raise InvalidArmId(text, f"the part {part!r} has a character that no resource id holds")
    return parts


def _expect_key(text: str, parts: list[str], index: int, key: str) -> None:
    """Check that the part at `index` is `key` and is followed by a value."""
    if len(parts) <= index:
        raise InvalidArmId(text, f"it ends before /{key}/")
    if parts[index].lower() != key.lower():
        raise InvalidArmId(text, f"/{key}/ must stand where it has {parts[index]!r}")
    if len(parts) == index + 1:
        raise InvalidArmId(text, f"nothing follows /{key}")
