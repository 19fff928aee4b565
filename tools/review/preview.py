"""One preview as data: what the engine's events say of one stack, without any secret value."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import Any

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""What the engine writes for a value that is known during `up` only."""
COMPONENT = "azureml-scoring:index:"
"""What the types of our components open with."""
BROKEN_OFF = "broke off"
"""Result of a preview whose stream ends before its summary."""
NOT_RUN = "did not run"
"""Result of a preview that there are no events of."""
_STACK = "pulumi:pulumi:Stack"


class Action(Enum):
    """What happens to a resource, the gravest first."""

    DELETE = "deleted"
    REPLACE_OLD_FIRST = "replaced, the old one goes first"
    REPLACE = "replaced, the new one comes first"
    UPDATE = "changed"
    CREATE = "created"
    IMPORT = "imported"
    FORGET = "no longer managed"
    SAME = "unchanged"

    @property
    def grave(self) -> bool:
        """Whether something that is there goes."""
        return self in {Action.DELETE, Action.REPLACE_OLD_FIRST, Action.REPLACE}

    @property
    def word(self) -> str:
        """The same in one word or few, for numbers of them."""
        return self.value.partition(",")[0]

    @property
    def rank(self) -> int:
        """0 for the gravest."""
        return list(Action).index(self)


@dataclass(frozen=True)
class Side:
    """A resource before or after: its properties, in which the engine has replaced secrets by a mark.

    Attributes:
        inputs: As the program gives them.
        outputs: As the provider, or the component, has them.
    """

    inputs: Mapping[str, Any] = field(default_factory=dict, repr=False)
    outputs: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Resource:
    """One resource of the preview.

    Attributes:
        urn: Its URN.
        type: Its type token, such as `azure-native:containerregistry:Registry`.
        parent: URN of its parent; empty for none.
        action: What happens to it.
        because: The paths of the properties that differ; those that force a replacement first.
        before: As the state has it.
        after: As it will be.
    """

    urn: str
    type: str
    parent: str
    action: Action
    because: tuple[str, ...]
    before: Side
    after: Side

    @property
    def name(self) -> str:
        """Its name in the program."""
        return self.urn.rpartition("::")[2]

    @property
    def kind(self) -> str:
        """Its type for people: `containerregistry:Registry`; of a component `ContainerRegistry`."""
        if self.type.startswith(COMPONENT):
            return self.type.removeprefix(COMPONENT)
        package, _, rest = self.type.partition(":")
        module, _, name = rest.rpartition(":")
        module = module.partition("/")[0]
        return f"{package}:{name}" if module in {"index", ""} else f"{module}:{name}"

    @property
    def shown(self) -> bool:
        """Whether people ask for it: neither the stack itself nor a component nor a default provider."""
        return not self.type.startswith((COMPONENT, _STACK, "pulumi:providers:"))


@dataclass(frozen=True)
class Violation:
    """What a policy says of a resource.

    Attributes:
        pack: The policy pack.
        policy: The rule.
        level: `mandatory`, `advisory` or `remediate`.
        urn: The resource; that of the stack, or empty, for the stack as a whole.
        message: Its sentence.
    """

    pack: str
    policy: str
    level: str
    urn: str
    message: str


@dataclass(frozen=True)
class Pack:
    """A policy pack that ran.

    Attributes:
        version: Its version.
        passed: Rules that looked at something and found nothing.
        remediated: Rules that changed something themselves, with the resource's URN.
    """

    version: str
    passed: frozenset[str]
    remediated: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Diagnostic:
    """What the engine or the program said.

    Attributes:
        urn: Of which resource; empty for none.
        severity: `info`, `warning` or `error`.
        message: The text.
    """

    urn: str
    severity: str
    message: str


@dataclass(frozen=True)
class Preview:
    """One preview of one stack.

    Attributes:
        stack: The stack's name: the environment.
        result: `succeeded`, `failed`, `BROKEN_OFF` or `NOT_RUN`.
        resources: Every resource by URN, in the order of the engine.
        violations: What policies found.
        packs: The policy packs that ran, by name.
        diagnostics: What was said.
        folders: Values named `context` in the stack's configuration: the folders that images are built from.
    """

    stack: str
    result: str
    resources: Mapping[str, Resource]
    violations: tuple[Violation, ...]
    packs: Mapping[str, Pack]
    diagnostics: tuple[Diagnostic, ...]
    folders: tuple[str, ...]

    @cached_property
    def changes(self) -> list[Resource]:
        """The resources that something happens to, the gravest first."""
        changed = [one for one in self.resources.values() if one.shown and one.action is not Action.SAME]
        return sorted(changed, key=lambda one: one.action.rank)

    @cached_property
    def components(self) -> list[Resource]:
        """Our components."""
        return [one for one in self.resources.values() if one.type.startswith(COMPONENT)]

    def component_of(self, resource: Resource) -> Resource | None:
        """The component that a resource is part of; None for one that the program makes itself."""
        above: Resource | None = resource
        while above is not None and not above.type.startswith(COMPONENT):
            above = self.resources.get(above.parent)
        return above

    def parts(self, component: Resource) -> list[Resource]:
        """The resources of a component, without itself."""
        return self._parts.get(component.urn, [])

    @cached_property
    def _parts(self) -> Mapping[str, list[Resource]]:
        parts = defaultdict[str, list[Resource]](list)
        for one in self.resources.values():
            component = self.component_of(one)
            if component is not None and component is not one:
                parts[component.urn].append(one)
        return parts

    def actions_of(self, component: Resource) -> list[Action]:
        """What happens to the parts of a component, the gravest first; nothing of what stays as it is."""
        actions = [one.action for one in self.parts(component) if one.shown and one.action is not Action.SAME]
        return sorted(actions, key=lambda action: action.rank)


def not_run(stack: str, reason: str) -> Preview:
    """What is known of a stack without events: why there are none."""
    return Preview(stack, NOT_RUN, {}, (), {}, (Diagnostic("", "error", reason),), ())
