"""Errors of computes.

CloudError
├── AttachRefused                own wording
└── ComputeUnusable
"""

from __future__ import annotations

from localcloud.arm.errors import BadRequest

_WORDS = {
    "ComputeNotFound": "Cannot find Kubernetes compute.",
    "ComputeNotAccessible": "The Kubernetes compute is not accessible.",
    "InvalidComputeInformation": "The compute information is invalid.",
    "ClusterNotFound": "Cannot found Kubernetes cluster.",
}


class AttachRefused(BadRequest):
    """A cluster that can't be attached to a workspace."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"{reason}.", "ComputeAttachFailed")


class ComputeUnusable(BadRequest):
    """A compute that an endpoint or a deployment can't be on, in the words of Azure's troubleshooting guide."""

    def __init__(self, code: str) -> None:
        super().__init__(_WORDS[code], code)
