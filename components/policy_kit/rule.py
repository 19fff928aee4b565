"""A rule of a policy pack: what it is called, what it reads, how it judges."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any, TypeAlias

from ..rules import Problem
from .values import Malformed, Undecided, Value

if TYPE_CHECKING:
    from .resource import Resource, Stack

__all__ = ["Change", "Encrypt", "Level", "Located", "NotChecked", "Result", "Rule", "Severity", "each", "fault_of"]


class Severity(str, Enum):
    """How bad a violation is."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class Level(str, Enum):
    """What a violation does: nothing, a warning, a stop; or the rule mends it first."""

    DISABLED = "disabled"
    ADVISORY = "advisory"
    MANDATORY = "mandatory"
    REMEDIATE = "remediate"


@dataclass(frozen=True)
class NotChecked:
    """Something that a rule could not judge, because a value is known during `up` only.

    Attributes:
        subject: What was not judged, e.g. `containers[1] 'app'`.
        path: The property that is unknown.
    """

    subject: str
    path: str

    def text(self, rules: Iterable[str]) -> str:
        """Return the sentence, with the rules that could not judge it."""
        return (
            f"{self.subject} is not checked yet by {', '.join(rules)}: {self.path} is known during `up` only, "
            "which checks it"
        )


@dataclass(frozen=True)
class Change:
    """A property that a rule sets to mend a resource; a secret stays a secret.

    Attributes:
        path: Keys and positions down to it, e.g. `("containers", 0, "image")`.
        value: The new value.
    """

    path: Sequence[str | int]
    value: Any


@dataclass(frozen=True)
class Encrypt:
    """A property that a rule makes a secret, so that the engine encrypts it.

    Attributes:
        path: Keys and positions down to it.
    """

    path: Sequence[str | int]


Result: TypeAlias = Problem | NotChecked
"""What a check gives: a violation, or something that it could not judge. Nothing means that all is well."""


@dataclass(frozen=True)
class Located:
    """What a stack rule says, with the resource that it says it of; exemptions and the display go by it."""

    resource: Resource
    result: Result


@dataclass(frozen=True)
class Rule:
    """One rule, all of it: the server, the tests and docs/policies.md read the same object.

    At least one of `check` and `check_stack`. `check` is asked before a resource is made or changed, at `preview` and
    at `up`, and sees its inputs; `check_stack` is asked after the last step and sees outputs, for rules across
    resources. Both are generators: what was given before an `Undecided` or `Malformed` counts, and the rest is
    reported as not checked.

    Attributes:
        id: Its name, and with underscores its folder's, e.g. `image-tag-mutable`.
        summary: What it demands, one sentence.
        severity: How bad a violation is.
        link: Where the reason stands.
        remediation: What to do about a violation.
        reads: Types without API version, each with the properties that are read. A resource of another type is never
            handed to `check`. In `check_stack` documentation only.
        check: Judges a resource, with the pack's settings.
        check_stack: Judges all resources together.
        mend: Changes that make a violation go away, where that is safe; asked at the level `remediate`.
        level: Its level unless configured.
        options: Names of the pack's settings that it reads.
        nearest: The nearest rule of other tools: tool to rule, for the documentation.
    """

    id: str
    summary: str
    severity: Severity
    link: str
    remediation: str
    reads: Mapping[str, Sequence[str]]
    check: Callable[[Resource, Any], Iterable[Result]] | None = None
    check_stack: Callable[[Stack, Any], Iterable[Located]] | None = None
    mend: Callable[[Resource, Any], Iterable[Change | Encrypt]] | None = None
    level: Level = Level.MANDATORY
    options: Sequence[str] = ()
    nearest: Mapping[str, str] = field(default_factory=dict)


def each(values: Value, check: Callable[[Value], Iterable[Result]]) -> Iterator[Result]:
    """Judge every element of a list by itself, so that an unknown one hides none of the others.

    Use it in every rule on containers, volumes, credentials: anything that is a list.
    """
    try:
        elements = values.elements()
    except Undecided as unknown:
        yield NotChecked(values.path, unknown.path)
        return
    for element in elements:
        try:
            yield from check(element)
        except Undecided as unknown:
            yield NotChecked(element.label, unknown.path)
        except Malformed as fault:
            yield fault_of(fault)


def fault_of(fault: Malformed) -> Problem:
    """The violation that a value of a wrong type is: a rule that can't read a resource doesn't pass it."""
    return Problem(fault.path, f"must be {fault.expected}", "something else", "see the provider's schema")
