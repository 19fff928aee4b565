"""Role assignments at a resource that is adopted, as inputs of its component and as rows of the import."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from azureml_scoring.interfaces.role_assignment import child_name
from azureml_scoring.pull._grants import role_definition_id

from tools.adopt.adoption import Row
from tools.adopt.export import ROLE_ASSIGNMENT, Resource
from tools.adopt.holding import row, same

_GUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")


def roles_at(subject: Resource, component: str, export: Sequence[Resource]) -> tuple[list[dict[str, Any]], list[Row]]:
    """The input `role_assignments` of a component, and the rows of what it makes.

    Those of a group or a subscription hold at the resource, too, and are not its own.

    Args:
        subject: The registry, or the workspace.
        component: Name of the component.
        export: All resources.
    """
    inputs, rows = list[dict[str, Any]](), list[Row]()
    for assignment in assignments_at(subject, export):
        role, principal = (
            str(assignment.at("properties.roleDefinitionId")),
            str(assignment.at("properties.principalId")),
        )
        found = _GUID.search(role)
        if found is None:
            continue
        guid, subscription = found.group().lower(), subject.id.split("/")[2]
        entry = {"principal_id": principal, "role": guid, "name": assignment.name}
        for key, path in (("principal_type", "principalType"), ("description", "description")):
            if value := assignment.at(f"properties.{path}"):
                entry[key] = value
        inputs.append(entry)
        sets = {path: same(None) for path in ("scope", "roleAssignmentName", "principalId")}
        sets |= {path: same(None) for path in ("principalType", "description") if assignment.at(f"properties.{path}")}
        sets["roleDefinitionId"] = role, role_definition_id(subscription, guid)
        rows.append(row(assignment, "authorization:RoleAssignment", child_name(component, principal, guid), sets))
    return inputs, rows


def assignments_at(subject: Resource, export: Sequence[Resource]) -> Iterator[Resource]:
    """The role assignments whose scope is the resource itself."""
    prefix = f"{subject.id}/providers/{ROLE_ASSIGNMENT}/".lower()
    return (resource for resource in export if resource.id.lower().startswith(prefix))
