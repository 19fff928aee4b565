"""Role assignments: who may do what at the resource."""

import re
from collections import Counter
from collections.abc import Sequence
from enum import Enum
from typing import NotRequired, TypedDict

import pulumi
from pulumi_azure_native import authorization

from .._component import choice, key_problems, known
from ..pull._grants import grant_name, role_definition_id
from ..rules import ArmId, Problem
from ._roles import role_guid, role_problems
from ._subject import Subject

_GUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


class PrincipalType(str, Enum):
    """What a principal is; with it Azure does not look the principal up, which a new one would not survive."""

    USER = "User"
    """A person."""
    GROUP = "Group"
    """A group of the directory."""
    SERVICE_PRINCIPAL = "ServicePrincipal"
    """A service principal or a managed identity."""
    FOREIGN_GROUP = "ForeignGroup"
    """A group of another directory."""
    DEVICE = "Device"
    """A device."""


class RoleAssignment(TypedDict):
    """A role at the resource."""

    principal_id: pulumi.Input[str]
    """Required. Object id of the user, group, service principal or identity (of an application: not the client id)."""

    role: str
    """Required. Name of a built-in role, GUID of a role definition, or its full id. Example: `AcrPush`."""

    name: NotRequired[str]
    """Optional. Name of the assignment, a GUID: that of one that is there already, as Azure takes no second one of the
    same principal and role. Default: made of resource, principal and role, the same in every run."""

    principal_type: NotRequired[PrincipalType]
    """Optional. Kind of the principal. Default: Azure looks it up."""

    description: NotRequired[str]
    """Optional. Why the role is given. Default: nothing is said."""


def problems(assignments: Sequence[RoleAssignment], subject: str) -> list[Problem]:
    """What is wrong with role assignments."""
    found: list[Problem] = []
    for place, assignment in enumerate(assignments):
        entry = f"{subject}[{place}]"
        found += key_problems(RoleAssignment, assignment, f"{entry}.")
        if "role" in assignment:
            found += role_problems(assignment["role"], f"{entry}.role")
        if "name" in assignment and not _GUID.fullmatch(assignment["name"]):
            example = "6f1e5d5e-0d5c-4b7a-9a57-0c9b8d4a1f1e"
            found.append(Problem(f"{entry}.name", "must be a GUID", assignment["name"], example))
        if "principal_type" in assignment:
            choice(PrincipalType, assignment["principal_type"], f"{entry}.principal_type", found)
    return found or _repeated(assignments, subject)


def create(subject: Subject, assignments: Sequence[RoleAssignment]) -> list[pulumi.Resource]:
    """Grants the roles."""
    return [
        _grant(subject, name, assignment)
        for name, assignment in zip(_child_names(subject.name, assignments), assignments, strict=True)
    ]


def _grant(subject: Subject, name: str, assignment: RoleAssignment) -> pulumi.Resource:
    guid = role_guid(assignment["role"])
    kind = assignment.get("principal_type")
    made_name = pulumi.Output.all(subject.resource_id, assignment["principal_id"]).apply(
        lambda ids: grant_name(ids[0], ids[1], guid)
    )
    return authorization.RoleAssignment(
        name,
        role_assignment_name=assignment.get("name", made_name),
        scope=subject.resource_id,
        principal_id=assignment["principal_id"],
        principal_type=PrincipalType(kind).value if kind else None,
        role_definition_id=subject.resource_id.apply(
            lambda text: role_definition_id(ArmId.parse(text).subscription_id, guid)
        ),
        description=assignment.get("description"),
        opts=subject.component.child(),
    )


def child_name(name: str, principal_id: str, guid: str) -> str:
    """Pulumi's name of a role assignment: by role and principal.

    Args:
        name: The component's name.
        principal_id: Object id of who has the role.
        guid: GUID of the role definition.
    """
    return f"{name}-role-{grant_name('', principal_id, guid)[:8]}"


def _child_names(name: str, assignments: Sequence[RoleAssignment]) -> list[str]:
    """A name by role and principal: by its place in the list, an entry that moves would be made a second time.

    A principal that is known only later counts by its place among those of the same role.
    """
    names, later = [], Counter[str]()
    for assignment in assignments:
        guid, principal = role_guid(assignment["role"]), known(assignment["principal_id"])
        if principal is None:
            later[guid] += 1
            principal = str(later[guid])
        names.append(child_name(name, principal, guid))
    return names


def _repeated(assignments: Sequence[RoleAssignment], subject: str) -> list[Problem]:
    pairs = Counter((known(one["principal_id"]), role_guid(one["role"])) for one in assignments)
    return [
        Problem(subject, "must not give a principal the same role twice", principal, "one of the two")
        for (principal, _), uses in pairs.items()
        if principal is not None and uses > 1
    ]
