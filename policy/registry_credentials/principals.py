"""Who pulls: the principals of a stack whose credential or identity pulls, or whose role does nothing else."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Final

from azureml_scoring.policy_kit import Malformed, Resource, Stack, Undecided

from .logins import LOGINS, declared_logins
from .roles import ASSIGNMENTS, PULL_ROLES, role_of

__all__ = ["principal", "pulling"]

_PRINCIPALS: Final = frozenset(
    {
        "azuread:index/application:Application",
        "azuread:index/applicationPassword:ApplicationPassword",
        "azuread:index/applicationRegistration:ApplicationRegistration",
        "azuread:index/servicePrincipal:ServicePrincipal",
        "azuread:index/servicePrincipalPassword:ServicePrincipalPassword",
        "azure-native:managedidentity:UserAssignedIdentity",
        "azure:authorization/userAssignedIdentity:UserAssignedIdentity",
    }
)
"""Types whose resources are a principal, or a part of one."""

_OF_LOGINS: Final = frozenset({"auth", "imageRegistryCredentials", "registries", "registryAuth"})
"""Properties that hold credentials and nothing else: what they depend on is who pulls."""


def principal(assignment: Resource) -> frozenset[Hashable]:
    """What tells whose role it is: the id where that is known, and the resources that it comes from."""
    value = assignment.declared["principalId"]
    known = {value.raw.lower()} if value.known and isinstance(value.raw, str) else set[str]()
    return frozenset({*known, *assignment.property_dependencies.get("principalId", ())})


def pulling(stack: Stack) -> frozenset[Hashable]:
    """Ids and resources of every principal that pulls."""
    found = set[Hashable]()
    for assignment in stack.of_type(*ASSIGNMENTS):
        if _role(assignment) in PULL_ROLES:
            found |= principal(assignment)
    held = set[str]()
    for resource in stack.of_type(*LOGINS):
        if _pulls(resource):
            held.update(*(urns for key, urns in resource.property_dependencies.items() if key in _OF_LOGINS))
    return frozenset(found | _principals(stack, held))


def _role(assignment: Resource) -> str | None:
    try:
        return role_of(assignment.declared)
    except (Undecided, Malformed):
        return None


def _pulls(resource: Resource) -> bool:
    """Whether it has a credential to pull with; one that can't be read is told by another rule."""
    try:
        return any(login.pulls for login in declared_logins(resource))
    except (Undecided, Malformed):
        return False


def _principals(stack: Stack, urns: Iterable[str]) -> set[str]:
    """Those of some resources that are principals, with what each of them is made of."""
    by_urn = {one.urn: one for one in stack.resources if one.type in _PRINCIPALS}
    beside: dict[str, set[str]] = {
        urn: {other for other in by_urn[urn].dependencies if other in by_urn} for urn in by_urn
    }
    for urn, one in by_urn.items():
        for other in one.dependencies:
            beside.get(other, set()).add(urn)
    found, left = set[str](), [urn for urn in urns if urn in by_urn]
    while left:
        urn = left.pop()
        if urn not in found:
            found.add(urn)
            left += beside[urn]
    return found
