"""`listKeys` of a workspace: the keys of what it depends on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.arm.ids import ResourceId
from localcloud.services.containerregistry.registries import PASSWORDS, admin_passwords
from localcloud.services.storage.accounts import keys

if TYPE_CHECKING:
    from localcloud.arm.resource_type import ActionRequest


def list_keys(request: ActionRequest) -> dict[str, Any]:
    """Storage key, instrumentation key, and the registry's admin credentials while its admin user is on."""
    properties = request.document["properties"]
    account = request.cloud.resources.get(ResourceId.parse(properties["storageAccount"]))
    insights = properties.get("applicationInsights")
    component = request.cloud.resources.find(ResourceId.parse(insights)) if insights else None
    return {
        "userStorageKey": keys(request.cloud, account)[0],
        "userStorageArmId": properties["storageAccount"],
        "appInsightsInstrumentationKey": component["properties"]["InstrumentationKey"] if component else None,
        "containerRegistryCredentials": _registry_credentials(request),
        "notebookAccessKeys": {"primaryAccessKey": None, "secondaryAccessKey": None},
    }


def _registry_credentials(request: ActionRequest) -> dict[str, Any] | None:
    registry_id = request.document["properties"].get("containerRegistry")
    registry = request.cloud.resources.find(ResourceId.parse(registry_id)) if registry_id else None
    if registry is None or not registry["properties"].get("adminUserEnabled"):
        return None
    values = zip(PASSWORDS, admin_passwords(request.cloud, registry), strict=True)
    passwords = [{"name": name, "value": value} for name, value in values]
    return {"location": registry["location"], "username": registry["name"], "passwords": passwords}
