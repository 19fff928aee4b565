"""What a workspace may be: its identity, what it depends on, its encryption; and what a PATCH of it carries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.arm import identities
from localcloud.arm.ids import ResourceId
from localcloud.services.keyvault.vaults import VAULT_TYPE
from localcloud.services.machinelearning.errors import (
    DependentResourceNotFound,
    MissingDependentResources,
    WorkspaceRefused,
)

if TYPE_CHECKING:
    from localcloud.arm.resource_type import Request
    from localcloud.arm.store import Document

_REQUIRED = ("storageAccount", "keyVault")
_DEPENDENT = (*_REQUIRED, "applicationInsights", "containerRegistry")
_PATCHABLE = frozenset({"identity", "sku", "tags", "properties"})
_PATCHABLE_PROPERTIES = frozenset(
    {
        "applicationInsights",
        "containerRegistry",
        "description",
        "enableDataIsolation",
        "encryption",
        "featureStoreSettings",
        "friendlyName",
        "imageBuildCompute",
        "managedNetwork",
        "primaryUserAssignedIdentity",
        "publicNetworkAccess",
        "serverlessComputeSettings",
        "serviceManagedResourcesSettings",
        "systemDatastoresAuthMode",
        "v1LegacyMode",
    }
)


def patchable(patch: Document) -> Document:
    """What of a PATCH the update model has: of the encryption the key alone, so that it can be rotated."""
    taken = {name: value for name, value in patch.items() if name in _PATCHABLE}
    properties = taken.get("properties")
    if not isinstance(properties, dict):
        return taken
    kept = {name: value for name, value in properties.items() if name in _PATCHABLE_PROPERTIES}
    if "encryption" in kept:
        key = ((kept.pop("encryption") or {}).get("keyVaultProperties") or {}).get("keyIdentifier")
        if key:
            kept["encryption"] = {"keyVaultProperties": {"keyIdentifier": key}}
    return taken | {"properties": kept}


def check(request: Request) -> None:
    """Raises WorkspaceRefused, MissingDependentResources or DependentResourceNotFound."""
    _check_identity(request)
    if not all(request.properties.get(name) for name in _REQUIRED):
        raise MissingDependentResources
    for name in _DEPENDENT:
        dependent = request.properties.get(name)
        if dependent and request.cloud.resources.find(ResourceId.parse(dependent)) is None:
            raise DependentResourceNotFound(dependent)
    if request.properties["publicNetworkAccess"] not in {"Enabled", "Disabled"}:
        raise WorkspaceRefused("publicNetworkAccess has to be Enabled or Disabled.")
    encryption = request.properties.get("encryption")
    if encryption:
        _check_encryption(request, encryption)


def _check_identity(request: Request) -> None:
    identity = request.document.get("identity")
    if not isinstance(identity, dict) or identity.get("type") in {None, "None"}:
        raise WorkspaceRefused("The workspace needs an identity: 'identity.type' is missing.")
    primary = request.properties.get("primaryUserAssignedIdentity")
    if primary and identities.find_assigned(request.document, primary) is None:
        raise WorkspaceRefused(
            f"The primary user assigned identity '{primary}' is not among the workspace's user assigned identities."
        )
    if not primary and "SystemAssigned" not in identity["type"]:
        raise WorkspaceRefused("'primaryUserAssignedIdentity' is needed for an identity of the type 'UserAssigned'.")


def _check_encryption(request: Request, encryption: dict[str, Any]) -> None:
    """A customer-managed key: in a vault that can't lose it, read by an identity of the workspace."""
    key = encryption.get("keyVaultProperties") or {}
    if encryption.get("status") not in {"Enabled", "Disabled"} or not key.get("keyIdentifier"):
        raise WorkspaceRefused("encryption needs 'status' and 'keyVaultProperties.keyIdentifier'.")
    vault_id = ResourceId.parse(key.get("keyVaultArmId") or "")
    vault = request.cloud.resources.find(vault_id) if vault_id.type.lower() == VAULT_TYPE.lower() else None
    if vault is None:
        raise DependentResourceNotFound(vault_id.text)
    if not vault["properties"].get("enablePurgeProtection"):
        raise WorkspaceRefused(
            f"The key vault '{vault['name']}' of the customer-managed key needs purge protection "
            "(enablePurgeProtection)."
        )
    reader = (encryption.get("identity") or {}).get("userAssignedIdentity")
    if reader and identities.find_assigned(request.document, reader) is None:
        raise WorkspaceRefused(f"The identity '{reader}' of the encryption is not among the workspace's identities.")
