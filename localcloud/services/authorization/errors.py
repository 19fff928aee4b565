"""What Microsoft.Authorization refuses, in its wording."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus

from localcloud.arm.errors import BadRequest, CloudError, Conflict


class InvalidRoleAssignmentId(BadRequest):
    """A name that is no GUID."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The role assignment ID '{name}' is not valid. The role assignment ID must be a GUID.",
            "InvalidRoleAssignmentId",
        )


class RoleDefinitionDoesNotExist(BadRequest):
    """A role that there is not; Azure's sentence, and which ones localcloud has."""

    def __init__(self, definition: str, available: Iterable[str]) -> None:
        super().__init__(
            f"The specified role definition with ID '{definition}' does not exist. "
            f"localcloud has these built-in roles: {', '.join(available)}.",
            "RoleDefinitionDoesNotExist",
        )


class RoleDefinitionNotFound(CloudError):
    """A GET of a role that there is not."""

    def __init__(self, definition: str) -> None:
        super().__init__(
            HTTPStatus.NOT_FOUND,
            "RoleDefinitionDoesNotExist",
            f"The specified role definition with ID '{definition}' does not exist.",
        )


class PrincipalNotFound(BadRequest):
    """A principal that the directory does not have, without a principalType that says what it will be."""

    def __init__(self, principal: str, tenant: str) -> None:
        super().__init__(
            f"Principal {principal} does not exist in the directory {tenant}. Check that you have the correct "
            "principal ID. If you are creating this principal and then immediately assigning a role, this error might "
            "be related to a replication delay. In this case, set the role assignment principalType property to a "
            "value, such as ServicePrincipal, User, or Group.  See https://aka.ms/docs-principaltype",
            "PrincipalNotFound",
        )


class RoleAssignmentExists(Conflict):
    """The same role for the same principal at the same scope, under another name."""

    def __init__(self) -> None:
        super().__init__("The role assignment already exists.", "RoleAssignmentExists")


class RoleAssignmentUpdateNotPermitted(BadRequest):
    """A role assignment is what it was created as."""

    def __init__(self) -> None:
        super().__init__(
            "Tenant ID, application ID, principal ID, and scope are not allowed to be updated.",
            "RoleAssignmentUpdateNotPermitted",
        )
