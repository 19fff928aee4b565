"""Microsoft.KeyVault: vaults as resources; their data plane is not emulated."""

from __future__ import annotations

from localcloud.services.keyvault.vaults import Vaults

TYPES = (Vaults(),)
