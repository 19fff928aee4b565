"""Application Insights components."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from localcloud.arm.errors import BadRequest
from localcloud.arm.ids import ResourceId
from localcloud.arm.resource_type import Facts, Request, ResourceType


class Components(ResourceType):
    """`Microsoft.Insights/components`."""

    type = "Microsoft.Insights/components"
    facts = Facts(
        name_rule=r"[-\w.()]{1,260}",
        read_only=(
            "properties.ApplicationId",
            "properties.AppId",
            "properties.Name",
            "properties.InstrumentationKey",
            "properties.ConnectionString",
            "properties.CreationDate",
            "properties.TenantId",
            "properties.provisioningState",
        ),
        defaults={
            "properties.Flow_Type": "Bluefield",
            "properties.Request_Source": "rest",
            "properties.SamplingPercentage": 100.0,
            "properties.DisableIpMasking": False,
            "properties.publicNetworkAccessForIngestion": "Enabled",
            "properties.publicNetworkAccessForQuery": "Enabled",
        },
    )

    def admit(self, request: Request) -> None:
        """Checks what is required and that the workspace is there."""
        for name, value in (("location", request.document.get("location")), ("kind", request.document.get("kind"))):
            if not value:
                raise BadRequest(f"'{name}' is required for an Application Insights component.")
        if request.properties.get("Application_Type") not in ("web", "other"):
            raise BadRequest("Application_Type must be 'web' or 'other'.")
        workspace = request.properties.get("WorkspaceResourceId")
        if workspace and request.cloud.resources.find(ResourceId.parse(workspace)) is None:
            raise BadRequest(f"Workspace not found: the resource '{workspace}' doesn't exist.")

    def provision(self, request: Request) -> None:
        """Adds what only the service sets."""
        key = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{request.id.key}/instrumentation"))
        linked = request.properties.get("WorkspaceResourceId")
        request.properties.setdefault("CreationDate", datetime.now(UTC).isoformat())
        request.properties.setdefault("IngestionMode", "LogAnalytics" if linked else "ApplicationInsights")
        request.properties |= {
            "ApplicationId": request.id.name,
            "Name": request.id.name,
            "AppId": str(uuid.uuid5(uuid.NAMESPACE_URL, request.id.key)),
            "InstrumentationKey": key,
            "ConnectionString": f"InstrumentationKey={key}",
            "TenantId": request.cloud.settings.tenant_id,
        }
