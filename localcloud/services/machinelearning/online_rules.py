"""What an online deployment may be: checks of a request before anything is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.arm.errors import BadRequest, NotEmulated
from localcloud.services.machinelearning import computes, environments, online_containers
from localcloud.services.machinelearning.assets import CODE_VERSION_TYPE, MODEL_VERSION_TYPE, find_version
from localcloud.services.machinelearning.durations import seconds
from localcloud.services.machinelearning.front_ends import is_kubernetes
from localcloud.services.machinelearning.online_errors import (
    DeploymentUnrecoverable,
    EndpointNotCreated,
    OnlineRefused,
)

if TYPE_CHECKING:
    from localcloud.arm.ids import ResourceId
    from localcloud.arm.resource_type import Request
    from localcloud.arm.store import Document

_LONGEST_REQUEST = 180.0
"""Seconds that a managed endpoint waits for an answer at most."""
_SCALES = {"Managed": ("Default",), "Kubernetes": ("Default", "TargetUtilization")}
_TIMES = ("initialDelay", "period", "timeout")
_COUNTS = ("failureThreshold", "successThreshold")


def check(request: Request) -> None:
    """Raises CloudError for a deployment that can't be."""
    if not request.document.get("location"):
        raise BadRequest("The location property is required for this definition.", "LocationRequired")
    kind = request.properties.get("endpointComputeType")
    if kind not in _SCALES:
        raise OnlineRefused(f"endpointComputeType has to be Managed or Kubernetes; got '{kind}'.")
    _check_endpoint(request, kind)
    _check_state(request)
    _check_sources(request, parent(parent(request.id)))
    _check_settings(request.properties, kind)
    if not _is_count(request.document["sku"].get("capacity")):
        raise OnlineRefused(f"sku.capacity has to be 1 or more; got {request.document['sku'].get('capacity')!r}.")


def parent(resource_id: ResourceId) -> ResourceId:
    """The parent of an id that has one."""
    found = resource_id.parent
    if found is None:
        raise ValueError(f"{resource_id} has no parent")
    return found


def _check_endpoint(request: Request, kind: str) -> None:
    endpoint = request.cloud.resources.get(parent(request.id))
    if not endpoint["properties"].get("scoringUri"):
        raise EndpointNotCreated(endpoint["name"])
    if is_kubernetes(endpoint) != (kind == "Kubernetes"):
        wanted = "Kubernetes" if is_kubernetes(endpoint) else "Managed"
        raise OnlineRefused(f"Endpoint [{endpoint['name']}] takes deployments with endpointComputeType {wanted} only.")
    instance_type = request.properties.get("instanceType")
    if kind == "Kubernetes":
        known = computes.usable(request.cloud, endpoint["properties"]["compute"]).instance_types
        if instance_type and instance_type not in known:
            raise OnlineRefused(f"The instanceType '{instance_type}' is none of the compute: {', '.join(known)}.")


def _check_state(request: Request) -> None:
    """One that never came up can't be mended: only one that served goes on when an update fails."""
    failed = request.existing is not None and request.existing["properties"]["provisioningState"] == "Failed"
    if failed and online_containers.serving(request.cloud, request.id.key) is None:
        raise DeploymentUnrecoverable(request.id.name)


def _check_sources(request: Request, workspace: ResourceId) -> None:
    properties = request.properties
    if not properties.get("environmentId"):
        raise OnlineRefused("'environmentId' is required.")
    environment = environments.find(request.cloud, workspace, properties["environmentId"])
    if environment is None:
        raise NotEmulated(f"deployments of the environment '{properties['environmentId']}'", ["workspace environments"])
    if environment["properties"].get("build"):
        raise NotEmulated("deployments of environments with 'build'", ["image", "image and condaFile"])
    code = properties.get("codeConfiguration")
    if code:
        if not code.get("scoringScript") or not code.get("codeId"):
            raise OnlineRefused("'codeConfiguration' needs 'codeId' and 'scoringScript'.")
        find_version(request.cloud, workspace, CODE_VERSION_TYPE, code["codeId"])
    elif not environment["properties"].get("inferenceConfig"):
        raise OnlineRefused("A deployment without 'codeConfiguration' needs an environment with 'inferenceConfig'.")
    if properties.get("model"):
        find_version(request.cloud, workspace, MODEL_VERSION_TYPE, properties["model"])


def _check_settings(properties: Document, kind: str) -> None:
    scale = properties["scaleSettings"].get("scaleType")
    if scale not in _SCALES[kind]:
        raise OnlineRefused(
            f"scaleType of a {kind} deployment has to be one of {', '.join(_SCALES[kind])}; got '{scale}'."
        )
    settings = properties["requestSettings"]
    timeout = seconds(settings["requestTimeout"])
    if kind == "Managed" and timeout > _LONGEST_REQUEST:
        raise OnlineRefused(f"requestTimeout is at most PT3M; got {settings['requestTimeout']}.")
    seconds(settings["maxQueueWait"])
    if not _is_count(settings["maxConcurrentRequestsPerInstance"]):
        raise OnlineRefused("maxConcurrentRequestsPerInstance has to be 1 or more.")
    for name in ("livenessProbe", "readinessProbe"):
        probe = properties.get(name) or {}
        for time in _TIMES:
            if probe.get(time) is not None:
                seconds(probe[time])
        for count in _COUNTS:
            if probe.get(count) is not None and not _is_count(probe[count]):
                raise OnlineRefused(f"{name}.{count} has to be 1 or more; got {probe[count]!r}.")


def _is_count(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 1
