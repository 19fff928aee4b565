"""Log Analytics workspaces."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime

from localcloud.arm.errors import BadRequest
from localcloud.arm.resource_type import Action, ActionRequest, Facts, Request, ResourceType

_RETENTION_DAYS = range(7, 731)


class LogAnalyticsWorkspaces(ResourceType):
    """`Microsoft.OperationalInsights/workspaces`."""

    type = "Microsoft.OperationalInsights/workspaces"
    asynchronous = True
    facts = Facts(
        name_rule="[A-Za-z0-9][A-Za-z0-9-]{2,61}[A-Za-z0-9]",
        name_error="Workspace name '{name}' is invalid: it should include 4-63 letters, digits or '-'. The '-' "
        "shouldn't be the first or the last symbol.",
        read_only=(
            "properties.customerId",
            "properties.provisioningState",
            "properties.createdDate",
            "properties.modifiedDate",
            "properties.sku.lastSkuUpdate",
        ),
        defaults={
            "properties.sku.name": "PerGB2018",
            "properties.retentionInDays": 30,
            "properties.publicNetworkAccessForIngestion": "Enabled",
            "properties.publicNetworkAccessForQuery": "Enabled",
        },
    )

    def admit(self, request: Request) -> None:
        """Checks what is required and the retention's range."""
        if not request.document.get("location"):
            raise BadRequest("The location property is required for this definition.", "LocationRequired")
        if request.properties["retentionInDays"] not in _RETENTION_DAYS:
            raise BadRequest("'RetentionInDays' property doesn't match the SKU limits.", "InvalidParameter")

    def provision(self, request: Request) -> None:
        """Adds what only the service sets."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        request.properties.setdefault("customerId", str(uuid.uuid5(uuid.NAMESPACE_URL, request.id.key)))
        request.properties.setdefault("createdDate", now)
        request.properties["modifiedDate"] = now

    def actions(self) -> Mapping[str, Action]:
        """The keys that agents send data with."""
        return {"sharedKeys": _shared_keys}


def _shared_keys(request: ActionRequest) -> dict[str, str]:
    return {
        f"{name}SharedKey": base64.b64encode(
            request.cloud.settings.derive("log-analytics", request.id.key, name)
            + request.cloud.settings.derive("log-analytics-2", request.id.key, name)
        ).decode()
        for name in ("primary", "secondary")
    }
