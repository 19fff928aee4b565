"""Errors of online endpoints and deployments. Where Azure's wording is not known, the sentence is localcloud's own.

CloudError
├── OnlineRefused                own wording
├── TrafficRefused               own wording
├── EndpointExists               own wording
├── EndpointNotCreated
├── DeploymentUnrecoverable
├── DeploymentNotFound
├── DeploymentHasTraffic         own wording
├── ImageNotPulled
├── FilesNotFound                own wording, Azure's code
└── DeploymentNotReady
"""

from __future__ import annotations

from localcloud.arm.errors import BadRequest

_TROUBLESHOOTING = "Please see troubleshooting guide, available here: https://aka.ms/oe-tsg"


class OnlineRefused(BadRequest):
    """An endpoint or a deployment that can't be."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"The request is invalid. {reason}")


class TrafficRefused(BadRequest):
    """Traffic that can't be split like this."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"The request is invalid. {reason}")


class EndpointExists(BadRequest):
    """Another workspace has an endpoint of this name."""

    def __init__(self, endpoint: str, location: str) -> None:
        super().__init__(
            f"The request is invalid. An online endpoint [{endpoint}] exists in the region {location} already.",
            "EndpointAlreadyExists",
        )


class EndpointNotCreated(BadRequest):
    """A deployment of an endpoint that is not there yet, or could not be made."""

    def __init__(self, endpoint: str) -> None:
        super().__init__(
            f"The request is invalid. Specified endpoint [{endpoint}] has not been created successfully. Please "
            "recreate the endpoint.",
            "InferencingClientCallFailed",
        )


class DeploymentUnrecoverable(BadRequest):
    """An update of a deployment that never came up."""

    def __init__(self, deployment: str) -> None:
        super().__init__(
            f"The request is invalid. Specified deployment [{deployment}] failed during initial provisioning and is in "
            "an unrecoverable state. Delete and re-create.",
            "InferencingClientCallFailed",
        )


class DeploymentNotFound(BadRequest):
    """Traffic for a deployment that is not there."""

    def __init__(self, deployment: str, endpoint: str, workspace: str) -> None:
        super().__init__(
            f"Deployment {deployment} not found in endpoint {endpoint}, workspace {workspace}", "UserError"
        )


class DeploymentHasTraffic(BadRequest):
    """A removal of a deployment that requests go to."""

    def __init__(self, deployment: str, endpoint: str, kind: str, percent: int) -> None:
        super().__init__(
            f"Can't delete deployment with non-zero traffic weight: endpoint [{endpoint}] gives deployment "
            f"[{deployment}] {percent} percent of its {kind}. Set it to 0 first."
        )


class ImageNotPulled(BadRequest):
    """The environment's image can't be pulled; the sentence about the identity is Azure's."""

    def __init__(self, image: str, *, denied: bool) -> None:
        reason = (
            "Endpoint identity does not have pull permission on the registry. For System Assigned Identity case and "
            "workspace ACR, platform will wire up the permissions but if user is creating deployment with User "
            "Assigned Identity or if using non-workspace ACR, then User should grant pull permissions to identity on "
            f"the registry. {_TROUBLESHOOTING}#authorization-error"
            if denied
            else f"Unable to download user container image. {_TROUBLESHOOTING}#unable-to-download-user-container-image"
        )
        super().__init__(f"{reason} (image '{image}')", "BadArgument")


class FilesNotFound(BadRequest):
    """A code or a model whose files are not in blob storage."""

    def __init__(self, uri: str) -> None:
        super().__init__(
            f"Unable to download user model or code artifacts: there is nothing at '{uri}'. {_TROUBLESHOOTING}"
            "#unable-to-download-user-model-or-code-artifacts",
            "BadArgument",
        )


class DeploymentNotReady(BadRequest):
    """A deployment whose container crashed, could not be started or does not get ready; with the end of its log."""

    def __init__(self, reason: str, log: str) -> None:
        super().__init__(
            f"{reason} {_TROUBLESHOOTING}#error-resourcenotready\nThe end of the deployment's log:\n{log}",
            "ResourceNotReady",
        )
