"""Errors of Azure Container Registry.

CloudError
├── RegistryNameInUse
├── AdminUserDisabled
├── PublicNetworkAccessNeedsPremium
├── RunRequestInvalid
├── RunsAreReadOnly
└── TaskRunFailed
"""

from __future__ import annotations

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
