"""Online endpoints (law L6): an address that answers, splits and mirrors; on managed instances or on a cluster."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from localcloud.arm.errors import BadRequest, NotEmulated
from localcloud.arm.ids import ResourceId
from localcloud.arm.resource_type import Action, ActionRequest, Facts, Request, ResourceType
from localcloud.services.machinelearning import computes, front_ends, online_keys, online_traffic
from localcloud.services.machinelearning.online_errors import EndpointExists, OnlineRefused

if TYPE_CHECKING:
    from localcloud.arm.store import Document
    from localcloud.cloud import Cloud

ENDPOINT_TYPE = "Microsoft.MachineLearningServices/workspaces/onlineEndpoints"
ONLINE_NAME = r"[a-zA-Z][-a-zA-Z0-9]{1,30}[a-zA-Z0-9]"
"""What endpoints and deployments may be called."""
_AUTH_MODES = ("Key", "AMLToken")
_ENTRA = "AADToken"


class OnlineEndpoints(ResourceType):
    """`Microsoft.MachineLearningServices/workspaces/onlineEndpoints`."""

    type = ENDPOINT_TYPE
    asynchronous = True
    # Keys that a request brings are not in the document.
    resumable = False
    facts = Facts(
        name_rule=ONLINE_NAME,
        name_error="The name for an endpoint must be at least 3 and at most 32 characters long (inclusive of both "
        "limits). The name for an endpoint must start with an upper- or lowercase letter and only consist of '-'s and "
        "alphanumeric characters; got '{name}'.",
        create_only=("properties.authMode", "properties.compute"),
        read_only=("properties.provisioningState", "properties.scoringUri", "properties.swaggerUri"),
        secret=("properties.keys",),
        objects=("properties.keys", "properties.traffic", "properties.mirrorTraffic"),
        texts=(
            "properties.authMode",
            "properties.compute",
            "properties.keys.primaryKey",
            "properties.keys.secondaryKey",
            "properties.publicNetworkAccess",
        ),
        defaults={
            "properties.publicNetworkAccess": "Enabled",
            "properties.traffic": {},
            "properties.mirrorTraffic": {},
        },
    )

    def taken(self, patch: Document) -> Document:
        """Tags and identity: everything else is a PUT."""
        return {name: value for name, value in patch.items() if name in {"tags", "identity"}}

    def admit(self, request: Request) -> None:
        """Checks how callers are let in, the cluster and the traffic."""
        if not request.document.get("location"):
            raise BadRequest("The location property is required for this definition.", "LocationRequired")
        mode = request.properties.get("authMode")
        if mode == _ENTRA:
            raise NotEmulated(f"online endpoints with the authMode '{mode}'", _AUTH_MODES)
        if mode not in _AUTH_MODES:
            raise OnlineRefused(f"authMode has to be {', '.join(_AUTH_MODES)} or {_ENTRA}; got '{mode}'.")
        if request.properties["publicNetworkAccess"] not in {"Enabled", "Disabled"}:
            raise OnlineRefused("publicNetworkAccess has to be Enabled or Disabled.")
        if request.properties.get("compute"):
            _check_compute(request, request.properties["compute"])
        if request.existing is None:
            _check_unique(request)
        online_traffic.check(request)

    def provision(self, request: Request) -> None:
        """Makes the keys, once, and tells the front end, which is started if it does not run."""
        request.document["kind"] = "K8S" if front_ends.is_kubernetes(request.document) else "Managed"
        if not online_keys.find(request.cloud, request.id.key):
            online_keys.make(request.cloud, request.id.key, request.properties.get("keys") or {})
        front_ends.publish(request.cloud, request.id)
        address = front_ends.start(request.cloud, request.document)
        prefix = f"/api/v1/endpoint/{request.id.name}" if front_ends.is_kubernetes(request.document) else ""
        request.properties["scoringUri"] = f"{address}{prefix}/score"
        request.properties["swaggerUri"] = f"{address}{prefix}/swagger.json"

    def remove(self, request: Request) -> None:
        """Ends the front end; the deployments are gone already."""
        front_ends.end(request.cloud, request.id.key)
        online_keys.forget(request.cloud, request.id.key)

    def resume(self, cloud: Cloud) -> None:
        """After a crash a front end may not know yet what a document says."""
        for endpoint in cloud.resources.of_type(self.type):
            if online_keys.find(cloud, endpoint["id"].lower()):
                front_ends.publish(cloud, ResourceId.parse(endpoint["id"]))

    def actions(self) -> Mapping[str, Action]:
        """Keys and tokens."""
        return {"listKeys": online_keys.list_keys, "regenerateKeys": _regenerate, "token": online_keys.token}


def _regenerate(request: ActionRequest) -> dict[str, Any]:
    online_keys.regenerate(request)
    front_ends.publish(request.cloud, request.id)
    return {}


def _check_compute(request: Request, compute: str) -> None:
    """A Kubernetes endpoint is on a cluster that is attached to its workspace."""
    found = ResourceId.parse(computes.usable(request.cloud, compute).document["id"])
    if found.parent != request.id.parent:
        raise OnlineRefused(f"The compute '{compute}' is in another workspace.")


def _check_unique(request: Request) -> None:
    """A managed endpoint's name is unique in its region, that of one on a cluster in its compute."""
    compute = (request.properties.get("compute") or "").lower()
    for other in request.cloud.resources.of_type(ENDPOINT_TYPE):
        beside = (other["properties"].get("compute") or "").lower() == compute
        if beside and (other["name"].lower(), other["location"]) == (
            request.id.name.lower(),
            request.document["location"],
        ):
            raise EndpointExists(request.id.name, request.document["location"])
