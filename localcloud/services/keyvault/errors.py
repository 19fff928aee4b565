"""Errors of Key Vault.

CloudError
├── VaultAlreadyExists
├── DeletedVaultExists
├── DeletedVaultNotFound         own wording
├── PurgeNotAllowed
├── VaultPropertyFixed
├── PurgeProtectionFixed
├── RetentionOutOfRange          own wording
├── VaultPropertyMissing
└── InvalidNetworkRule           own wording
"""

from __future__ import annotations

from http import HTTPStatus

from localcloud.arm.errors import BadRequest, CloudError, Conflict


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


class DeletedVaultExists(Conflict):
    """The vault is there, but deleted."""

    def __init__(self) -> None:
        super().__init__(
            "A vault with the same name already exists in deleted state. You need to either recover or purge existing "
            "key vault. Follow this link https://go.microsoft.com/fwlink/?linkid=2149745 for more information on soft "
            "delete.",
            "ConflictError",
        )


class DeletedVaultNotFound(CloudError):
    """A deleted vault that is not there: never deleted, purged, or kept too long."""

    def __init__(self, name: str) -> None:
        super().__init__(
            HTTPStatus.NOT_FOUND, "DeletedVaultNotFound", f"The specified deleted vault '{name}' does not exist."
        )


class PurgeNotAllowed(CloudError):
    """A deleted vault with purge protection stays until its days are over."""

    def __init__(self) -> None:
        super().__init__(
            HTTPStatus.METHOD_NOT_ALLOWED,
            "MethodNotAllowed",
            'Operation "purge" is not allowed because purge protection is enabled for this vault. Key Vault service '
            "will automatically purge it after the retention period has passed.",
        )


class VaultPropertyFixed(BadRequest):
    """A property that stays what it was."""

    def __init__(self, path: str) -> None:
        super().__init__(f'The property "{path.rpartition(".")[2]}" has been set already and it can\'t be modified.')


class PurgeProtectionFixed(BadRequest):
    """Purge protection stays on once it is."""

    def __init__(self) -> None:
        super().__init__(
            'The property "enablePurgeProtection" cannot be set to false. Enabling the purge protection for a vault is '
            "an irreversible action."
        )


class RetentionOutOfRange(BadRequest):
    """A deleted vault is kept 7 to 90 days."""

    def __init__(self, days: object) -> None:
        super().__init__(f"softDeleteRetentionInDays has to be between 7 and 90; it is {days}.")


class VaultPropertyMissing(BadRequest):
    """A property that every vault has."""

    def __init__(self, name: str) -> None:
        super().__init__(f"The parameter {name} is not specified.", "VaultPropertyMissing")


class InvalidNetworkRule(BadRequest):
    """A network rule that can't be one."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, "InvalidNetworkAcls")
