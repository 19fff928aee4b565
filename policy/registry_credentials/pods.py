"""The credentials with which Kubernetes pulls: secrets that a pod or its service account names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from azureml_scoring.policy_kit import Resource, Stack, Undecided, Value
from azureml_scoring.policy_kit.images import IMAGES
from azureml_scoring.policy_kit.values import UNKNOWN

from .docker_files import DOCKER_FILES
from .login import Login
from .logins import declared_logins

__all__ = ["PODS", "Pulls", "has_own_account", "pod_of", "pulls_in"]

_CONTAINERS: Final = ".containers[*].image"
PODS: Final[Mapping[str, str]] = {
    type_: path.removesuffix(_CONTAINERS)
    for type_, paths in IMAGES.items()
    for path in paths
    if type_.startswith("kubernetes:") and path.endswith(_CONTAINERS)
}
"""Type without API version, and where its pods are described."""

_NAME: Final = "metadata.name"
_ACCOUNTS: Final = ("kubernetes:core:ServiceAccount", "kubernetes:core:ServiceAccountPatch")


def pod_of(resource: Resource, path: str) -> Value:
    """The description of the pod in which something stands; nothing where no pod is around it."""
    found = (pod for _, pod in resource.properties.find(PODS[resource.type]) if path.startswith(f"{pod.path}."))
    return next(found, Value(None, PODS[resource.type]))


def has_own_account(pod: Value) -> bool:
    """Whether a pod runs under an account of its own, which may bring secrets; raises `Undecided`."""
    return (pod["serviceAccountName"].text() or pod["serviceAccount"].text() or "default") != "default"


@dataclass(frozen=True)
class Pulls:
    """What a pod pulls with, as far as the stack shows it.

    Attributes:
        named: Whether it, or its service account, names a secret.
        logins: The credentials of the secrets that are in the stack.
        whole: Whether every secret that is named is in the stack.
    """

    named: bool
    logins: Sequence[Login]
    whole: bool


def pulls_in(stack: Stack, pod: Value) -> Pulls:
    """Find a pod's secrets, those of its service account too; raises `Undecided` and `Malformed`."""
    named, whole = _names(pod), True
    if has_own_account(pod):
        account = pod["serviceAccountName"].text() or pod["serviceAccount"].text() or ""
        found = _called(stack, _ACCOUNTS, account)
        named = [*named, *(name for one in found for name in _names(one.properties))]
        whole = bool(found)
    secrets = {name: _called(stack, tuple(DOCKER_FILES), name) for name in named}
    logins = [login for held in secrets.values() for secret in held for login in declared_logins(secret)]
    return Pulls(bool(named), logins, whole and all(secrets.values()))


def _names(holder: Value) -> list[str]:
    return [element["name"].text() or "" for element in holder["imagePullSecrets"].elements()]


def _called(stack: Stack, types: Sequence[str], name: str) -> list[Resource]:
    """The resources of these types with a name; raises `Undecided` where one whose name is unknown may be it."""
    known = [one for type_ in types for one in stack.once(_by_name).get((type_, name), ())]
    unknown = (one for type_ in types for one in stack.once(_by_name).get((type_, UNKNOWN), ()))
    if not known and next(unknown, None) is not None:
        raise Undecided(_NAME)
    return known


def _by_name(stack: Stack) -> Mapping[tuple[str, str], Sequence[Resource]]:
    """What pods name, by type and name."""
    found: dict[tuple[str, str], list[Resource]] = {}
    for one in stack.of_type(*_ACCOUNTS, *DOCKER_FILES):
        name = one.properties.at(_NAME)
        found.setdefault((one.type, str(name.raw) if name.known else UNKNOWN), []).append(one)
    return found
