"""Azure ML workspaces of a stack: their own registries, and their connections to others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from azureml_scoring.policy_kit import Malformed, Resource, Stack
from azureml_scoring.rules import ArmId, InvalidArmId

from .hosts import host_of
from .login import Login
from .logins import declared_logins

__all__ = ["CONNECTION", "REGISTRIES", "WORKSPACE", "connections", "own_hosts", "registry_host", "workspace_of"]

CONNECTION: Final = "azure-native:machinelearningservices:WorkspaceConnection"
WORKSPACE: Final = "azure-native:machinelearningservices:Workspace"
REGISTRIES: Final = ("azure-native:containerregistry:Registry", "azure:containerservice/registry:Registry")
"""Types of container registries."""


def workspace_of(stack: Stack, child: Resource) -> Resource | None:
    """The workspace that a resource lies in, if the stack has it; raises `Undecided`."""
    above = child.property_dependencies.get("workspaceName", ())
    found = next((one for one in map(stack.get, above) if one is not None and one.type == WORKSPACE), None)
    if found is not None or not (name := child.declared["workspaceName"].text()):
        return found
    return next(iter(stack.once(_workspaces).get(name.lower(), ())), None)


def own_hosts(stack: Stack, workspace: Resource) -> Sequence[str]:
    """The host of a workspace's own registry; empty where it has none, or the stack does not show which.

    Raises:
        Undecided: It is not known yet.
        Malformed: The workspace's registry is no ARM id.
    """
    registry = workspace.declared["containerRegistry"].text() or workspace["containerRegistry"].text()
    if not registry:
        return ()
    try:
        wanted = ArmId.parse(registry)
    except InvalidArmId:
        raise Malformed("containerRegistry", "the ARM id of a registry") from None
    # A registry's name is one of a kind in all of Azure, and its id is not among its outputs.
    found = stack.once(_registries).get(wanted.name.lower(), ())
    return [registry_host(one) for one in found] or [f"{wanted.name.lower()}.azurecr.io"]


def registry_host(registry: Resource) -> str:
    """The host of a registry, lower case; raises `Undecided`."""
    return host_of(registry["loginServer"].text() or "")


def connections(stack: Stack, workspace: Resource) -> Iterator[tuple[Resource, Login]]:
    """The connections of a workspace to container registries; raises `Undecided`."""
    for connection in stack.once(_connected).get(workspace.urn, ()):
        for login in declared_logins(connection):
            yield connection, login


def _workspaces(stack: Stack) -> Mapping[str, Sequence[Resource]]:
    return _named(stack.of_type(WORKSPACE))


def _registries(stack: Stack) -> Mapping[str, Sequence[Resource]]:
    return _named(stack.of_type(*REGISTRIES))


def _named(resources: Iterable[Resource]) -> Mapping[str, Sequence[Resource]]:
    """Resources by name, lower case; one whose name is not known yet is nowhere."""
    found: dict[str, list[Resource]] = {}
    for one in resources:
        if one["name"].known:
            found.setdefault(str(one["name"].raw).lower(), []).append(one)
    return found


def _connected(stack: Stack) -> Mapping[str, Sequence[Resource]]:
    """Connections by the URN of their workspace; raises `Undecided`."""
    found: dict[str, list[Resource]] = {}
    for connection in stack.of_type(CONNECTION):
        workspace = workspace_of(stack, connection)
        if workspace is not None:
            found.setdefault(workspace.urn, []).append(connection)
    return found
