"""Errors of Azure Kubernetes Service.

CloudError
├── InvalidParameter
├── MustDefineAtLeastOneSystemPool
├── LastSystemPool               own wording
└── LocalAccountsDisabled
"""

from __future__ import annotations

from typing import Any

from localcloud.arm.errors import BadRequest


class InvalidParameter(BadRequest):
    """A value that a cluster can't have.

    Attributes:
        target: The parameter.
    """

    def __init__(self, target: str, reason: str) -> None:
        super().__init__(
            f"The value of parameter {target} is invalid. Error details: {reason}. Please see "
            "https://aka.ms/aks-naming-rules for more details.",
            "InvalidParameter",
        )
        self.target = target

    @classmethod
    def missing(cls, cluster: str, group: str, target: str) -> InvalidParameter:
        """A value that a cluster needs."""
        error = cls(target, "")
        error.message = (
            f"Preflight validation check for resource(s) for container service {cluster} in resource group {group} "
            f"failed. Message: Required parameter {target} is missing (null).. Details: "
        )
        return error

    def body(self) -> dict[str, Any]:
        """With the target."""
        return {"error": {"code": self.code, "message": self.message, "target": self.target}}


class MustDefineAtLeastOneSystemPool(BadRequest):
    """A cluster whose pools all are for the user's own work."""

    def __init__(self) -> None:
        super().__init__("Must define at least one system pool.", "MustDefineAtLeastOneSystemPool")


class LastSystemPool(BadRequest):
    """The removal of the only pool that the cluster's own pods run in."""

    def __init__(self, pool: str) -> None:
        super().__init__(
            f"The agent pool '{pool}' can't be deleted: there has to be at least one system agent pool.",
            "OperationNotAllowed",
        )


class LocalAccountsDisabled(BadRequest):
    """Static credentials of a cluster that gives none."""

    def __init__(self) -> None:
        super().__init__(
            "Getting static credential is not allowed because this cluster is set to disable local accounts."
        )
