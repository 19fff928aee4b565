"""Errors of Azure Container Registry.

CloudError
├── RegistryNameInUse
├── AdminUserDisabled
├── PublicNetworkAccessNeedsPremium
├── NeedsHigherSku               \
├── SkuChangeRefused              |
├── NetworkRuleInvalid            |
├── EncryptionIsForLife           |  localcloud's own words: Azure's are not public
├── ReplicationLocationTaken      |
├── AgentPoolNotFound             |
├── ScopeMapIsSystemDefined       |
├── ScopeMapActionInvalid         |
├── ScopeMapNotFound              |
├── TokenInvalid                  |
├── TokenNotFound                 |
├── PasswordNameInvalid           |
├── PasswordExpiryInvalid        /
├── RunRequestInvalid
├── RunsAreReadOnly
└── TaskRunFailed
"""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from localcloud.arm.errors import BadRequest, CloudError, Conflict


class RegistryNameInUse(Conflict):
    """The name belongs to another registry; names are unique in the whole cloud."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The registry DNS name {name}.azurecr.io is already in use. You can check if the name is already claimed "
            "using following API: https://docs.microsoft.com/en-us/rest/api/containerregistry/registries/"
            "checknameavailability",
            "AlreadyInUse",
        )


class AdminUserDisabled(BadRequest):
    """The admin user's passwords are asked for while it is off."""

    def __init__(self, registry_id: str) -> None:
        super().__init__(
            f"Cannot perform credential operations for {registry_id} as admin user is disabled. Kindly enable admin "
            "user as per docs: https://docs.microsoft.com/en-us/azure/container-registry/"
            "container-registry-authentication#admin-account",
            "UnAuthorizedForCredentialOperations",
        )


class PublicNetworkAccessNeedsPremium(BadRequest):
    """Only the SKU Premium can be closed to the public network."""

    def __init__(self, sku: str) -> None:
        super().__init__(
            f"Disabling public network access is not supported for the SKU {sku}. For more information, please visit "
            "https://aka.ms/acr/private-link.",
            "DisablingPublicNetworkAccessNotSupported",
        )


class NeedsHigherSku(BadRequest):
    """A feature that the registry's SKU does not have.

    Args:
        feature: What was asked for, such as `Network rules`.
        sku: The registry's.
        skus: Which ones have it.
    """

    def __init__(self, feature: str, sku: str, skus: Iterable[str] = ("Premium",)) -> None:
        super().__init__(
            f"{feature} is not supported for the SKU {sku}. It is supported for {' and '.join(skus)}. For more "
            "information, please visit https://aka.ms/acr/tiers.",
            "FeatureNotSupportedForSku",
        )


class SkuChangeRefused(BadRequest):
    """A registry that has what the SKU it is to get does not have."""

    def __init__(self, registry: str, sku: str, what: str) -> None:
        super().__init__(
            f"The registry '{registry}' can't be changed to the SKU {sku} while it has {what}. Remove that first.",
            "SkuChangeNotSupported",
        )


class NetworkRuleInvalid(BadRequest):
    """A network rule that is no IPv4 address or range."""

    def __init__(self, value: object) -> None:
        super().__init__(
            f"The IP rule '{value}' is invalid: it must be an IPv4 address or a range in CIDR notation.",
            "InvalidNetworkRule",
        )


class EncryptionIsForLife(BadRequest):
    """A customer-managed key that is taken away, or given to a registry that was made without."""

    def __init__(self, registry: str) -> None:
        super().__init__(
            f"The encryption of the registry '{registry}' with a customer-managed key can be enabled only when the "
            "registry is created, and can't be disabled.",
            "EncryptionChangeNotSupported",
        )


class ReplicationLocationTaken(Conflict):
    """A second copy in one place."""

    def __init__(self, registry: str, location: str) -> None:
        super().__init__(
            f"The registry '{registry}' is in the location '{location}' already.", "ReplicationLocationInUse"
        )


class AgentPoolNotFound(BadRequest):
    """A run on an agent pool that the registry does not have."""

    def __init__(self, registry: str, name: str) -> None:
        super().__init__(f"The agent pool '{name}' is not found in the registry '{registry}'.", "AgentPoolNotFound")


class ScopeMapIsSystemDefined(BadRequest):
    """A scope map that every registry has, and nobody changes."""

    def __init__(self, name: str) -> None:
        super().__init__(f"The scope map '{name}' is defined by the system and can't be changed.", "SystemScopeMap")


class ScopeMapActionInvalid(BadRequest):
    """An action that a scope map can't have; None: it has none."""

    def __init__(self, action: object) -> None:
        found = "A scope map needs at least one action" if action is None else f"The action '{action}' is invalid"
        super().__init__(
            f"{found}. The acceptable pattern is 'repositories/<repository, or a path that ends with /*>/"
            "<content/read, content/write, content/delete, metadata/read or metadata/write>'.",
            "InvalidScopeMapAction",
        )


class ScopeMapNotFound(BadRequest):
    """A token's scope map that is not there, or is another registry's."""

    def __init__(self, token: str, scope_map: object) -> None:
        super().__init__(
            f"The token '{token}' needs the id of a scope map of its own registry; got '{scope_map}'.",
            "ScopeMapNotFound",
        )


class TokenInvalid(BadRequest):
    """A token that can't be."""

    def __init__(self, token: str, reason: str) -> None:
        super().__init__(f"The token '{token}' is invalid: {reason}.", "InvalidToken")


class TokenNotFound(BadRequest):
    """Credentials for a token that the registry does not have."""

    def __init__(self, token: object) -> None:
        super().__init__(f"'{token}' is not the id of a token of this registry.", "TokenNotFound")


class PasswordNameInvalid(BadRequest):
    """A password that there can't be."""

    def __init__(self, name: object, names: Iterable[str]) -> None:
        super().__init__(f"The password name '{name}' is invalid; valid are {', '.join(names)}.", "InvalidName")


class PasswordExpiryInvalid(BadRequest):
    """The end of a password that is no time, or over."""

    def __init__(self, expiry: object) -> None:
        super().__init__(
            f"The expiry '{expiry}' is invalid: it must be a time in the future such as 2027-01-31T00:00:00Z.",
            "InvalidExpiry",
        )


class RunRequestInvalid(BadRequest):
    """A build request that ACR Tasks does not take."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"Some of the properties of 'runRequest' are invalid.. InnerErrors: DockerBuildRequest:{reason}",
            "InvalidRequest",
        )

    def body(self) -> dict[str, Any]:
        """As Azure: with the target."""
        return {"error": {"code": self.code, "message": self.message, "target": "request"}}


class RunsAreReadOnly(CloudError):
    """Runs are made by task runs, not by PUT."""

    def __init__(self) -> None:
        super().__init__(
            HTTPStatus.METHOD_NOT_ALLOWED, "MethodNotAllowed", "A run can't be written: it is made by a task run."
        )


class TaskRunFailed(CloudError):
    """The run that a task run stands for ended badly.

    Attributes:
        tail: The end of the run's log.
    """

    def __init__(self, end: str, tail: str) -> None:
        super().__init__(
            HTTPStatus.CONFLICT,
            "ResourceDeploymentFailure",
            "The resource write operation failed to complete successfully, because it reached terminal provisioning "
            f"state 'Failed'. {end}",
        )
        self.tail = tail

    def body(self) -> dict[str, Any]:
        """With the end of the log as a detail."""
        details = [{"code": "RunFailed", "message": self.tail}]
        return {"error": {"code": self.code, "message": self.message, "details": details}}
