"""What a provider consists of, as `servicer` drives it: one object a resource type, one a function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, Unpack

from localcloud.plugins.compare import Difference, covers, differences
from localcloud.plugins.control_plane import succeeded
from localcloud.plugins.naming import AutoName, automatic_name
from localcloud.plugins.sessions import Pace, Session
from localcloud.plugins.values import Properties, reveal

if TYPE_CHECKING:
    import httpx

    from localcloud.plugins.control_plane import ControlPlane, RequestOptions

_AFTERMATH = 30.0


@dataclass(frozen=True, slots=True)
class Call:
    """Whom a request comes from and what it may use.

    Attributes:
        pace: Its cancellation and its deadline.
        control_plane: Where its own requests go.
    """

    pace: Pace
    control_plane: ControlPlane

    @property
    def configuration(self) -> dict[str, Any]:
        """The provider instance's configuration, without secret marks."""
        return self.pace.session.configuration or {}

    @property
    def scale(self) -> float:
        """Seconds here for one second of the real provider's waiting."""
        return self.control_plane.scale

    async def request(self, method: str, url: str, **options: Unpack[RequestOptions]) -> httpx.Response:
        """`ControlPlane.request` at this call's pace."""
        return await self.control_plane.request(self.pace, method, url, **options)

    async def succeed(self, method: str, url: str, **options: Unpack[RequestOptions]) -> httpx.Response:
        """As `request`, and raises `CloudRefused` for an error status."""
        return succeeded(await self.request(method, url, **options))

    def aftermath(self) -> Call:
        """The same call with a little more time: for looking at what an operation that was given up has left."""
        session = Session(self.pace.session.configuration)
        return Call(Pace.of(session, _AFTERMATH), self.control_plane)


@dataclass(frozen=True, slots=True)
class Naming:
    """What Check knows about the resource's name.

    Attributes:
        resource_name: The name in the program.
        seed: The engine's random seed.
        proposed: The name that the project's own naming setting proposes, if it has one.
        enforced: Whether `proposed` is meant for types named by UUID, too.
        disabled: Whether the project wants no automatic names.
    """

    resource_name: str
    seed: bytes = b""
    proposed: str | None = None
    enforced: bool = False
    disabled: bool = False

    def name(self, kind: AutoName, *, delimiter: str = "", digits: int = 8) -> str | None:
        """The automatic name, or None where the project wants none."""
        if self.disabled:
            return None
        if self.proposed is not None and (self.enforced or kind is not AutoName.UUID):
            return self.proposed
        return automatic_name(kind, self.resource_name, self.seed, delimiter=delimiter, digits=digits)


@dataclass(frozen=True, slots=True)
class Checked:
    """Inputs with their defaults, and what is wrong with them (one sentence each)."""

    inputs: Properties
    failures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """How an existing resource gets from its old inputs to the new ones."""

    changes: tuple[Difference, ...] = ()
    replacing: frozenset[str] = frozenset()
    delete_first: bool = False

    def replaces(self, difference: Difference) -> bool:
        """Whether this change can't be made in place."""
        return difference.path in self.replacing


@dataclass(frozen=True, slots=True)
class Live:
    """A resource as it is: provider id, outputs, and (when read) the inputs that would make it so."""

    resource_id: str
    outputs: Properties
    inputs: Properties = field(default_factory=dict)


class Resource(Protocol):
    """One resource type of a provider. Every method may raise a `PluginError`."""

    @property
    def token(self) -> str:
        """The type as programs name it, such as `azure-native:storage:Blob`."""

    async def check(self, call: Call, naming: Naming, old: Properties, new: Properties) -> Checked:
        """Defaults, automatic name, required inputs; `old` are the inputs in the state, empty for a new resource."""

    def plan(self, old: Properties, new: Properties) -> Plan:
        """What a change of inputs means."""

    def preview(self, inputs: Properties, old: Properties | None) -> Properties:
        """Outputs as far as they are known before a create (`old` is None) or an update (`old` are the outputs)."""

    async def create(self, call: Call, inputs: Properties) -> Live:
        """Makes the resource; raises `AlreadyExists` when it is there."""

    async def read(self, call: Call, resource_id: str, inputs: Properties, outputs: Properties) -> Live | None:
        """The resource as it is, None when it is gone; `inputs` are empty for an import."""

    async def update(self, call: Call, resource_id: str, inputs: Properties, old: Live) -> Properties:
        """Changes the resource in place; answers its outputs."""

    async def delete(self, call: Call, resource_id: str, old: Live) -> None:
        """Removes the resource; one that is gone is removed."""


class Function(Protocol):
    """One function of a provider."""

    @property
    def token(self) -> str:
        """The function as programs name it, such as `azure-native:storage:listStorageAccountKeys`."""

    async def invoke(self, call: Call, arguments: Properties) -> Properties:
        """The function's results; secrets among them are marked."""


@dataclass(frozen=True, slots=True)
class Package:
    """A provider.

    Attributes:
        name: The package, such as `azure-native`.
        version: The version of the SDK whose behaviour is stood in for.
        resources: All resource types, by token.
        functions: All functions, by token.
        refusals: Which keys of a configuration lead elsewhere than to localcloud, and why each can't be used.
    """

    name: str
    version: str
    resources: Mapping[str, Resource]
    functions: Mapping[str, Function]
    refusals: Callable[[Properties], Mapping[str, str]] = lambda _configuration: {}


def plan_from(
    old: Properties, new: Properties, create_only: frozenset[str], *, delete_first: bool, in_place: bool = True
) -> Plan:
    """The plan that create-only data give.

    Args:
        old: The inputs in the state.
        new: The inputs that are wanted.
        create_only: Properties that can't be changed in place (`a`, `a.b`, `a[].b`).
        delete_first: Whether a replacement is made only after the old resource is gone.
        in_place: False when every property is create-only.
    """
    changes = differences(old, new)
    replacing = frozenset(change.path for change in changes if not in_place or covers(change.rule, create_only))
    return Plan(tuple(changes), replacing, bool(replacing) and delete_first)


def missing(inputs: Mapping[str, Any], required: tuple[str, ...]) -> tuple[str, ...]:
    """The required properties (`a`, `a.b`, `a[].b`) that are not there; none is missed inside an absent object."""
    return tuple(path for name in required for path in _missing(reveal(dict(inputs)), name.split("."), ""))


def _missing(value: Any, names: list[str], path: str) -> list[str]:
    if not isinstance(value, dict):
        return []
    name, *rest = names
    is_list = name.endswith("[]")
    name = name.removesuffix("[]")
    place = f"{path}.{name}" if path else name
    if name not in value:
        return [] if rest else [place]
    if is_list and isinstance(value[name], list):
        return [gap for index, item in enumerate(value[name]) for gap in _missing(item, rest, f"{place}[{index}]")]
    return _missing(value[name], rest, place) if rest else []
