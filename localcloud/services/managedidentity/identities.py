"""User-assigned identities: service principals of the directory that live and die with their resource."""

from __future__ import annotations

import uuid
from typing import ClassVar

from localcloud.arm.errors import BadRequest
from localcloud.arm.identities import USER_ASSIGNED_TYPE
from localcloud.arm.resource_type import Facts, Request, ResourceType

_SCOPES = ("None", "Regional")


class UserAssignedIdentities(ResourceType):
    """`Microsoft.ManagedIdentity/userAssignedIdentities`: written at once."""

    type: ClassVar[str] = USER_ASSIGNED_TYPE
    stateful: ClassVar[bool] = False
    facts: ClassVar[Facts] = Facts(
        name_rule=r"[a-zA-Z0-9][-\w]{2,127}",
        name_error="The identity name '{name}' is invalid: 3 to 128 letters, digits, '-' and '_', beginning with a "
        "letter or a digit.",
        read_only=("properties.tenantId", "properties.principalId", "properties.clientId"),
        defaults={"properties.isolationScope": "None"},
    )

    def admit(self, request: Request) -> None:
        """An identity needs a location; its isolation is one of two."""
        if not request.document.get("location"):
            raise BadRequest("The location property is required for this definition.", "LocationRequired")
        scope = request.properties["isolationScope"]
        if scope not in _SCOPES:
            raise BadRequest(f"The isolationScope '{scope}' is invalid; valid are {', '.join(_SCOPES)}.")

    def provision(self, request: Request) -> None:
        """Makes the service principal at the first time."""
        if request.existing is not None:
            return
        principal = request.cloud.directory.create_managed_identity(
            request.id.name, request.id.text, str(uuid.uuid4()), explicit=True
        )
        request.properties |= {
            "tenantId": request.cloud.settings.tenant_id,
            "principalId": principal["id"],
            "clientId": principal["appId"],
        }

    def remove(self, request: Request) -> None:
        """Takes the service principal along."""
        request.cloud.directory.remove_principal(request.properties["principalId"])
