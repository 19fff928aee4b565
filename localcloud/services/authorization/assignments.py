"""Microsoft.Authorization/roleAssignments and roleDefinitions."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar

from localcloud.arm.errors import CloudError, InvalidRequestContent, NotEmulated, ResourceNotFound
from localcloud.arm.resource_type import Facts, Request, ResourceType
from localcloud.services.authorization import roles
from localcloud.services.authorization.access import ASSIGNMENT_TYPE
from localcloud.services.authorization.errors import (
    InvalidRoleAssignmentId,
    PrincipalNotFound,
    RoleAssignmentExists,
    RoleAssignmentUpdateNotPermitted,
    RoleDefinitionDoesNotExist,
)

if TYPE_CHECKING:
    from localcloud.arm.ids import ResourceId
    from localcloud.arm.store import Document
    from localcloud.cloud import Cloud

_FILTER = re.compile(r"\s*(principalId|assignedTo)(?:\s+eq\s+|\()'([0-9a-fA-F-]+)'\)?\s*|\s*atScope\(\)\s*")


class RoleAssignment(ResourceType):
    """A role for a principal at a scope."""

    type: ClassVar[str] = ASSIGNMENT_TYPE
    facts: ClassVar[Facts] = Facts(
        create_only=("properties.principalId", "properties.roleDefinitionId"),
        read_only=(
            "properties.scope",
            "properties.createdOn",
            "properties.createdBy",
            "properties.updatedOn",
            "properties.updatedBy",
        ),
    )
    stateful: ClassVar[bool] = False
    extension: ClassVar[bool] = True

    def check_name(self, resource_id: ResourceId) -> None:
        """The name is a GUID."""
        try:
            uuid.UUID(resource_id.name)
        except ValueError:
            raise InvalidRoleAssignmentId(resource_id.name) from None

    def change_refused(self, request: Request, changed: list[str]) -> CloudError:
        """One sentence, whatever changes."""
        del request, changed
        return RoleAssignmentUpdateNotPermitted()

    def admit(self, request: Request) -> None:
        """Role and principal have to be there, and their pair may not be assigned at this scope already."""
        properties = request.properties
        for name in ("roleDefinitionId", "principalId"):
            if not isinstance(properties.get(name), str) or not properties[name]:
                raise InvalidRequestContent(f"properties.{name} is required")
        if roles.find(properties["roleDefinitionId"]) is None:
            known = (role.name for role in roles.ROLES)
            raise RoleDefinitionDoesNotExist(properties["roleDefinitionId"].rsplit("/", 1)[-1], known)
        if not properties.get("principalType") and not _principal_exists(request.cloud, properties["principalId"]):
            raise PrincipalNotFound(properties["principalId"], request.cloud.settings.tenant_id)
        if request.existing is None and any(_same(other, request) for other in _all(request.cloud)):
            raise RoleAssignmentExists

    def provision(self, request: Request) -> None:
        """Fills in what the service knows."""
        now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
        properties = request.properties
        properties["scope"] = request.id.scope
        properties.setdefault("principalType", "ServicePrincipal")
        properties.setdefault("createdOn", now)
        properties["updatedOn"] = now

    def listed(self, cloud: Cloud, scope: str, query: Mapping[str, str]) -> list[Document]:
        """All at a scope and below; `$filter` takes `atScope()` and `principalId eq '...'`."""
        text = query.get("$filter", "")
        parsed = _FILTER.fullmatch(text)
        if text and parsed is None:
            raise NotEmulated(f"the filter {text!r} of {self.type}", ["atScope()", "principalId eq '{id}'"])
        principal = (parsed.group(2) or "").lower() if parsed else ""
        found = super().listed(cloud, scope, query)
        return [found_ for found_ in found if principal in ("", found_["properties"]["principalId"].lower())]


class RoleDefinition(ResourceType):
    """The built-in roles: the same at every scope, read-only."""

    type: ClassVar[str] = roles.TYPE
    extension: ClassVar[bool] = True

    def admit(self, request: Request) -> None:
        """Custom roles are not emulated."""
        del request
        raise NotEmulated("custom role definitions", (role.name for role in roles.ROLES))

    def read(self, cloud: Cloud, resource_id: ResourceId) -> Document:
        """A built-in role by its GUID."""
        role = roles.find(resource_id.name)
        if role is None:
            raise ResourceNotFound(resource_id.type_and_name, resource_id.group)
        return _definition(cloud, role)

    def listed(self, cloud: Cloud, scope: str, query: Mapping[str, str]) -> list[Document]:
        """All of them; `$filter` takes `roleName eq '...'`."""
        del scope
        parsed = re.fullmatch(r"\s*roleName\s+eq\s+'([^']*)'\s*", query.get("$filter", ""))
        wanted = parsed.group(1).lower() if parsed else None
        return [_definition(cloud, role) for role in roles.ROLES if wanted in (None, role.name.lower())]


def _all(cloud: Cloud) -> list[Document]:
    return cloud.resources.of_type(ASSIGNMENT_TYPE)


def _same(other: Document, request: Request) -> bool:
    return (
        other["properties"]["scope"].lower() == request.id.scope.lower()
        and other["properties"]["principalId"].lower() == request.properties["principalId"].lower()
        and roles.find(other["properties"]["roleDefinitionId"]) == roles.find(request.properties["roleDefinitionId"])
    )


def _principal_exists(cloud: Cloud, object_id: str) -> bool:
    """Whether it is a service principal or the identity of a resource."""
    return cloud.directory.exists(object_id) or any(
        (document.get("identity") or {}).get("principalId") == object_id for document in cloud.resources.below("")
    )


def _definition(cloud: Cloud, role: roles.Role) -> Document:
    return {
        "id": f"/subscriptions/{cloud.settings.subscription_id}/providers/{roles.TYPE}/{role.id}",
        "name": role.id,
        "type": roles.TYPE,
        "properties": {
            "roleName": role.name,
            "type": "BuiltInRole",
            "description": role.description,
            "assignableScopes": ["/"],
            "permissions": [
                {
                    "actions": list(role.actions),
                    "notActions": list(role.not_actions),
                    "dataActions": list(role.data_actions),
                    "notDataActions": [],
                }
            ],
        },
    }
