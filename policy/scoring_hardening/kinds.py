"""What the rules read of several types: containers, online endpoints and deployments, in every shape they have."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from azureml_scoring.policy_kit import NotChecked, Resource, Result, Undecided, Value

__all__ = [
    "DEPLOYMENT",
    "ENDPOINT",
    "GROUP_TYPES",
    "ML",
    "REGISTRY",
    "TEMPLATE",
    "WORKLOADS",
    "WORKSPACE",
    "Variable",
    "body",
    "endpoints",
    "guarded",
    "has_variable",
    "one_of",
    "ports",
    "variable",
    "variables",
]

ML: Final = "azure-native:machinelearningservices"
ENDPOINT: Final = f"{ML}:OnlineEndpoint"
DEPLOYMENT: Final = f"{ML}:OnlineDeployment"
WORKSPACE: Final = f"{ML}:Workspace"
REGISTRY: Final = "azure-native:containerregistry:Registry"
TEMPLATE: Final = "azure-native:resources:Deployment"
GROUP_TYPES: Final = (
    "azure-native:containerinstance:ContainerGroup",
    "azure-native:containerinstance:ContainerGroupProfile",
    "azure-native:containerinstance:CGProfile",
)


def _workloads() -> dict[str, str]:
    kinds = {"core": "ReplicationController", "apps": "Deployment StatefulSet DaemonSet ReplicaSet"}
    kinds["extensions"] = "Deployment DaemonSet ReplicaSet"
    found = {"kubernetes:core:Pod": "spec"}
    for group, names in kinds.items():
        found |= {f"kubernetes:{group}:{name}": "spec.template.spec" for name in names.split()}
    return found


WORKLOADS: Final[Mapping[str, str]] = _workloads()
"""Kubernetes types whose pods run on and on, and where the pod stands."""

_BODIES: Final = {
    ENDPOINT: "onlineEndpointProperties",
    DEPLOYMENT: "onlineDeploymentProperties",
    f"{ML}:EnvironmentVersion": "environmentVersionProperties",
    f"{ML}:RegistryEnvironmentVersion": "environmentVersionProperties",
}
"""What azure-native 1 and 2 call the property that is `properties` in 3."""
_ARM_ENDPOINT: Final = "microsoft.machinelearningservices/workspaces/onlineendpoints"


def body(resource: Resource) -> Value:
    """The properties of a resource of Azure ML, whatever the version of the provider calls them."""
    old = resource[_BODIES.get(resource.type, "properties")]
    return old if old.raw is not None else resource["properties"]


def endpoints(resource: Resource) -> Iterator[Value]:
    """Properties of each online endpoint: a resource's own, or those in the template that a deployment of ARM puts."""
    if resource.type == ENDPOINT:
        yield body(resource)
        return
    for one in resource.properties.at("properties.template")["resources"].elements():
        if one["type"].raw is not None and (one["type"].text() or "").lower() == _ARM_ENDPOINT:
            yield one["properties"]


def one_of(value: Value, *wanted: str) -> bool:
    """Whether a text is one of these, in upper or lower case; raises `Undecided`."""
    return (value.text() or "").lower() in {text.lower() for text in wanted}


def ports(holder: Value) -> list[int]:
    """The numbers in `ports` of a container or of an address; raises `Undecided`."""
    found = [one["port"].number() for one in holder["ports"].elements()]
    return [int(number) for number in found if number is not None]


@dataclass(frozen=True)
class Variable:
    """An environment variable of a container.

    Attributes:
        name: Its name.
        value: Its plain value; absent where it comes from a secret of Azure or Kubernetes.
        label: How a message calls it.
        path: Where it stands in the resource, for a change.
    """

    name: str
    value: Value
    label: str
    path: str


def variables(listed: Value) -> list[Value]:
    """The entries of environment variables, in any of their shapes; raises `Undecided` and `Malformed`."""
    return list(listed.entries().values()) if isinstance(listed.raw, Mapping) else listed.elements()


def variable(entry: Value, *, keyed: bool = False) -> Variable:
    """Read `{name, value}`, `NAME=value`, or with `keyed` the value of an object; raises `Undecided`, `Malformed`."""
    if keyed:
        name = entry.path.rpartition(".")[2]
        return Variable(name, entry, entry.path, entry.path)
    if isinstance(entry.raw, Mapping):
        return Variable(entry["name"].text() or "", entry["value"], entry.label, entry.path)
    name, _, text = (entry.text() or "").partition("=")
    return Variable(name, Value(text, entry.path, entry.secret), f"{entry.path} {name!r}", entry.path)


def has_variable(listed: Value, wanted: Callable[[str, str], bool]) -> bool:
    """Whether a variable is wanted, by name and value; raises `Undecided` where only an unknown one can be."""
    unknown: Undecided | None = None
    for entry in variables(listed):
        try:
            one = variable(entry)
            if wanted(one.name, str(one.value.text() or "")):
                return True
        except Undecided as undecided:
            unknown = undecided
    if unknown is not None:
        raise unknown
    return False


def guarded(label: str, check: Callable[[], Iterator[Result]]) -> Iterator[Result]:
    """Judge a part by itself: where it is unknown, it hides nothing else."""
    try:
        yield from check()
    except Undecided as unknown:
        yield NotChecked(label, unknown.path)
