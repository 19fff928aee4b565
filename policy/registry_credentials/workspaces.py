"""Azure ML workspaces of a stack: their own registries, and their connections to others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
    found = next((one for one in stack.of_type(WORKSPACE) if one.urn in above), None)
    if found is not None or not (name := child.declared["workspaceName"].text()):
        return found
    return next((one for one in stack.of_type(WORKSPACE) if _names(one, name)), None)


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
    found = [one for one in stack.of_type(*REGISTRIES) if _names(one, wanted.name)]
    return [registry_host(one) for one in found] or [f"{wanted.name.lower()}.azurecr.io"]


def registry_host(registry: Resource) -> str:
    """The host of a registry, lower case; raises `Undecided`."""
    return host_of(registry["loginServer"].text() or "")


def connections(stack: Stack, workspace: Resource) -> Iterator[tuple[Resource, Login]]:
    """The connections of a workspace to container registries; raises `Undecided`."""
    for connection in stack.of_type(CONNECTION):
        if workspace_of(stack, connection) is workspace:
            for login in declared_logins(connection):
                yield connection, login


def _names(resource: Resource, name: str) -> bool:
    """Whether a resource has this name; a name that is not known yet is not it."""
    return resource["name"].known and str(resource["name"].raw).lower() == name.lower()
