"""What an adoption consists of: components with their inputs, the resources below them, and what is left."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Kept:
    """A part of a resource that stays as it is, although the component says nothing of it, or something else.

    Attributes:
        path: The input of the resource, as Pulumi names it.
        reason: What the component would make of it; empty where no input of the component sets it.
    """

    path: str
    reason: str = ""


@dataclass(frozen=True)
class Row:
    """One resource to import.

    Attributes:
        type: Its Pulumi type.
        name: Its Pulumi name: what the component calls it.
        id: Its ARM id.
        kept: What of it stays as it is.
    """

    type: str
    name: str
    id: str
    kept: tuple[Kept, ...] = ()


@dataclass(frozen=True)
class Setting:
    """An input that no export tells: the program reads it from the stack's configuration.

    Attributes:
        key: Its key there, without the namespace.
        meaning: What has to be given.
        secret: Whether it is one.
    """

    key: str
    meaning: str
    secret: bool = False


@dataclass(frozen=True)
class OutputOf:
    """An input that is another component's output.

    Attributes:
        component: Name of the other component.
        output: Name of the output.
    """

    component: str
    output: str


@dataclass(frozen=True)
class Adopted:
    """A component that takes over what exists.

    Attributes:
        kind: Its class.
        name: Its name.
        inputs: Its inputs: plain values, `Setting` and `OutputOf`.
        rows: The resources that become its children.
    """

    kind: str
    name: str
    inputs: Mapping[str, Any]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Left:
    """What is not adopted.

    Attributes:
        label: Type and name.
        reason: Why, and what becomes of it.
    """

    label: str
    reason: str


@dataclass(frozen=True)
class Adoption:
    """All of it.

    Attributes:
        components: In the order in which they need each other.
        left: What is not adopted, in the order of the export.
    """

    components: tuple[Adopted, ...]
    left: tuple[Left, ...]

    def settings(self) -> list[Setting]:
        """What has to be configured before the program runs."""
        return [setting for component in self.components for setting in _settings(component.inputs)]

    def differences(self) -> Iterator[tuple[Row, Kept]]:
        """What the components would change, and is kept."""
        for component in self.components:
            yield from ((row, kept) for row in component.rows for kept in row.kept if kept.reason)


def _settings(value: Any) -> Iterator[Setting]:
    if isinstance(value, Setting):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _settings(item)
    elif isinstance(value, list):
        for item in value:
            yield from _settings(item)
