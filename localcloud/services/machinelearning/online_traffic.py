"""How an endpoint's requests may be split and mirrored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.arm.ids import ResourceId
from localcloud.services.machinelearning import online_containers
from localcloud.services.machinelearning.front_ends import is_kubernetes
from localcloud.services.machinelearning.online_errors import DeploymentNotFound, TrafficRefused

if TYPE_CHECKING:
    from localcloud.arm.resource_type import Request

_WHOLE = 100
_MOST_MIRRORED = 50


def check(request: Request) -> None:
    """Raises TrafficRefused or DeploymentNotFound for a split that can't be."""
    traffic = _percentages(request, "traffic")
    mirror = _percentages(request, "mirrorTraffic")
    if request.existing is None and (any(traffic.values()) or any(mirror.values())):
        raise TrafficRefused("Traffic can't be set when the endpoint is created: it has no deployments yet.")
    if sum(traffic.values()) not in {0, _WHOLE}:
        raise TrafficRefused(f"Traffic values need to sum to 100 or 0; they sum to {sum(traffic.values())}.")
    _check_mirror(request, traffic, {name: percent for name, percent in mirror.items() if percent})
    for name in (*traffic, *mirror):
        _check_deployment(request, name)


def _percentages(request: Request, what: str) -> dict[str, int]:
    """The percentages by deployment, whole numbers; an empty object is what is shown without any."""
    found: Any = request.properties.get(what) or {}
    if not isinstance(found, dict):
        raise TrafficRefused(f"'{what}' has to be an object.")
    for name, percent in found.items():
        # JSON of some clients writes every number as a float.
        if isinstance(percent, bool) or not isinstance(percent, int | float) or percent != int(percent):
            raise TrafficRefused(f"{what} of deployment [{name}] has to be a whole number; got {percent!r}.")
        if not 0 <= percent <= _WHOLE:
            raise TrafficRefused(f"{what} of deployment [{name}] has to be 0 to 100; got {percent}.")
    request.properties[what] = {name: int(percent) for name, percent in found.items()}
    return dict(request.properties[what])


def _check_mirror(request: Request, traffic: dict[str, int], mirror: dict[str, int]) -> None:
    if mirror and is_kubernetes(request.document):
        raise TrafficRefused("Mirrored traffic isn't supported for Kubernetes online endpoints.")
    if len(mirror) > 1:
        raise TrafficRefused(f"Traffic can be mirrored to one deployment only; got {', '.join(mirror)}.")
    for name, percent in mirror.items():
        if percent > _MOST_MIRRORED:
            raise TrafficRefused(f"Mirror traffic values need to sum to utmost 50; got {percent}.")
        if traffic.get(name):
            raise TrafficRefused(f"Deployment [{name}] can receive either live traffic or mirror traffic, not both.")


def _check_deployment(request: Request, name: str) -> None:
    deployment_id = ResourceId.parse(f"{request.id}/deployments/{name}")
    found = request.cloud.resources.find(deployment_id)
    if found is None:
        workspace = request.id.parent.name if request.id.parent else ""
        raise DeploymentNotFound(name, request.id.name, workspace)
    serves = online_containers.serving(request.cloud, deployment_id.key) is not None
    leaves = found["properties"]["provisioningState"] == "Deleting"
    if request.properties["traffic"].get(name) and (leaves or not serves):
        raise TrafficRefused(f"Deployment [{name}] has not been provisioned successfully.")
