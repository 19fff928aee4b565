"""Microsoft.Authorization/roleAssignments and roleDefinitions."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from localcloud.arm.errors import CloudError, InvalidRequestContent, NotEmulated
from localcloud.arm.ids import covers
from localcloud.arm.resource_type import Facts, Request, ResourceType
from localcloud.control.clock import text
from localcloud.services.authorization import roles
from localcloud.services.authorization.access import ASSIGNMENT_TYPE
from localcloud.services.authorization.errors import (
    InvalidRoleAssignmentId,
    PrincipalNotFound,
    RoleAssignmentExists,
    RoleAssignmentUpdateNotPermitted,
    RoleDefinitionDoesNotExist,
    RoleDefinitionNotFound,
)

if TYPE_CHECKING:
    from localcloud.arm.ids import ResourceId
    from localcloud.arm.store import Document
    from localcloud.cloud import Cloud

_AT_SCOPE = "atScope()"
_PRINCIPAL = re.compile(r"principalId\s+eq\s+'([^']*)'|assignedTo\('([^']*)'\)")
_ROLE_NAME = re.compile(r"roleName\s+eq\s+'([^']*)'")
_ANY_ROLE = frozenset({"type eq 'BuiltInRole'", "atScopeAndBelow()", _AT_SCOPE})


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
        if properties.get("condition"):
            raise NotEmulated("conditions of role assignments", ["assignments without a condition"])
        if roles.find(properties["roleDefinitionId"]) is None:
            known = (role.name for role in roles.ROLES)
            raise RoleDefinitionDoesNotExist(properties["roleDefinitionId"].rsplit("/", 1)[-1], known)
        if not properties.get("principalType") and not request.cloud.directory.exists(properties["principalId"]):
            raise PrincipalNotFound(properties["principalId"], request.cloud.settings.tenant_id)
        if request.existing is None and any(_same(other, request) for other in _all(request.cloud)):
            raise RoleAssignmentExists

    def provision(self, request: Request) -> None:
        """Fills in what the service knows."""
        now = text(request.cloud.clock.now())
        properties = request.properties
        properties["scope"] = request.id.scope
        properties["principalType"] = properties.get("principalType") or "ServicePrincipal"
        properties.setdefault("createdOn", now)
        properties["updatedOn"] = now

    def listed(self, cloud: Cloud, scope: str, query: Mapping[str, str]) -> list[Document]:
        """All at a scope, above and below it; `$filter` takes `atScope()`, `principalId eq '...'`, `assignedTo('...')`.

        `atScope()` leaves out those below. Groups have no members here, so that the other two mean the same.
        """
        terms = _terms(query)
        principals = [parsed for term in terms if (parsed := _PRINCIPAL.fullmatch(term))]
        if len(principals) + terms.count(_AT_SCOPE) < len(terms):
            known = [_AT_SCOPE, "principalId eq '{id}'", "assignedTo('{id}')"]
            raise NotEmulated(f"the filter {query['$filter']!r} of {self.type}", known)
        wanted = {(parsed.group(1) or parsed.group(2)).lower() for parsed in principals}
        return [
            found
            for found in _all(cloud)
            if _is_seen(found["properties"]["scope"], scope, above_only=_AT_SCOPE in terms)
            and wanted <= {found["properties"]["principalId"].lower()}
        ]


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
        del cloud
        role = roles.find(resource_id.name)
        if role is None:
            raise RoleDefinitionNotFound(resource_id.name)
        return _definition(resource_id.subscription, role)

    def listed(self, cloud: Cloud, scope: str, query: Mapping[str, str]) -> list[Document]:
        """All of them; `$filter` takes `roleName eq '...'`."""
        del cloud
        terms = [term for term in _terms(query) if term not in _ANY_ROLE]
        named = [parsed.group(1).lower() for term in terms if (parsed := _ROLE_NAME.fullmatch(term))]
        if len(named) < len(terms):
            raise NotEmulated(f"the filter {query['$filter']!r} of {self.type}", ["roleName eq '{name}'"])
        subscription = _subscription(scope)
        return [_definition(subscription, role) for role in roles.ROLES if set(named) <= {role.name.lower()}]


def _all(cloud: Cloud) -> list[Document]:
    return cloud.resources.of_type(ASSIGNMENT_TYPE)


def _same(other: Document, request: Request) -> bool:
    return (
        other["properties"]["scope"].lower() == request.id.scope.lower()
        and other["properties"]["principalId"].lower() == request.properties["principalId"].lower()
        and roles.find(other["properties"]["roleDefinitionId"]) == roles.find(request.properties["roleDefinitionId"])
    )


def _terms(query: Mapping[str, str]) -> list[str]:
    """What `$filter` asks for: terms that `and` joins."""
    text = query.get("$filter", "").strip()
    return re.split(r"\s+and\s+", text) if text else []


def _is_seen(assigned: str, scope: str, *, above_only: bool) -> bool:
    """Whether a list at a scope has what is assigned at another one."""
    return covers(assigned, scope or "/") or (not above_only and covers(scope or "/", assigned))


def _subscription(scope: str) -> str:
    first, _, rest = scope.strip("/").partition("/")
    return rest.partition("/")[0] if first == "subscriptions" else ""


def _definition(subscription: str, role: roles.Role) -> Document:
    scope = f"/subscriptions/{subscription}" if subscription else ""
    return {
        "id": f"{scope}/providers/{roles.TYPE}/{role.id}",
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
