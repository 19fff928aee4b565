"""Computes of a workspace: Kubernetes clusters that are attached to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from localcloud.arm.errors import InvalidResourceId, NotEmulated, ResourceNotFound
from localcloud.arm.ids import ResourceId
from localcloud.arm.resource_type import Facts, Request, ResourceType
from localcloud.services.containerservice.agent_pools import profiles
from localcloud.services.containerservice.managed_clusters import find as find_cluster
from localcloud.services.containerservice.managed_clusters import kubelet_identity
from localcloud.services.kubernetesconfiguration.extensions import azureml_extension, is_on, serves
from localcloud.services.machinelearning.compute_errors import AttachRefused, ComputeUnusable
from localcloud.services.machinelearning.instance_types import DEFAULT_NAME, DEFAULT_TYPE, check_instance_types

if TYPE_CHECKING:
    from localcloud.arm.store import Document
    from localcloud.cloud import Cloud

COMPUTE_TYPE = "Microsoft.MachineLearningServices/workspaces/computes"
_KINDS = ("Kubernetes", "AKS")
_INNER = "properties.properties"


@dataclass(frozen=True, slots=True)
class KubernetesCompute:
    """An attached cluster that endpoints can be made on.

    Attributes:
        document: The compute.
        cluster: The cluster's document.
        puller_id: Object id of the identity that its nodes pull images as.
        puller_client_id: The same identity's client id.
        namespace: Where the pods of its deployments run.
        instance_types: By name: `nodeSelector` and `resources` with `requests` and `limits`.
        default_instance_type: What a deployment without one gets.
        insecure: Whether its endpoints are served without TLS.
    """

    document: Document
    cluster: Document
    puller_id: str
    puller_client_id: str
    namespace: str
    instance_types: Mapping[str, Any]
    default_instance_type: str
    insecure: bool


class Computes(ResourceType):
    """`Microsoft.MachineLearningServices/workspaces/computes` of the types Kubernetes and AKS (attached)."""

    type = COMPUTE_TYPE
    asynchronous = True
    facts = Facts(
        name_rule=r"[a-zA-Z](?![a-zA-Z0-9-]*-\d+$)[a-zA-Z0-9-]{2,23}",
        name_error="Compute name '{name}' is invalid: 3 to 24 letters, digits and '-', beginning with a letter, and "
        "not ending with '-' and a number.",
        create_only=(
            "properties.computeType",
            "properties.computeLocation",
            "properties.disableLocalAuth",
            "properties.resourceId",
        ),
        read_only=tuple(
            f"properties.{name}"
            for name in ("provisioningState", "createdOn", "modifiedOn", "provisioningErrors", "isAttachedCompute")
        ),
        kept=("properties.computeLocation", "properties.disableLocalAuth"),
        secret=(
            f"{_INNER}.relayConnectionString",
            f"{_INNER}.serviceBusConnectionString",
            f"{_INNER}.sslConfiguration.cert",
            f"{_INNER}.sslConfiguration.key",
        ),
        objects=(_INNER, f"{_INNER}.instanceTypes", f"{_INNER}.sslConfiguration"),
        texts=(
            "properties.computeType",
            "properties.resourceId",
            f"{_INNER}.namespace",
            f"{_INNER}.defaultInstanceType",
        ),
        defaults={_INNER: {}},
    )

    def admit(self, request: Request) -> None:
        """Refuses another kind, and a cluster that can't be attached."""
        properties = request.properties
        kind = properties.get("computeType")
        if kind not in _KINDS:
            raise NotEmulated(f"computes of the type '{kind}'", _KINDS)
        if not properties.get("resourceId"):
            raise AttachRefused(f"The resourceId of a compute of the type {kind} is needed: localcloud attaches only")
        cluster = _cluster(request.cloud, properties["resourceId"])
        if ResourceId.parse(cluster["id"]).subscription.lower() != request.id.subscription.lower():
            raise AttachRefused(f"The cluster '{cluster['id']}' is in another subscription than the workspace")
        if kind == "Kubernetes":
            _complete(request)

    def provision(self, request: Request) -> None:
        """Attaches: the cluster has to have the extension."""
        properties = request.properties
        cluster = _cluster(request.cloud, properties["resourceId"])
        now = datetime.now(UTC).isoformat(timespec="microseconds")
        created = (request.existing or {}).get("properties", {}).get("createdOn")
        properties |= {"createdOn": created or now, "modifiedOn": now, "isAttachedCompute": True}
        properties.setdefault("computeLocation", cluster["location"])
        if properties["computeType"] == "AKS":
            pools = profiles(request.cloud, cluster["id"]).values()
            properties["properties"].setdefault("agentCount", sum(pool["count"] for pool in pools))
            return
        extension = azureml_extension(request.cloud, cluster["id"])
        if extension is None:
            raise AttachRefused(
                f"The cluster '{cluster['name']}' has no AzureML extension (Microsoft.AzureML.Kubernetes) in the "
                "provisioning state Succeeded"
            )
        train = str(extension["properties"]["releaseTrain"]).lower()
        properties["properties"] |= {"extensionPrincipalId": None, "extensionInstanceReleaseTrain": train}


def usable(cloud: Cloud, compute_id: str) -> KubernetesCompute:
    """An attached cluster, as an endpoint or a deployment on it needs it.

    Raises:
        ComputeUnusable: The compute, its cluster or the extension is not there (any more), or is not for endpoints.
    """
    document = _compute(cloud, compute_id)
    cluster = find_cluster(cloud, document["properties"]["resourceId"])
    if cluster is None:
        raise ComputeUnusable("ClusterNotFound")
    extension = azureml_extension(cloud, cluster["id"])
    if extension is None or not serves(extension):
        raise ComputeUnusable("InvalidComputeInformation")
    identity, inner = kubelet_identity(cluster), document["properties"]["properties"]
    return KubernetesCompute(
        document,
        cluster,
        identity["objectId"],
        identity["clientId"],
        inner["namespace"],
        inner["instanceTypes"],
        inner["defaultInstanceType"],
        is_on(extension["properties"]["configurationSettings"], "allowInsecureConnections"),
    )


def _compute(cloud: Cloud, compute_id: str) -> Document:
    try:
        parsed = ResourceId.parse(compute_id)
    except InvalidResourceId:
        raise ComputeUnusable("ComputeNotFound") from None
    found = cloud.resources.find(parsed) if parsed.type.lower() == COMPUTE_TYPE.lower() else None
    if found is None or found["properties"]["provisioningState"] != "Succeeded":
        raise ComputeUnusable("ComputeNotFound")
    if found["properties"]["computeType"] != "Kubernetes":
        raise ComputeUnusable("InvalidComputeInformation")
    return found


def _cluster(cloud: Cloud, cluster_id: str) -> Document:
    try:
        found = find_cluster(cloud, cluster_id)
    except InvalidResourceId as error:
        raise AttachRefused(error.message) from error
    if found is None:
        parsed = ResourceId.parse(cluster_id)
        raise ResourceNotFound(parsed.type_and_name, parsed.group)
    state = found["properties"]["provisioningState"]
    if state != "Succeeded":
        raise AttachRefused(f"The cluster '{found['name']}' is in the provisioning state {state}")
    return found


def _complete(request: Request) -> None:
    """Fills in the namespace and the instance types; an attached compute keeps its namespace, whatever is asked."""
    inner: dict[str, Any] = request.properties["properties"]
    if request.existing is not None:
        inner["namespace"] = request.existing["properties"]["properties"]["namespace"]
    inner["namespace"] = inner.get("namespace") or "default"
    inner["instanceTypes"] = inner.get("instanceTypes") or {DEFAULT_NAME: DEFAULT_TYPE}
    names = list(inner["instanceTypes"])
    inner["defaultInstanceType"] = inner.get("defaultInstanceType") or names[0]
    check_instance_types(inner)
