"""Errors of template deployments.

CloudError
├── TemplateParseFailed
├── InvalidTemplate
├── InvalidTemplateDeployment
├── LocationNotAllowed
├── DeploymentActive
└── DeploymentFailed
"""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from localcloud.arm.errors import AuthorizationFailed, BadRequest, CloudError, Conflict


class TemplateParseFailed(BadRequest):
    """A template that lacks what every template has."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"Deployment template parse failed: '{reason}'.", "InvalidTemplate")


class InvalidTemplate(BadRequest):
    """A template whose resources do not fit together."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"Deployment template validation failed: '{reason}'.", "InvalidTemplate")


class InvalidTemplateDeployment(CloudError):
    """A template whose resources the caller may not write: nothing of it is deployed."""

    def __init__(self, name: str, resource_type: str, reason: AuthorizationFailed) -> None:
        super().__init__(
            HTTPStatus.FORBIDDEN,
            "InvalidTemplateDeployment",
            f"Deployment failed with multiple errors: 'Authorization failed for template resource '{name}' of type "
            f"'{resource_type}'. {reason.message}'",
        )


class LocationNotAllowed(BadRequest):
    """A deployment to a resource group that brings a location."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The 'location' property is not allowed for '{name}' at resource group scope. Please see "
            "https://aka.ms/arm-deployment-subscription for usage details.",
            "InvalidDeployment",
        )


class DeploymentActive(Conflict):
    """A deployment that is written again, or removed, while it runs."""

    def __init__(self, name: str, since: str) -> None:
        super().__init__(
            f"Unable to edit or replace deployment '{name}': previous deployment from '{since}' is still active. "
            "Please see https://aka.ms/arm-deploy for usage details.",
            "DeploymentActive",
        )


class DeploymentFailed(CloudError):
    """A deployment of which a resource could not be written; what each service said is in the details.

    Args:
        deployment: Its id.
        details: Errors of its resources, as `refused` and `ended` word them.
    """

    def __init__(self, deployment: str, details: Sequence[dict[str, Any]]) -> None:
        super().__init__(
            HTTPStatus.CONFLICT,
            "DeploymentFailed",
            "At least one resource deployment operation failed. Please list deployment operations for details. "
            "Please see https://aka.ms/arm-deployment-operations for usage details.",
        )
        self._deployment = deployment
        self._details = list(details)

    def body(self) -> dict[str, Any]:
        """With the target and the details."""
        error = {"code": self.code, "target": self._deployment, "message": self.message, "details": self._details}
        return {"error": error}


def refused(resource: str, error: CloudError) -> dict[str, Any]:
    """What a deployment says of a write that a service refused at once: the service's own words."""
    return {**error.body()["error"], "target": resource}


def ended(resource: str, error: dict[str, Any]) -> dict[str, Any]:
    """What a deployment says of a write that was accepted and failed: the service's words are one level deeper."""
    return {
        "code": "ResourceDeploymentFailure",
        "target": resource,
        "message": "The resource write operation failed to complete successfully, because it reached terminal "
        "provisioning state 'Failed'.",
        "details": [error],
    }
