"""What the four components have in common."""

import hashlib
import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import Any, TypeVar

import pulumi

from ._errors import ComponentError, InvalidInput
from .rules import BuildContext, InvalidContext, Problem, nearest

PACKAGE = "azureml-scoring"
"""The Pulumi package: the first part of each component's type token."""

NO_REGISTRY_YET = (
    "no container registry yet: Azure ML creates the registry of a workspace at its first training job or model "
    "deployment. Run one (materialize=true on a lazy workspace does), or attach a registry: registry_mode=attached "
    "with container_registry_id"
)
"""The documented warning about a new workspace, with the two ways out."""

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


def key_problems(kind: Any, args: Mapping[str, Any], prefix: str = "") -> list[Problem]:
    """A problem for each required key that is missing and each key that a TypedDict does not have.

    Args:
        kind: The TypedDict.
        args: What was given for it.
        prefix: What the names of its keys open with where it is a part of something: `replications[0].`.
    """
    problems = [
        Problem(f"{prefix}{key}", "is required", None, f'"{key}": ...')
        for key in sorted(kind.__required_keys__ - args.keys())
    ]
    known_keys = kind.__required_keys__ | kind.__optional_keys__
    what = "part" if prefix else "component"
    problems += [
        Problem(f"{prefix}{key}", f"is no input of this {what}", "a value", nearest(key, known_keys))
        for key in sorted(args.keys() - known_keys)
    ]
    return problems


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
        got = "an output" if isinstance(value, pulumi.Output) else value
        problems.append(Problem(subject, f"must be one of {', '.join(names)}", got, names[0]))
        return next(iter(kind))


def number_problems(args: Mapping[str, Any], key: str, lowest: int, highest: int | None, example: int) -> list[Problem]:
    """A problem where an input is given and is no whole number of a range; a plugin's caller sends 3 as 3.0.

    Args:
        args: The inputs.
        key: Which of them.
        lowest: The smallest number that it may be.
        highest: The largest; None for no limit.
        example: A number that it may be.
    """
    if key not in args:
        return []
    value = args[key]
    whole = isinstance(value, int | float) and not isinstance(value, bool) and float(value).is_integer()
    if whole and lowest <= value and (highest is None or value <= highest):
        return []
    limits = f"of {lowest} or more" if highest is None else f"from {lowest} to {highest}"
    return [Problem(key, f"must be a whole number {limits}", value, str(example))]


def known(value: Any) -> str | None:
    """The text of an input that is known while the program runs; None for an Output, which is checked by Azure."""
    return value if isinstance(value, str) else None


def require_registry(
    component: type[Component], name: str, subject: str, value: pulumi.Input[str]
) -> pulumi.Output[str]:
    """The value of an input that names a registry.

    Args:
        component: The component that needs the registry.
        name: Its name.
        subject: The input, such as `registry_name`.
        value: Its value; empty when it comes from a lazy workspace without a registry.

    Raises:
        ComponentError: The value is empty; raised when the value is known, which for an Output may be during an update.
    """

    def required(text: str) -> str:
        if not text:
            raise ComponentError(component.__name__, name, f"{subject} is empty: {NO_REGISTRY_YET}")
        return text

    if isinstance(value, str):
        required(value)
    return pulumi.Output.from_input(value).apply(required)


def read_context(component: type[Component], name: str, read: Callable[[], BuildContext]) -> BuildContext:
    """The build context that `read` makes; what keeps it from being read is raised as InvalidInput."""
    try:
        return read()
    except InvalidContext as error:
        problem = Problem(error.path, error.reason, None, "a file that can be read")
        raise InvalidInput(component.__name__, name, [problem]) from error
