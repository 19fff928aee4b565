"""Azure Machine Learning workspaces.

A new workspace has no container registry unless it was given one (`containerRegistry` is null); what was given stays.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from localcloud.arm.errors import BadRequest, CloudError, NotEmulated
from localcloud.arm.ids import ResourceId
from localcloud.arm.resource_type import Action, ActionRequest, Facts, Request, ResourceType
from localcloud.services.containerregistry.registries import admin_passwords
from localcloud.services.machinelearning.errors import (
    DependentResourceFixed,
    DependentResourceNotFound,
    MissingDependentResources,
)
from localcloud.services.storage.accounts import keys

if TYPE_CHECKING:
    from localcloud.arm.store import Document
    from localcloud.cloud import Cloud

_REQUIRED = ("storageAccount", "keyVault")
_DEPENDENT = (*_REQUIRED, "applicationInsights", "containerRegistry")


class Workspaces(ResourceType):
    """`Microsoft.MachineLearningServices/workspaces`."""

    type = "Microsoft.MachineLearningServices/workspaces"
    asynchronous = True
    facts = Facts(
        name_rule="[a-zA-Z0-9][a-zA-Z0-9_-]{2,32}",
        name_error="Workspace name '{name}' is invalid. It must be between 3 and 33 characters long. Its first "
        "character has to be alphanumeric, and the rest may contain hyphens and underscores. No whitespace is allowed.",
        create_only=("properties.storageAccount", "properties.keyVault", "properties.hbiWorkspace"),
        read_only=(
            "properties.provisioningState",
            "properties.workspaceId",
            "properties.tenantId",
            "properties.mlFlowTrackingUri",
            "properties.discoveryUrl",
            "properties.notebookInfo",
            "properties.privateLinkCount",
            "properties.storageHnsEnabled",
            "properties.serviceProvisionedResourceGroup",
        ),
        defaults={
            "kind": "Default",
            "sku": {"name": "Basic", "tier": "Basic"},
            "properties.hbiWorkspace": False,
            "properties.publicNetworkAccess": "Enabled",
            "properties.allowPublicAccessWhenBehindVnet": False,
            "properties.v1LegacyMode": False,
            "properties.enableDataIsolation": False,
        },
    )

    def compose(self, cloud: Cloud, resource_id: ResourceId, body: Document, existing: Document | None) -> Request:
        """As every type, but a registry stays when it is left out; an empty string takes it away."""
        request = super().compose(cloud, resource_id, body, existing)
        given = request.properties.get("containerRegistry")
        if given is None and existing is not None:
            given = existing["properties"].get("containerRegistry")
        request.properties["containerRegistry"] = given or None
        request.properties.setdefault("friendlyName", resource_id.name)
        return request

    def admit(self, request: Request) -> None:
        """Checks identity and dependents."""
        if not request.document.get("location"):
            raise BadRequest("The location property is required for this definition.", "LocationRequired")
        if request.document["kind"] != "Default":
            raise NotEmulated(f"workspaces of the kind '{request.document['kind']}'", ["Default"])
        identity = request.document.get("identity")
        if not isinstance(identity, dict) or identity.get("type") in {None, "None"}:
            raise BadRequest("The workspace needs an identity: 'identity.type' is missing.", "ValidationError")
        if not all(request.properties.get(name) for name in _REQUIRED):
            raise MissingDependentResources
        for name in _DEPENDENT:
            dependent = request.properties.get(name)
            if dependent and request.cloud.resources.find(ResourceId.parse(dependent)) is None:
                raise DependentResourceNotFound(dependent)

    def provision(self, request: Request) -> None:
        """Adds what only the service sets."""
        location = request.document["location"].replace(" ", "").lower()
        request.properties |= {
            "workspaceId": str(uuid.uuid5(uuid.NAMESPACE_URL, request.id.key)),
            "tenantId": request.cloud.settings.tenant_id,
            "mlFlowTrackingUri": f"azureml://{location}.api.azureml.ms/mlflow/v1.0{request.id.text}",
            "notebookInfo": None,
            "privateLinkCount": 0,
            "storageHnsEnabled": False,
            "serviceProvisionedResourceGroup": None,
        }

    def shown(self, cloud: Cloud, document: Document) -> Document:
        """The address follows the control plane, whose port is another after a restart."""
        return document | {"properties": document["properties"] | {"discoveryUrl": f"{cloud.url}/discovery"}}

    def change_refused(self, request: Request, changed: list[str]) -> CloudError:
        """Azure's sentence for a dependent resource that stays what it was."""
        del request
        return DependentResourceFixed(changed)

    def actions(self) -> Mapping[str, Action]:
        """The keys of what the workspace depends on."""
        return {"listKeys": _list_keys}


def _list_keys(request: ActionRequest) -> dict[str, Any]:
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
    values = zip(("password", "password2"), admin_passwords(request.cloud, registry), strict=True)
    passwords = [{"name": name, "value": value} for name, value in values]
    return {"location": registry["location"], "username": registry["name"], "passwords": passwords}
