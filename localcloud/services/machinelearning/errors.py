"""Errors of Azure Machine Learning. Where Azure's wording is not known, the sentence is localcloud's own.

CloudError
├── MissingDependentResources
├── DependentResourceNotFound    own wording
├── DependentResourceFixed
├── WorkspaceRefused             own wording
├── SoftDeletedWorkspaceExists
├── WorkspaceToPurgeNotFound
├── JobRefused                   own wording
├── EnvironmentNotFound          own wording
├── AssetNotFound                own wording
├── ImageBuildFailed
└── ConnectionRefused            own wording
"""

from __future__ import annotations

from typing import Any

from localcloud.arm.errors import BadRequest

_SPOKEN = {"properties.storageAccount": "Storage Account", "properties.keyVault": "Key Vault"}


class MissingDependentResources(BadRequest):
    """A workspace without the resources that every workspace needs."""

    def __init__(self) -> None:
        super().__init__("Missing dependent resources in workspace json", "ValidationError")

    def body(self) -> dict[str, Any]:
        """As Azure: with the target."""
        return {"error": {"code": self.code, "message": self.message, "target": "workspace"}}


class DependentResourceNotFound(BadRequest):
    """A dependent resource that is not there."""

    def __init__(self, resource_id: str) -> None:
        super().__init__(f"The dependent resource '{resource_id}' of the workspace was not found.", "ValidationError")


class DependentResourceFixed(BadRequest):
    """A property of a workspace that stays what it was; Azure's wording is known for the storage account only."""

    def __init__(self, changed: list[str]) -> None:
        spoken = (_SPOKEN.get(path, path.removeprefix("properties.")) for path in changed)
        super().__init__(" ".join(f"{name} update is not supported yet" for name in spoken))


class WorkspaceRefused(BadRequest):
    """Properties of a workspace that contradict each other or have an unknown value."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, "ValidationError")


class SoftDeletedWorkspaceExists(BadRequest):
    """A new workspace where a soft-deleted one of the same name is kept; the create operation fails with it."""

    def __init__(self) -> None:
        super().__init__("Soft-deleted workspace exists. Please purge or recover it. https://aka.ms/wsoftdelete")


class WorkspaceToPurgeNotFound(BadRequest):
    """A purge of a workspace that is not there, not even soft-deleted."""

    def __init__(self, workspace_id: str) -> None:
        super().__init__(f"Unable to find workspace: {workspace_id}", "UserError")


class JobRefused(BadRequest):
    """A job that can't be submitted."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, "UserError")


class EnvironmentNotFound(BadRequest):
    """An environment that a job names and that is not registered."""

    def __init__(self, environment: str) -> None:
        super().__init__(f"The environment '{environment}' was not found in the workspace.", "UserError")


class AssetNotFound(BadRequest):
    """A code, a model or an environment that is named and not registered.

    Attributes:
        asset: Its id.
    """

    def __init__(self, asset: str) -> None:
        super().__init__(f"The asset '{asset}' was not found in the workspace.", "UserError")
        self.asset = asset


class ImageBuildFailed(BadRequest):
    """The image of an environment that could not be built or pushed."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, "ImageBuildFailure")


class ConnectionRefused(BadRequest):
    """A connection that lacks what its kind of authentication needs."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, "ValidationError")
