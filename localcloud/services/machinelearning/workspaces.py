"""Azure Machine Learning workspaces.

A new workspace has no container registry unless it was given one (`containerRegistry` is null): the first job or image
build makes one (`lazy_registry.py`, law L1). What was given stays.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING

from localcloud.arm.errors import BadRequest, CloudError, NotEmulated
from localcloud.arm.resource_type import Action, Facts, Request, ResourceType
from localcloud.services.machinelearning import managed_network, soft_delete, workspace_rules
from localcloud.services.machinelearning.errors import DependentResourceFixed, SoftDeletedWorkspaceExists
from localcloud.services.machinelearning.identity import grant_registry
from localcloud.services.machinelearning.workspace_keys import list_keys
from localcloud.services.privatelink.connections import shown_with_connections

if TYPE_CHECKING:
    from localcloud.arm.ids import ResourceId
    from localcloud.arm.store import Document
    from localcloud.cloud import Cloud

WORKSPACE_TYPE = "Microsoft.MachineLearningServices/workspaces"
_KEPT = ("containerRegistry", "managedNetwork")


class Workspaces(ResourceType):
    """`Microsoft.MachineLearningServices/workspaces`."""

    type = WORKSPACE_TYPE
    asynchronous = True
    facts = Facts(
        name_rule="[a-zA-Z0-9][a-zA-Z0-9_-]{2,32}",
        name_error="Workspace name '{name}' is invalid. It must be between 3 and 33 characters long. Its first "
        "character has to be alphanumeric, and the rest may contain hyphens and underscores. No whitespace is allowed.",
        create_only=(
            "properties.storageAccount",
            "properties.keyVault",
            "properties.hbiWorkspace",
            "properties.encryption.status",
            "properties.encryption.keyVaultProperties.keyVaultArmId",
        ),
        objects=(
            "properties.encryption",
            "properties.encryption.identity",
            "properties.encryption.keyVaultProperties",
            "properties.managedNetwork",
            "properties.managedNetwork.outboundRules",
        ),
        texts=(
            "properties.storageAccount",
            "properties.keyVault",
            "properties.applicationInsights",
            "properties.containerRegistry",
            "properties.primaryUserAssignedIdentity",
            "properties.encryption.identity.userAssignedIdentity",
            "properties.encryption.keyVaultProperties.keyVaultArmId",
        ),
        read_only=(
            "properties.provisioningState",
            "properties.workspaceId",
            "properties.tenantId",
            "properties.mlFlowTrackingUri",
            "properties.discoveryUrl",
            "properties.notebookInfo",
            "properties.privateEndpointConnections",
            "properties.privateLinkCount",
            "properties.storageHnsEnabled",
            "properties.serviceProvisionedResourceGroup",
            "properties.managedNetwork.networkId",
            "properties.managedNetwork.firewallPublicIpAddress",
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
        """As every type, but registry and network stay when they are left out; an empty string removes a registry."""
        before = existing["properties"] if existing else {}
        given = body.get("properties") or {}
        kept = {name: before[name] for name in _KEPT if before.get(name) and given.get(name) is None}
        request = super().compose(cloud, resource_id, body | {"properties": given | kept}, existing)
        request.properties["containerRegistry"] = request.properties.get("containerRegistry") or None
        request.properties.setdefault("friendlyName", resource_id.name)
        return request

    def taken(self, patch: Document) -> Document:
        """What Azure's update model has; the rest, such as the storage account, a PATCH can't carry."""
        return workspace_rules.patchable(patch)

    def admit(self, request: Request) -> None:
        """Checks identity, dependents, encryption and network."""
        if not request.document.get("location"):
            raise BadRequest("The location property is required for this definition.", "LocationRequired")
        if request.document["kind"] != "Default":
            raise NotEmulated(f"workspaces of the kind '{request.document['kind']}'", ["Default"])
        workspace_rules.check(request)
        managed_network.check(request)

    def provision(self, request: Request) -> None:
        """Adds what only the service sets; fails while a soft-deleted workspace has the name."""
        if soft_delete.find(request.cloud, request.id):
            raise SoftDeletedWorkspaceExists
        location = request.document["location"].replace(" ", "").lower()
        request.properties |= {
            "workspaceId": str(uuid.uuid5(uuid.NAMESPACE_URL, request.id.key)),
            "tenantId": request.cloud.settings.tenant_id,
            "mlFlowTrackingUri": f"azureml://{location}.api.azureml.ms/mlflow/v1.0{request.id.text}",
            "notebookInfo": None,
            "storageHnsEnabled": False,
            "serviceProvisionedResourceGroup": None,
        }
        managed_network.provision(request)
        if request.properties["containerRegistry"]:
            grant_registry(request.cloud, request.document, request.properties["containerRegistry"])

    def remove(self, request: Request) -> None:
        """Keeps it as a soft-deleted one, unless it is purged or never was a workspace."""
        if request.properties.get("workspaceId") and not soft_delete.is_purge(request.query):
            soft_delete.keep(request.cloud, request.id)

    def remove_absent(self, cloud: Cloud, resource_id: ResourceId, query: Mapping[str, str]) -> None:
        """Purges a soft-deleted one, when that is asked for."""
        if soft_delete.is_purge(query):
            soft_delete.purge(cloud, resource_id)

    def shown(self, cloud: Cloud, document: Document) -> Document:
        """With what other resources say of it, and the address of the control plane, which may change."""
        shown = shown_with_connections(cloud, document)
        connections = shown["properties"]["privateEndpointConnections"]
        own = {"discoveryUrl": f"{cloud.url}/discovery", "privateLinkCount": len(connections)}
        return shown | {"properties": shown["properties"] | own | managed_network.shown(cloud, document)}

    def change_refused(self, request: Request, changed: list[str]) -> CloudError:
        """Azure's sentence for a dependent resource that stays what it was."""
        del request
        return DependentResourceFixed(changed)

    def actions(self) -> Mapping[str, Action]:
        """The keys of what the workspace depends on."""
        return {"listKeys": list_keys}
