"""Online deployments (law L6): code, model and environment that serve as a container of their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from localcloud.arm.resource_type import Action, ActionRequest, Facts, Request, ResourceType
from localcloud.services.machinelearning import front_ends, online_containers, online_rules, online_serving
from localcloud.services.machinelearning.online_endpoints import ONLINE_NAME
from localcloud.services.machinelearning.online_errors import DeploymentHasTraffic, OnlineRefused

if TYPE_CHECKING:
    from localcloud.arm.ids import ResourceId
    from localcloud.arm.store import Document
    from localcloud.cloud import Cloud

_LOG_LINES = 500
_CONTAINERS = ("InferenceServer", "StorageInitializer")


class OnlineDeployments(ResourceType):
    """`Microsoft.MachineLearningServices/workspaces/onlineEndpoints/deployments`: Managed and Kubernetes."""

    type = front_ends.DEPLOYMENT_TYPE
    asynchronous = True
    facts = Facts(
        name_rule=ONLINE_NAME,
        name_error="The name for a deployment must be at least 3 and at most 32 characters long (inclusive of both "
        "limits). The name for a deployment must start with an upper- or lowercase letter and only consist of '-'s "
        "and alphanumeric characters; got '{name}'.",
        create_only=(
            "properties.endpointComputeType",
            "properties.instanceType",
            "properties.codeConfiguration.codeId",
            "properties.codeConfiguration.scoringScript",
        ),
        read_only=("properties.provisioningState",),
        objects=(
            "properties.codeConfiguration",
            "properties.environmentVariables",
            "properties.livenessProbe",
            "properties.readinessProbe",
            "properties.requestSettings",
            "properties.scaleSettings",
            "sku",
        ),
        texts=(
            "properties.codeConfiguration.codeId",
            "properties.codeConfiguration.scoringScript",
            "properties.endpointComputeType",
            "properties.environmentId",
            "properties.model",
            "properties.modelMountPath",
            "properties.instanceType",
        ),
        defaults={
            "sku": {"name": "Default"},
            "sku.capacity": 1,
            "properties.appInsightsEnabled": False,
            "properties.egressPublicNetworkAccess": "Enabled",
            "properties.requestSettings.maxConcurrentRequestsPerInstance": 1,
            "properties.requestSettings.requestTimeout": "PT5S",
            "properties.requestSettings.maxQueueWait": "PT0.5S",
        },
    )

    def compose(self, cloud: Cloud, resource_id: ResourceId, body: Document, existing: Document | None) -> Request:
        """As every type, with what is the default of one kind only."""
        request = super().compose(cloud, resource_id, body, existing)
        managed = request.properties.get("endpointComputeType") == "Managed"
        if managed:
            request.properties["instanceType"] = request.properties.get("instanceType") or "Standard_F4s_v2"
        scale = {"scaleType": "Default" if managed else "TargetUtilization"}
        request.properties["scaleSettings"] = request.properties.get("scaleSettings") or scale
        return request

    def taken(self, patch: Document) -> Document:
        """Tags, identity and the number of instances."""
        return {name: value for name, value in patch.items() if name in {"tags", "identity", "sku"}}

    def admit(self, request: Request) -> None:
        """Checks the endpoint, what is served and the settings; nothing is pulled or read yet."""
        online_rules.check(request)

    def admit_removal(self, request: Request) -> None:
        """Refuses while requests go to it."""
        endpoint_id = request.id.parent
        endpoint = request.cloud.resources.find(endpoint_id) if endpoint_id else None
        for name in ("traffic", "mirrorTraffic"):
            percent = ((endpoint or {}).get("properties", {}).get(name) or {}).get(request.id.name, 0)
            if percent and endpoint is not None:
                raise DeploymentHasTraffic(request.id.name, endpoint["name"], name, percent)

    def provision(self, request: Request) -> None:
        """Serves; what served before goes on until then, and for good when this fails."""
        online_serving.deploy(request)

    def remove(self, request: Request) -> None:
        """Ends it once the requests in it are answered."""
        online_serving.retire(request)

    def actions(self) -> Mapping[str, Action]:
        """Its log."""
        return {"getLogs": _logs}


def _logs(request: ActionRequest) -> Document:
    kind = request.body.get("containerType") or _CONTAINERS[0]
    if kind not in _CONTAINERS:
        raise OnlineRefused(f"containerType has to be one of {', '.join(_CONTAINERS)}; got '{kind}'.")
    lines = request.body.get("tail")
    if lines is not None and (isinstance(lines, bool) or not isinstance(lines, int | float) or lines < 0):
        raise OnlineRefused(f"tail has to be a number of lines; got {lines!r}.")
    tail = int(lines) if lines else _LOG_LINES
    if kind == "StorageInitializer":
        return {"content": "\n".join(online_serving.downloads(request.cloud, request.id).splitlines()[-tail:])}
    latest = online_containers.record(request.cloud, request.id.key).latest
    return {"content": online_containers.tail(request.cloud, latest, tail) if latest else ""}
