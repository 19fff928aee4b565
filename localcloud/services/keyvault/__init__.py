"""Microsoft.KeyVault: vaults as resources, and deleted ones; their data plane is not emulated."""

from __future__ import annotations

from localcloud.services.keyvault.deleted_vaults import AllDeletedVaults, DeletedVaults
from localcloud.services.keyvault.vaults import Vaults

TYPES = (Vaults(), DeletedVaults(), AllDeletedVaults())
