"""Errors of cluster extensions; the words are localcloud's own.

CloudError
├── ExtensionRefused
├── ExtensionTypeAlreadyInstalled
└── InstallationFailed
"""

from __future__ import annotations

from localcloud.arm.errors import BadRequest, Conflict


class ExtensionRefused(BadRequest):
    """An extension that can't be asked for."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"The extension is invalid: {reason}.", "InvalidExtension")


class ExtensionTypeAlreadyInstalled(Conflict):
    """A second extension of one type in a cluster."""

    def __init__(self, extension_type: str, name: str) -> None:
        super().__init__(
            f"An extension of the type '{extension_type}' is installed in the cluster already, as '{name}'.",
            "ExtensionTypeAlreadyInstalled",
        )


class InstallationFailed(BadRequest):
    """An extension whose installation in the cluster failed."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"Extension installation failed: {reason}.", "ExtensionOperationFailed")
