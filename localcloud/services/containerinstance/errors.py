"""Errors of Azure Container Instances.

CloudError
├── InaccessibleImage
├── RegistryErrorResponse
├── InvalidContainerGroupUpdate
├── InvalidImageRegistryIdentity
├── MoreCredentialsThanContainers
├── LimitAboveRequests
├── InvalidGroup
├── SubnetNotFound
├── SubnetNotDelegated
└── ContainerStartFailed
"""

from __future__ import annotations

from http import HTTPStatus

from localcloud.arm.errors import BadRequest, CloudError, Conflict


class InaccessibleImage(BadRequest):
    """An image can't be pulled; Azure does not say whether tag, credential, right or network is to blame."""

    def __init__(self, image: str, group: str) -> None:
        super().__init__(
            f"The image '{image}' in container group '{group}' is not accessible. Please check the image and registry "
            "credential.",
            "InaccessibleImage",
        )


class RegistryErrorResponse(Conflict):
    """A registry that answers with an error: here, one that can't be reached."""

    def __init__(self, server: str) -> None:
        super().__init__(
            f"An error response is received from the docker registry '{server}'. Please retry later.",
            "RegistryErrorResponse",
        )


class InvalidContainerGroupUpdate(BadRequest):
    """A property that a group keeps for life.

    Args:
        group: The group's name.
        what: What would change.
    """

    ALL = "os type, restart policy, network profile, CPU, memory or GPU resources"

    def __init__(self, group: str, what: str = ALL) -> None:
        super().__init__(
            f"The updates on container group '{group}' are invalid. If you are going to update the {what} for a "
            "container group, you must delete it first and then create a new one.",
            "InvalidContainerGroupUpdate",
        )


class InvalidImageRegistryIdentity(BadRequest):
    """A group is to pull as an identity that it does not have."""

    def __init__(self, group: str) -> None:
        super().__init__(
            f"The identity in the 'imageRegistryCredentials' of container group '{group}' not found in container group "
            "identity list",
            "InvalidImageRegistryIdentity",
        )


class MoreCredentialsThanContainers(BadRequest):
    """A group with more registry credentials than it can use."""

    def __init__(self, group: str) -> None:
        super().__init__(
            f"More image registry credentials provided than containers in container group '{group}'.",
            "MoreImageRegistryCredentialsThanContainers",
        )


class LimitAboveRequests(BadRequest):
    """A container that may use more than the whole group asks for."""

    def __init__(self, resource: str, limit: float, container: str, total: float, group: str) -> None:
        super().__init__(
            f"The '{resource}' limit '{limit:g}' in container '{container}' is greater than the total request "
            f"'{total:g}' of container group '{group}'.",
            "ContainerLimitGreaterThanContainerGroupTotalRequest",
        )


class InvalidGroup(BadRequest):
    """A group that can't be; the wording is localcloud's own."""

    def __init__(self, group: str, reason: str) -> None:
        super().__init__(f"The container group '{group}' is invalid: {reason}.", "InvalidContainerGroup")


class SubnetNotFound(BadRequest):
    """A subnet that is not there; the wording is Azure's for any resource that another one names."""

    def __init__(self, subnet: str) -> None:
        super().__init__(
            f"Resource {subnet} referenced by the container group was not found.", "InvalidResourceReference"
        )


class SubnetNotDelegated(BadRequest):
    """A subnet that is not for container groups alone."""

    def __init__(self, subnet: str) -> None:
        super().__init__(
            f"Subnet {subnet} requires any of the following delegation(s) "
            "[Microsoft.ContainerInstance/containerGroups] to reference service association link.",
            "SubnetMissingRequiredDelegation",
        )


class ContainerStartFailed(CloudError):
    """A container did not start; Azure's sentence is that of its event."""

    def __init__(self, container: str, reason: str) -> None:
        super().__init__(
            HTTPStatus.CONFLICT,
            "ContainerGroupDeploymentFailed",
            f"Failed to start container {container}, Error response: {reason}",
        )
