"""Whether inputs have the types that their TypedDict declares: Python checks none of them when a program runs."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from enum import Enum
from types import NoneType, UnionType
from typing import Any, NotRequired, TypeVar, Union, get_args, get_origin, get_type_hints, is_typeddict

import pulumi

from ._component import Component, check, key_problems
from .rules import Problem

Args = TypeVar("Args", bound=Mapping[str, Any])
Rules = Callable[[str, Mapping[str, Any]], list[Problem]]
"""What a component asks of its inputs: by its name and the inputs."""

_WORDS: Mapping[Any, tuple[str, str]] = {
    str: ("a text", '"..."'),
    bool: ("true or false", "true"),
    int: ("a whole number", "1"),
    float: ("a number", "1.5"),
}
"""Plain types: what they are called, and an example."""

_LATER = {"Output": pulumi.Output, "T": Args}
"""What `pulumi.Input` names as text."""


def checked(
    component: type[Component],
    name: str,
    kind: Any,
    args: Args,
    rules: Rules,
) -> Args:
    """The inputs without those that are None, which is "not given"; raises InvalidInput with every problem of them.

    Args:
        component: The component.
        name: Its name.
        kind: The TypedDict of its inputs.
        args: The inputs.
        rules: What the component asks of them; not asked of what has the wrong type, nor while a required one is
            missing.
    """
    inputs = _without_none(args)
    problems = key_problems(kind, inputs) + shape_problems(kind, inputs)
    wrong = {problem.subject.partition(".")[0].partition("[")[0] for problem in problems}
    if not wrong & kind.__required_keys__:
        found = rules(name, {key: value for key, value in inputs.items() if key not in wrong})
        problems += [problem for problem in found if problem.subject not in wrong]
    check(component, name, problems)
    return inputs  # type: ignore[no-any-return]  # what came in, without None


def shape_problems(kind: Any, args: Mapping[str, Any], prefix: str = "") -> list[Problem]:
    """A problem for each input whose value has another type than its TypedDict declares.

    Enums and the whole numbers of a component itself are left out: their own rules know what they may be. No value is
    shown, as it may be a secret.

    Args:
        kind: The TypedDict.
        args: What was given for it.
        prefix: What the names of its keys open with where it is a part of something: `aci.`.
    """
    hints = get_type_hints(kind, localns=_LATER, include_extras=True)
    problems: list[Problem] = []
    for key in sorted(args.keys() & hints.keys()):
        hint = _plain(hints[key])
        if prefix or hint is not int:
            problems += _problems(hint, args[key], f"{prefix}{key}")
    return problems


def _without_none(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _without_none(part) for key, part in value.items() if part is not None}
    if isinstance(value, list | tuple):
        return [_without_none(part) for part in value]
    return value


def _plain(hint: Any) -> Any:
    """What a key holds, where it may be left out."""
    return get_args(hint)[0] if get_origin(hint) is NotRequired else hint


def _problems(hint: Any, value: Any, subject: str) -> list[Problem]:
    if get_origin(hint) in {Union, UnionType}:
        return _of_union(get_args(hint), value, subject)
    if is_typeddict(hint):
        parts = shape_problems(hint, value, f"{subject}.") if isinstance(value, Mapping) else None
        return _wrong(subject, "a mapping", "{...}", value) if parts is None else parts
    if get_origin(hint) is Sequence:
        return _of_sequence(get_args(hint)[0], value, subject)
    if get_origin(hint) is Mapping:
        return _of_mapping(get_args(hint)[1], value, subject)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return []
    words = _WORDS.get(hint)
    return [] if words is None or _is(hint, value) else _wrong(subject, *words, value)


def _of_union(members: Sequence[Any], value: Any, subject: str) -> list[Problem]:
    if isinstance(value, pulumi.Output | Awaitable):
        return []
    plain = next(one for one in members if one is not NoneType and get_origin(one) not in {pulumi.Output, Awaitable})
    return _problems(plain, value, subject)


def _of_sequence(part: Any, value: Any, subject: str) -> list[Problem]:
    if not isinstance(value, Sequence) or isinstance(value, str | bytes):
        return _wrong(subject, "a list", "[...]", value)
    return [found for index, entry in enumerate(value) for found in _problems(part, entry, f"{subject}[{index}]")]


def _of_mapping(part: Any, value: Any, subject: str) -> list[Problem]:
    if not isinstance(value, Mapping):
        return _wrong(subject, "a mapping", "{...}", value)
    return [found for key, entry in value.items() for found in _problems(part, entry, f"{subject}.{key}")]


def _is(kind: type, value: Any) -> bool:
    if kind is int or kind is float:
        # A plugin's caller sends every number as a float.
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return number and (kind is float or float(value).is_integer())
    return isinstance(value, kind)


def _wrong(subject: str, what: str, example: str, value: Any) -> list[Problem]:
    if isinstance(value, pulumi.Output | Awaitable):
        rule = f"must be {what} that is known when the program starts, and no output"
        return [Problem(subject, rule, "an output", example)]
    return [Problem(subject, f"must be {what}", type(value).__name__, example)]
