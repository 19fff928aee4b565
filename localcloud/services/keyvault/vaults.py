"""Key vaults."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localcloud.arm import paths
from localcloud.arm.errors import BadRequest
from localcloud.arm.resource_type import Facts, Request, ResourceType
from localcloud.services.keyvault.errors import PurgeProtectionFixed, VaultAlreadyExists, VaultPropertyMissing

if TYPE_CHECKING:
    from localcloud.arm.ids import ResourceId
    from localcloud.arm.store import Document
    from localcloud.cloud import Cloud

VAULT_TYPE = "Microsoft.KeyVault/vaults"
_REQUIRED = ("location", "properties.tenantId", "properties.sku.name", "properties.sku.family")


class Vaults(ResourceType):
    """`Microsoft.KeyVault/vaults`."""

    type = VAULT_TYPE
    facts = Facts(
        name_rule="(?=.{3,24}$)[a-zA-Z](-?[a-zA-Z0-9])*",
        name_error="The vault name '{name}' is invalid. A vault's name must be between 3-24 alphanumeric characters. "
        "The name must begin with a letter, end with a letter or digit, and not contain consecutive hyphens. Follow "
        "this link for more information: https://go.microsoft.com/fwlink/?linkid=2147742",
        read_only=("properties.vaultUri", "properties.provisioningState", "properties.privateEndpointConnections"),
        secret=("properties.createMode",),
        defaults={
            "properties.accessPolicies": [],
            "properties.enabledForDeployment": False,
            "properties.enableSoftDelete": True,
            "properties.softDeleteRetentionInDays": 90,
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

    def admit(self, request: Request) -> None:
        """Checks what is required, the name and what can't be undone."""
        for path in _REQUIRED:
            if not any(paths.values(request.document, path)):
                raise VaultPropertyMissing(path.removeprefix("properties."))
        for vault in request.cloud.resources.of_type(VAULT_TYPE):
            if vault["name"].lower() == request.id.name.lower() and vault["id"].lower() != request.id.key:
                raise VaultAlreadyExists(request.id.name)
        protected = request.existing and request.existing["properties"].get("enablePurgeProtection")
        if protected and request.properties.get("enablePurgeProtection") is False:
            raise PurgeProtectionFixed

    def shown(self, cloud: Cloud, document: Document) -> Document:
        """The address follows the control plane, whose port is another after a restart."""
        uri = {"vaultUri": f"{cloud.url}/vault/{document['name']}/"}
        return document | {"properties": document["properties"] | uri}
