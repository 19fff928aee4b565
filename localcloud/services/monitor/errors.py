"""Errors of Azure Monitor.

CloudError
├── NoDestination
├── UnsupportedCategory
├── DestinationNotFound          own wording
├── DestinationInUse
├── InvalidAutoscaleSetting      own wording
└── AutoscaleTargetTaken         own wording
"""

from __future__ import annotations

from localcloud.arm.errors import BadRequest, Conflict


class NoDestination(BadRequest):
    """A diagnostic setting that sends nothing anywhere."""

    def __init__(self) -> None:
        super().__init__("At least one data sink needs to be specified.")


class UnsupportedCategory(BadRequest):
    """A category, or a group of them, that the resource does not have."""

    def __init__(self, what: str, name: str) -> None:
        super().__init__(f"{what} '{name}' is not supported.")


class DestinationNotFound(BadRequest):
    """A destination that is not there."""

    def __init__(self, resource_id: str) -> None:
        super().__init__(
            f"The destination '{resource_id}' of the diagnostic setting was not found.", "ResourceNotFound"
        )


class DestinationInUse(Conflict):
    """Two settings of one resource that send the same to the same place."""

    def __init__(self, sink: str, setting: str, category: str, scope: str) -> None:
        super().__init__(
            f"Data sink '{sink}' is already used in diagnostic setting '{setting}' for category '{category}'. Data "
            f"sinks can't be reused in different settings on the same category for the same resource '{scope}'."
        )


class InvalidAutoscaleSetting(BadRequest):
    """An autoscale setting that could not be obeyed."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"The autoscale setting is invalid: {reason}.", "InvalidAutoscaleSetting")


class AutoscaleTargetTaken(Conflict):
    """A second autoscale setting for one resource."""

    def __init__(self, target: str, setting: str) -> None:
        super().__init__(
            f"The resource '{target}' has an autoscale setting already: '{setting}'.",
            "AutoscaleTargetAlreadyHasSetting",
        )
