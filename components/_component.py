"""What the four components have in common."""

import hashlib
import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import Any, TypeVar

import pulumi

from ._errors import InvalidInput
from .rules import BuildContext, InvalidContext, Problem, nearest

PACKAGE = "azureml-scoring"
"""The Pulumi package: the first part of each component's type token."""

_COMPACT = 16
"""Longest name that Pulumi makes an Azure name of at most 24 characters from: that of a storage account or vault."""

_HASHED = 4
"""Digits of the hash that a cut name ends in."""

Choice = TypeVar("Choice", bound=Enum)


class Component(pulumi.ComponentResource):
    """A component of the package `azureml-scoring`: its type token, its children's options, its input check."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None) -> None:
        super().__init__(f"{PACKAGE}:index:{type(self).__name__}", name, {}, opts)

    def register_declared_outputs(self) -> None:
        """Registers every output that the class declares; the last step of a constructor."""
        self.register_outputs({name: getattr(self, name) for name in inspect.get_annotations(type(self))})

    def child(self, **options: Any) -> pulumi.ResourceOptions:
        """Options of a child resource: parented here, plus `options`."""
        return pulumi.ResourceOptions(parent=self, **options)


def check(component: type[Component], name: str, problems: Sequence[Problem]) -> None:
    """Raises InvalidInput with every problem; a mere warning is logged instead.

    Called before `super().__init__`, so that a component with bad inputs registers nothing.
    """
    for problem in problems:
        if problem.warning:
            pulumi.log.warn(f"{component.__name__} '{name}': {problem}")
    broken = [problem for problem in problems if not problem.warning]
    if broken:
        raise InvalidInput(component.__name__, name, broken)


def check_keys(component: type[Component], name: str, kind: Any, args: Mapping[str, Any]) -> None:
    """Raises InvalidInput for each required input that is missing and each that no such component has.

    Args:
        component: The component.
        name: Its name.
        kind: The TypedDict of its inputs.
        args: The inputs.
    """
    problems = [
        Problem(key, "is required", None, f'"{key}": ...') for key in sorted(kind.__required_keys__ - args.keys())
    ]
    known_keys = kind.__required_keys__ | kind.__optional_keys__
    problems += [
        Problem(key, "is no input of this component", "a value", nearest(key, known_keys))
        for key in sorted(args.keys() - known_keys)
    ]
    check(component, name, problems)


def compact_name(name: str, role: str) -> str:
    """`<name><role>` for Azure names of letters and digits only; short enough for the 8 characters Pulumi appends.

    A longer one is cut and ends in four digits of its hash, so that two long names stay two.
    """
    text = re.sub("[^a-z0-9]", "", f"{name}{role}".lower())
    text = text if text[:1].isalpha() else f"a{text}"
    if len(text) <= _COMPACT:
        return text
    return text[: _COMPACT - _HASHED] + hashlib.sha256(f"{name} {role}".encode()).hexdigest()[:_HASHED]


def choice(kind: type[Choice], value: Any, subject: str, problems: list[Problem]) -> Choice:
    """The member that a value names; for any other value a problem is added and the first member returned."""
    try:
        return kind(value)
    except ValueError:
        names = [member.value for member in kind]
        problems.append(Problem(subject, f"must be one of {', '.join(names)}", value, names[0]))
        return next(iter(kind))


def known(value: Any) -> str | None:
    """The text of an input that is known while the program runs; None for an Output, which is checked by Azure."""
    return value if isinstance(value, str) else None


def read_context(component: type[Component], name: str, read: Callable[[], BuildContext]) -> BuildContext:
    """The build context that `read` makes; what keeps it from being read is raised as InvalidInput."""
    try:
        return read()
    except InvalidContext as error:
        problem = Problem(error.path, error.reason, None, "a file that can be read")
        raise InvalidInput(component.__name__, name, [problem]) from error
