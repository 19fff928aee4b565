"""Instance types of a Kubernetes compute: what a replica of a deployment may use."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from localcloud.services.machinelearning.compute_errors import AttachRefused

DEFAULT_NAME = "defaultinstancetype"
DEFAULT_TYPE: Mapping[str, Any] = {
    "nodeSelector": None,
    "resources": {"requests": {"cpu": "100m", "memory": "2Gi"}, "limits": {"cpu": "2", "memory": "8Gi"}},
}
_NAMESPACE = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
_QUANTITY = re.compile(r"\d+(\.\d+)?(m|Ki|Mi|Gi|Ti|k|M|G|T)?")


def check_instance_types(inner: Mapping[str, Any]) -> None:
    """Raises AttachRefused for a namespace, a default or an instance type that can't be."""
    if not _NAMESPACE.fullmatch(inner["namespace"]):
        raise AttachRefused(f"'{inner['namespace']}' is no name of a Kubernetes namespace")
    types = inner["instanceTypes"]
    if inner["defaultInstanceType"] not in types:
        raise AttachRefused(
            f"The defaultInstanceType '{inner['defaultInstanceType']}' is none of the instanceTypes {', '.join(types)}"
        )
    for name, definition in types.items():
        _check_type(name, definition)


def _check_type(name: str, definition: Any) -> None:
    resources = definition.get("resources") if isinstance(definition, dict) else None
    if not isinstance(resources, dict):
        raise AttachRefused(f"The instance type '{name}' needs 'resources'")
    for kind in ("requests", "limits"):
        amounts = resources.get(kind)
        if not isinstance(amounts, dict | None):
            raise AttachRefused(f"The {kind} of the instance type '{name}' are no object")
        for resource, amount in (amounts or {}).items():
            if amount is not None and not (isinstance(amount, str) and _QUANTITY.fullmatch(amount)):
                raise AttachRefused(f"'{amount}' is no amount of '{resource}' of the instance type '{name}'")
