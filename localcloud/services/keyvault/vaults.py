"""Key vaults."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.arm import paths
from localcloud.arm.errors import BadRequest, CloudError
from localcloud.arm.ids import ResourceId
from localcloud.arm.resource_type import Facts, Request, ResourceType
from localcloud.services.keyvault import network_rules, soft_delete
from localcloud.services.keyvault.errors import (
    DeletedVaultExists,
    DeletedVaultNotFound,
    PurgeProtectionFixed,
    RetentionOutOfRange,
    VaultAlreadyExists,
    VaultPropertyFixed,
    VaultPropertyMissing,
)
from localcloud.services.privatelink.connections import shown_with_connections

if TYPE_CHECKING:
    from localcloud.arm.store import Document
    from localcloud.cloud import Cloud

VAULT_TYPE = "Microsoft.KeyVault/vaults"
_REQUIRED = ("location", "properties.tenantId", "properties.sku.name", "properties.sku.family")
_RETENTION = "softDeleteRetentionInDays"
_RETENTION_DAYS = range(7, 91)


class Vaults(ResourceType):
    """`Microsoft.KeyVault/vaults`: deleted softly, always."""

    type = VAULT_TYPE
    facts = Facts(
        name_rule="(?=.{3,24}$)[a-zA-Z](-?[a-zA-Z0-9])*",
        name_error="The vault name '{name}' is invalid. A vault's name must be between 3-24 alphanumeric characters. "
        "The name must begin with a letter, end with a letter or digit, and not contain consecutive hyphens. Follow "
        "this link for more information: https://go.microsoft.com/fwlink/?linkid=2147742",
        objects=(
            "properties.networkAcls",
            "properties.networkAcls.ipRules[]",
            "properties.networkAcls.virtualNetworkRules[]",
        ),
        texts=("properties.networkAcls.virtualNetworkRules[].id",),
        create_only=(f"properties.{_RETENTION}",),
        read_only=("properties.vaultUri", "properties.provisioningState", "properties.privateEndpointConnections"),
        secret=("properties.createMode",),
        defaults={
            "properties.accessPolicies": [],
            "properties.enabledForDeployment": False,
            f"properties.{_RETENTION}": 90,
            "properties.enableRbacAuthorization": False,
            "properties.publicNetworkAccess": "Enabled",
        },
    )

    def check_name(self, resource_id: ResourceId) -> None:
        """Key Vault has a code of its own for names."""
        try:
            super().check_name(resource_id)
        except BadRequest as error:
            raise BadRequest(error.message, "VaultNameNotValid") from error

    def compose(self, cloud: Cloud, resource_id: ResourceId, body: Document, existing: Document | None) -> Request:
        """As every type; what is set for good stays when it is left out, and a recovered vault is what it was."""
        before: dict[str, Any] = existing["properties"] if existing else {}
        given = body.get("properties") or {}
        if existing is None and given.get("createMode") == "recover":
            body = _recovered(cloud, resource_id) | {"location": body.get("location")}
        elif existing is not None and given.get(_RETENTION) is None:
            body = body | {"properties": given | {_RETENTION: before[_RETENTION]}}
        request = super().compose(cloud, resource_id, body, existing)
        request.properties["enableSoftDelete"] = True
        return request

    def admit(self, request: Request) -> None:
        """Checks what is required, the name and what can't be undone."""
        for path in _REQUIRED:
            if not any(paths.values(request.document, path)):
                raise VaultPropertyMissing(path.removeprefix("properties."))
        if request.properties[_RETENTION] not in _RETENTION_DAYS:
            raise RetentionOutOfRange(request.properties[_RETENTION])
        _check_name_is_free(request)
        protected = request.existing and request.existing["properties"].get("enablePurgeProtection")
        if protected and request.properties.get("enablePurgeProtection") is False:
            raise PurgeProtectionFixed
        network_rules.check(request)

    def provision(self, request: Request) -> None:
        """A vault that is there is no deleted one."""
        if request.existing is None:
            soft_delete.forget(request.cloud, request.id.name)

    def remove(self, request: Request) -> None:
        """Keeps it as a deleted vault."""
        soft_delete.keep(request.cloud, request.document)

    def shown(self, cloud: Cloud, document: Document) -> Document:
        """With its connections, and an address that follows the control plane, whose port may change."""
        shown = shown_with_connections(cloud, document)
        uri = {"vaultUri": f"{cloud.url}/vault/{document['name']}/"}
        return shown | {"properties": shown["properties"] | uri}

    def change_refused(self, request: Request, changed: list[str]) -> CloudError:
        """The retention is for good."""
        del request
        return VaultPropertyFixed(changed[0])


def _check_name_is_free(request: Request) -> None:
    name = request.id.name.lower()
    for vault in request.cloud.resources.of_type(VAULT_TYPE):
        if vault["name"].lower() == name and vault["id"].lower() != request.id.key:
            raise VaultAlreadyExists(request.id.name)
    deleted = soft_delete.find(request.cloud, name)
    if deleted is None or request.properties.get("createMode") == "recover":
        return
    if deleted["properties"]["vaultId"].lower() == request.id.key:
        raise DeletedVaultExists
    raise VaultAlreadyExists(request.id.name)


def _recovered(cloud: Cloud, resource_id: ResourceId) -> Document:
    """What a deleted vault was, to be it again; raises DeletedVaultNotFound."""
    deleted = soft_delete.find(cloud, resource_id.name)
    if deleted is None or ResourceId.parse(deleted["properties"]["vaultId"]) != resource_id:
        raise DeletedVaultNotFound(resource_id.name)
    vault = soft_delete.vault(cloud, resource_id.name)
    kept = {name: value for name, value in vault.items() if name in {"location", "tags", "properties"}}
    return kept | {"properties": vault["properties"] | {"createMode": "recover"}}
