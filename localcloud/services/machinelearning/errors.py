"""Errors of Azure Machine Learning.

CloudError
├── MissingDependentResources
├── DependentResourceNotFound
└── DependentResourceFixed
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
    """A dependent resource that is not there; the wording is localcloud's own."""

    def __init__(self, resource_id: str) -> None:
        super().__init__(f"The dependent resource '{resource_id}' of the workspace was not found.", "ValidationError")


class DependentResourceFixed(BadRequest):
    """A property of a workspace that stays what it was; Azure's wording is known for the storage account only."""

    def __init__(self, changed: list[str]) -> None:
        spoken = (_SPOKEN.get(path, path.removeprefix("properties.")) for path in changed)
        super().__init__(" ".join(f"{name} update is not supported yet" for name in spoken))
