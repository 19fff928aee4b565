"""The resource that a rule judges, and the stack that it stands in."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    from .values import Value

__all__ = ["Resource", "Run", "Stack", "resource_type"]

_Made = TypeVar("_Made")
_VERSIONED: Final = re.compile(r"(?P<package>[^:]+):(?P<module>[^:]+)/(?P<version>v\d\w*|latest):(?P<name>[^:/]+)")
_GENERATED: Final = re.compile(
    r"(?P<package>azure-native)_[a-z0-9]+_(?P<version>v\d\w*):(?P<module>[^:/]+)(?:/v\w+)?:(?P<name>[^:/]+)"
)


@lru_cache(maxsize=4096)
def resource_type(token: str) -> tuple[str, str]:
    """Split the API version off a type: the type that rules name, and the version or an empty text.

    `azure-native:containerinstance/v20230501:ContainerGroup`, `azure-nextgen:containerinstance/latest:ContainerGroup`
    and `azure-native_containerinstance_v20230501:containerinstance:ContainerGroup` (a package generated for one
    version) are all `azure-native:containerinstance:ContainerGroup`; `kubernetes:apps/v1:Deployment` is
    `kubernetes:apps:Deployment`.
    """
    found = _GENERATED.fullmatch(token) or _VERSIONED.fullmatch(token)
    if found is None:
        return token.replace("azure-nextgen:", "azure-native:", 1), ""
    package = found["package"].replace("azure-nextgen", "azure-native")
    return f"{package}:{found['module']}:{found['name']}", found["version"]


@dataclass(frozen=True)
class Run:
    """The operation of the engine that asks.

    Attributes:
        stack: Name of the stack, e.g. `prod`.
        project: Name of the project.
        preview: Whether nothing is made: values may be unknown.
    """

    stack: str = ""
    project: str = ""
    preview: bool = False


@dataclass(frozen=True)
class Resource:
    """A resource as the program declares it (its inputs), or as it is in the end (its outputs, in stack rules).

    Attributes:
        token: Its type as the program names it, e.g. `azure-native:containerinstance/v20230501:ContainerGroup`.
        urn: Its URN.
        name: Its logical name.
        properties: Its properties, in the provider's spelling (`imageRegistryCredentials`).
        parent: URN of the parent, or an empty text.
        protected: Whether Pulumi refuses to delete it: the option `protect`.
        dependencies: URNs that it depends on; in stack rules only.
        property_dependencies: The same by property; in stack rules only.
        run: The operation.
        provider: The configuration of its provider, lists and objects as texts in JSON; None where it has none.
        inputs: Its inputs, in stack rules; ask `declared`.
    """

    token: str
    urn: str
    name: str
    properties: Value
    parent: str = ""
    protected: bool = False
    dependencies: Sequence[str] = ()
    property_dependencies: Mapping[str, Sequence[str]] = field(default_factory=dict)
    run: Run = Run()
    provider: Value | None = None
    inputs: Value | None = None

    @property
    def declared(self) -> Value:
        """What the program declares, in stack rules too: outputs have no passwords, and not what lies around it."""
        return self.properties if self.inputs is None else self.inputs

    @property
    def type(self) -> str:
        """Its type without the API version: `azure-native:containerinstance:ContainerGroup`."""
        return resource_type(self.token)[0]

    @property
    def api_version(self) -> str:
        """The API version that its type names, e.g. `v20230501`, or an empty text."""
        return resource_type(self.token)[1]

    def __getitem__(self, key: str) -> Value:
        """Return a property; never fails."""
        return self.properties[key]


@dataclass(frozen=True)
class Stack:
    """Every resource of a stack, after the last step: at `up` they are made already.

    Attributes:
        resources: All of them, in no order.
        run: The operation.
    """

    resources: Sequence[Resource]
    run: Run = Run()

    def of_type(self, *types: str) -> list[Resource]:
        """The resources of these types, named without an API version."""
        return [resource for type_ in dict.fromkeys(types) for resource in self.once(_by_type).get(type_, ())]

    def get(self, urn: str) -> Resource | None:
        """The resource with this URN."""
        return self.once(_by_urn).get(urn)

    def once(self, make: Callable[[Stack], _Made]) -> _Made:
        """What a function makes of the stack, made when it is first asked for: rules ask for each of many resources."""
        if make not in self._made:
            self._made[make] = make(self)
        made: _Made = self._made[make]
        return made

    @cached_property
    def _made(self) -> dict[Callable[[Stack], Any], Any]:
        return {}


def _by_type(stack: Stack) -> Mapping[str, Sequence[Resource]]:
    found: dict[str, list[Resource]] = {}
    for resource in stack.resources:
        found.setdefault(resource.type, []).append(resource)
    return found


def _by_urn(stack: Stack) -> Mapping[str, Resource]:
    return {resource.urn: resource for resource in stack.resources}
