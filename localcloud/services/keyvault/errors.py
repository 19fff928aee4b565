"""Errors of Key Vault.

CloudError
├── VaultAlreadyExists
├── PurgeProtectionFixed
└── VaultPropertyMissing
"""

from __future__ import annotations

from localcloud.arm.errors import BadRequest, Conflict


class VaultAlreadyExists(Conflict):
    """The name belongs to another vault; names are unique in the whole cloud."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The vault name '{name}' is already in use. Vault names are globaly unique so it is possible that the "
            "name is already taken. If you are sure that the vault name was not taken then it is possible that a vault "
            "with the same name was recently deleted but not purged after being placed in a recoverable state. If the "
            "vault is in a recoverable state then the vault will need to be purged before reusing the name. For more "
            "information about VaultAlreadyExists, refer to https://go.microsoft.com/fwlink/?linkid=2147740.",
            "VaultAlreadyExists",
        )


class PurgeProtectionFixed(BadRequest):
    """Purge protection stays on once it is."""

    def __init__(self) -> None:
        super().__init__(
            'The property "enablePurgeProtection" cannot be set to false. Enabling the purge protection for a vault is '
            "an irreversible action."
        )


class VaultPropertyMissing(BadRequest):
    """A property that every vault has."""

    def __init__(self, name: str) -> None:
        super().__init__(f"The parameter {name} is not specified.", "VaultPropertyMissing")
