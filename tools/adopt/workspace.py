"""A workspace with what it depends on: storage account, key vault, Application Insights and its logs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from azureml_scoring._component import compact_name

from tools.adopt.adoption import Adopted, Left, OutputOf, Row
from tools.adopt.holding import row, same, tags
from tools.adopt.roles import roles_at

if TYPE_CHECKING:
    from tools.adopt.export import Resource

WORKSPACE = "microsoft.machinelearningservices/workspaces"
INSIGHTS = "microsoft.insights/components"
LOGS = "microsoft.operationalinsights/workspaces"
_DEPENDENCIES = {
    "storage_account_id": "storageAccount",
    "key_vault_id": "keyVault",
    "application_insights_id": "applicationInsights",
}
"""Inputs that name what a workspace depends on, with the property that does so in Azure."""


def adopt_workspace(
    workspace: Resource, name: str, export: Sequence[Resource], registry: Adopted | None, *, by_id: bool
) -> tuple[Adopted, list[Left]]:
    """The component of a workspace, and what of its dependencies is not adopted.

    Args:
        workspace: What exists.
        name: Name of the component.
        export: All resources.
        registry: The component of its registry; None where none is adopted.
        by_id: Whether storage account, key vault and Application Insights stay outside and are named by their ids.
    """
    inputs: dict[str, Any] = {
        "resource_group_name": workspace.group,
        "workspace_name": workspace.name,
        "location": workspace.at("location"),
        **_registry(workspace, registry),
        "public_network_access": workspace.at("properties.publicNetworkAccess") != "Disabled",
    }
    sets = _sets(workspace, inputs)
    rows, left = _dependencies(workspace, name, export, inputs, by_id=by_id)
    if workspace.at("tags"):
        inputs["tags"] = dict(workspace.at("tags"))
    roles, role_rows = roles_at(workspace, name, export)
    if roles:
        inputs["role_assignments"] = roles
    first = row(workspace, "machinelearningservices:Workspace", f"{name}-aml", sets)
    return Adopted("Workspace", name, inputs, (first, *rows, *role_rows)), left


def _dependencies(
    workspace: Resource, name: str, export: Sequence[Resource], inputs: dict[str, Any], *, by_id: bool
) -> tuple[list[Row], list[Left]]:
    """The children that what the workspace depends on becomes; what becomes none is an input, and is left."""
    rows, left, wanted_tags = list[Row](), list[Left](), dict(workspace.at("tags") or {})
    for key, part in _DEPENDENCIES.items():
        found, reason = _dependency(workspace, str(workspace.at(f"properties.{part}") or ""), export)
        made = None if by_id or found is None else _CHILDREN[key](found, name, wanted_tags, export)
        if made:
            rows += made
            continue
        inputs[key] = workspace.at(f"properties.{part}")
        why = "--by-id was asked for" if by_id else reason or "its Log Analytics workspace is not in the export"
        label = found.label if found else str(inputs[key]).rpartition("/providers/")[2]
        left.append(Left(label, f"{why}: the workspace names it by its id, and it stays as it is"))
    return rows, left


def _registry(workspace: Resource, registry: Adopted | None) -> dict[str, Any]:
    """How it comes by its registry; by the component's output only where that is the same text to the letter."""
    registry_id = workspace.at("properties.containerRegistry")
    if not registry_id:
        return {"registry_mode": "lazy"}
    if registry is not None and registry.rows[0].id == registry_id:
        return {"container_registry_id": OutputOf(registry.name, "resource_id")}
    return {"container_registry_id": registry_id}


def _sets(workspace: Resource, inputs: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """What the component sets of the workspace itself; fills in the inputs that decide it."""
    known = ("resourceGroupName", "workspaceName", "location", "tags", "storageAccount", "keyVault")
    sets = {path: same(None) for path in (*known, "applicationInsights", "containerRegistry")}
    sets["publicNetworkAccess"] = (
        workspace.at("properties.publicNetworkAccess"),
        "Enabled" if inputs["public_network_access"] else "Disabled",
    )
    if compute := workspace.at("properties.imageBuildCompute"):
        inputs["image_build_compute"] = compute
        sets["imageBuildCompute"] = same(compute)
    users = sorted(workspace.at("identity.userAssignedIdentities") or {})
    kind, primary = workspace.at("identity.type"), workspace.at("properties.primaryUserAssignedIdentity")
    if kind == "UserAssigned" and len(users) == 1:
        inputs["user_assigned_identity_id"] = users[0]
        sets["identity"], sets["primaryUserAssignedIdentity"] = same(kind), (primary, users[0])
    else:
        sets["identity"] = kind, "SystemAssigned"
    mode = workspace.at("properties.managedNetwork.isolationMode")
    if mode and mode != "Disabled":
        inputs["managed_network"] = {"isolation_mode": mode}
        sets["managedNetwork"] = same(mode)
    return sets


def _dependency(workspace: Resource, wanted: str, export: Sequence[Resource]) -> tuple[Resource | None, str]:
    """What a workspace depends on, and why it can't be a child where it can't."""
    found = next((resource for resource in export if resource.id.lower() == wanted.lower()), None)
    if found is None:
        return None, "it is not in the export"
    if not isinstance(found.at("properties"), Mapping):
        return None, "the export lists it without its properties"
    if found.group.lower() != workspace.group.lower():
        return None, f"it is in another resource group, {found.group}"
    return found, ""


def _storage(found: Resource, name: str, wanted: Mapping[str, str], _: Sequence[Resource]) -> list[Row]:
    sets = {
        **{path: same(None) for path in ("resourceGroupName", "accountName", "location")},
        "kind": (found.at("kind"), "StorageV2"),
        "sku": (found.at("sku.name"), "Standard_LRS"),
        "allowBlobPublicAccess": (found.at("properties.allowBlobPublicAccess"), False),
        "enableHttpsTrafficOnly": (found.at("properties.supportsHttpsTrafficOnly"), True),
        "minimumTlsVersion": (found.at("properties.minimumTlsVersion"), "TLS1_2"),
        "tags": tags(found, wanted),
    }
    return [row(found, "storage:StorageAccount", compact_name(name, "storage"), sets)]


def _key_vault(found: Resource, name: str, wanted: Mapping[str, str], _: Sequence[Resource]) -> list[Row]:
    sku = {key: str(found.at(f"properties.sku.{key}")).lower() for key in ("family", "name")}
    sets = {
        **{path: same(None) for path in ("resourceGroupName", "vaultName", "location", "properties.tenantId")},
        "properties.sku": (sku, {"family": "a", "name": "standard"}),
        "properties.enableRbacAuthorization": (found.at("properties.enableRbacAuthorization"), True),
        "properties.enablePurgeProtection": (found.at("properties.enablePurgeProtection"), True),
        "tags": tags(found, wanted),
    }
    return [row(found, "keyvault:Vault", compact_name(name, "vault"), sets, {"properties": "VaultPropertiesArgs"})]


def _insights(found: Resource, name: str, wanted: Mapping[str, str], export: Sequence[Resource]) -> list[Row]:
    """Application Insights with its logs; nothing where the logs can't come along, as the component makes both."""
    logs_id = found.at("properties.WorkspaceResourceId")
    logs, _ = _dependency(found, str(logs_id or ""), export)
    if logs is None:
        return []
    sets = {
        **{path: same(None) for path in ("resourceGroupName", "resourceName", "location")},
        "kind": (found.at("kind"), "web"),
        "applicationType": (found.at("properties.Application_Type"), "web"),
        "workspaceResourceId": (logs_id, logs.id),
        "tags": tags(found, wanted),
    }
    of_logs = {
        **{path: same(None) for path in ("resourceGroupName", "workspaceName", "location")},
        "sku": (logs.at("properties.sku.name"), "PerGB2018"),
        "tags": tags(logs, wanted),
    }
    return [
        row(logs, "operationalinsights:Workspace", f"{name}-logs", of_logs),
        row(found, "applicationinsights:Component", f"{name}-insights", sets),
    ]


_CHILDREN = {"storage_account_id": _storage, "key_vault_id": _key_vault, "application_insights_id": _insights}
