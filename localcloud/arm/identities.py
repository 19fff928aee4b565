"""The managed identities of a resource, for every type.

A system-assigned identity gets `principalId` and `tenantId`, each of `userAssignedIdentities` its `principalId` and
`clientId`.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from localcloud.arm.errors import BadRequest, InvalidRequestContent, InvalidResourceId
from localcloud.arm.ids import ResourceId

if TYPE_CHECKING:
    from localcloud.arm.store import Document
    from localcloud.cloud import Cloud

USER_ASSIGNED_TYPE = "Microsoft.ManagedIdentity/userAssignedIdentities"
_SYSTEM = "SystemAssigned"
_USER = "UserAssigned"
_KINDS = ("None", _SYSTEM, _USER)


@dataclass(frozen=True, slots=True)
class AssignedIdentity:
    """A user-assigned identity.

    Attributes:
        id: Its resource id, as the resource that has it wrote it.
        principal_id: The object id that role assignments name.
        client_id: What sign-in and registries call it.
    """

    id: str
    principal_id: str
    client_id: str


class FailedIdentityOperation(BadRequest):
    """An identity that can't be given to a resource; what the identity service says of it is inside."""

    def __init__(self, resource: str, reason: str) -> None:
        super().__init__(
            f"Identity operation for resource '{resource}' failed with error 'Failed to perform resource identity "
            f"operation. Status: 'BadRequest'. Response: "
            f'\'{{"error":{{"code":"BadRequest","message":"{reason}"}}}}\'.\'.',
            "FailedIdentityOperation",
        )


class MissingIdentityIds(BadRequest):
    """`UserAssigned` without an identity."""

    def __init__(self) -> None:
        super().__init__(
            "The identity ids must not be null or empty for 'UserAssigned' identity type.", "MissingIdentityIds"
        )


def complete(cloud: Cloud, resource_id: ResourceId, document: Document, existing: Document | None) -> None:
    """Fills in what only the cloud knows of a document's identities.

    Raises:
        InvalidRequestContent: `identity` is no object, or its type is none.
        MissingIdentityIds: `UserAssigned` without an identity.
        FailedIdentityOperation: An identity that is not there, or one beside another type.
    """
    identity = document.get("identity")
    if identity is None:
        return
    kinds = _kinds(identity)
    given = identity.pop("userAssignedIdentities", None)
    for name in ("principalId", "tenantId"):
        identity.pop(name, None)
    if _SYSTEM in kinds:
        identity["principalId"] = principal_id(existing) or str(uuid.uuid4())
        identity["tenantId"] = cloud.settings.tenant_id
    if _USER in kinds:
        identity["userAssignedIdentities"] = _resolved(cloud, resource_id, given)
    elif given:
        reason = (
            "The request format was unexpected, a non-UserAssigned identity type should not contain: "
            "userAssignedIdentities"
        )
        raise FailedIdentityOperation(resource_id.text, reason)


def principal_id(document: Document | None) -> str | None:
    """The object id of a resource's system-assigned identity; None when it has none."""
    identity = (document or {}).get("identity") or {}
    return identity.get("principalId")


def user_assigned(document: Document) -> tuple[AssignedIdentity, ...]:
    """The user-assigned identities of a resource."""
    found: dict[str, Any] = (document.get("identity") or {}).get("userAssignedIdentities") or {}
    return tuple(AssignedIdentity(key, value["principalId"], value["clientId"]) for key, value in found.items())


def find_assigned(document: Document, identity_id: str) -> AssignedIdentity | None:
    """One of a resource's user-assigned identities by its id, whatever the case; None when it does not have it."""
    wanted = ResourceId.parse(identity_id)
    return next((found for found in user_assigned(document) if ResourceId.parse(found.id) == wanted), None)


def register(cloud: Cloud, resource_id: ResourceId, document: Document, existing: Document | None) -> None:
    """Makes the service principal of a system-assigned identity, and removes the one that is not wanted any more."""
    before, now = principal_id(existing), principal_id(document)
    if before and before != now:
        cloud.directory.remove_principal(before)
    if now:
        cloud.directory.create_managed_identity(resource_id.name, resource_id.text, now)


def forget(cloud: Cloud, document: Document) -> None:
    """Removes the service principal of a system-assigned identity with its resource."""
    found = principal_id(document)
    if found:
        cloud.directory.remove_principal(found)


def _kinds(identity: Any) -> set[str]:
    text = identity.get("type") if isinstance(identity, dict) else None
    kinds = {kind.strip() for kind in text.split(",")} if isinstance(text, str) else {""}
    if not kinds <= set(_KINDS):
        known = ", ".join((*_KINDS, "SystemAssigned,UserAssigned"))
        raise InvalidRequestContent(f"identity.type '{text}' is none of {known}")
    return kinds


def _resolved(cloud: Cloud, resource_id: ResourceId, given: Any) -> Document:
    if not given or not isinstance(given, dict):
        raise MissingIdentityIds
    resolved = {}
    for key in given:
        found = _find(cloud, key)
        if found is None:
            raise FailedIdentityOperation(resource_id.text, f"Resource '{key}' was not found.")
        resolved[key] = {name: found["properties"][name] for name in ("principalId", "clientId")}
    return resolved


def _find(cloud: Cloud, key: str) -> Document | None:
    try:
        identity_id = ResourceId.parse(key)
    except InvalidResourceId:
        return None
    if identity_id.type.lower() != USER_ASSIGNED_TYPE.lower():
        return None
    return cloud.resources.find(identity_id)
