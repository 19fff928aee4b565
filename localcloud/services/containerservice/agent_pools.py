"""Pools of nodes: resources below a cluster, which shows them as its `agentPoolProfiles`, too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from localcloud.arm.errors import BadRequest
from localcloud.arm.ids import ResourceId
from localcloud.arm.resource_type import Facts, Request, ResourceType
from localcloud.services.containerservice import validation
from localcloud.services.containerservice.errors import LastSystemPool

if TYPE_CHECKING:
    from localcloud.arm.store import Document
    from localcloud.cloud import Cloud

POOL_TYPE = "Microsoft.ContainerService/managedClusters/agentPools"
_FIXED = ("vmSize", "osType", "osDiskType", "vnetSubnetID", "maxPods", "gpuInstanceProfile", "hostGroupID")
_DEFAULTS: Mapping[str, Any] = {
    "count": 1,
    "vmSize": "Standard_DS2_v2",
    "mode": "User",
    "osType": "Linux",
    "osSKU": "Ubuntu",
    "osDiskSizeGB": 128,
    "osDiskType": "Managed",
    "maxPods": 110,
    "type": "VirtualMachineScaleSets",
    "enableAutoScaling": False,
}


class AgentPools(ResourceType):
    """`Microsoft.ContainerService/managedClusters/agentPools`."""

    type = POOL_TYPE
    asynchronous = True
    facts = Facts(
        name_rule="[a-z][a-z0-9]{0,11}",
        name_error="The agent pool name '{name}' is invalid: 1 to 12 lower-case letters and digits, beginning with a "
        "letter.",
        create_only=tuple(f"properties.{name}" for name in _FIXED),
        read_only=tuple(
            f"properties.{name}"
            for name in ("provisioningState", "powerState", "currentOrchestratorVersion", "nodeImageVersion")
        ),
        kept=tuple(f"properties.{name}" for name in _FIXED),
        defaults={f"properties.{name}": value for name, value in _DEFAULTS.items()},
    )

    def admit(self, request: Request) -> None:
        """Refuses what can't be a pool, and a last system pool that would be one no more."""
        profile = request.properties | {"name": request.id.name}
        validation.check_pool(profile)
        parent = request.id.parent
        cluster = request.cloud.resources.get(parent) if parent else {"properties": {}}
        _describe(request.properties, cluster["properties"])
        if profile["mode"] != "System":
            _require_other_system_pool(request, existing_only=True)

    def admit_removal(self, request: Request) -> None:
        """The last system pool stays."""
        _require_other_system_pool(request, existing_only=False)


def profiles(cloud: Cloud, cluster_id: str) -> dict[str, Document]:
    """A cluster's pools by name, as its `agentPoolProfiles` shows them."""
    found = cloud.resources.below(cluster_id, POOL_TYPE)
    return {document["name"]: {"name": document["name"]} | document["properties"] for document in found}


def completed(profile: Document, existing: Document | None, cluster: Mapping[str, Any]) -> Document:
    """A pool of a cluster's request, with what the request leaves out of it."""
    kept = {name: existing[name] for name in _FIXED if existing and name in existing}
    result = {**_DEFAULTS, **kept, **{name: value for name, value in profile.items() if value is not None}}
    _describe(result, cluster)
    return result


def refuse_changes(existing: Document | None, profile: Document) -> None:
    """Raises BadRequest when a cluster's request changes what a pool keeps for life."""
    changed = [name for name in _FIXED if existing and existing.get(name) != profile.get(name)]
    if changed:
        paths = (f"Changing property 'properties.agentPoolProfiles.{name}' is not allowed." for name in changed)
        raise BadRequest(" ".join(paths), "PropertyChangeNotAllowed")


def write(cloud: Cloud, cluster_id: str, profile: Document) -> None:
    """Stores a pool that came with its cluster."""
    name = profile["name"]
    pool_id = ResourceId.parse(f"{cluster_id}/agentPools/{name}")
    properties = {key: value for key, value in profile.items() if key != "name"} | {"provisioningState": "Succeeded"}
    cloud.resources.save({"id": pool_id.text, "name": name, "type": POOL_TYPE, "properties": properties})


def _describe(properties: Document, cluster: Mapping[str, Any]) -> None:
    version = properties.get("orchestratorVersion") or cluster.get("kubernetesVersion")
    properties |= {
        "orchestratorVersion": version,
        "currentOrchestratorVersion": version,
        "nodeImageVersion": "AKSUbuntu-2204gen2containerd-202511.01.0",
        "powerState": {"code": "Running"},
    }
    if properties.get("enableAutoScaling") and properties.get("minCount") is not None:
        properties["count"] = max(properties["count"], properties["minCount"])


def _require_other_system_pool(request: Request, *, existing_only: bool) -> None:
    """Raises LastSystemPool when the pool is the last one of the mode System."""
    parent, before = request.id.parent, request.existing
    if parent is None or (existing_only and before is None):
        return
    if before is None or before["properties"].get("mode") != "System":
        return
    others = profiles(request.cloud, parent.text)
    if not any(pool["mode"] == "System" for name, pool in others.items() if name != request.id.name):
        raise LastSystemPool(request.id.name)
