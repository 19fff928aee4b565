"""What runs in a cluster for the endpoints of workspaces: it ends with the cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localcloud.services.machinelearning import front_ends, online_containers
from localcloud.services.machinelearning.computes import COMPUTE_TYPE

if TYPE_CHECKING:
    from localcloud.cloud import Cloud

_ENDPOINT_TYPE = "Microsoft.MachineLearningServices/workspaces/onlineEndpoints"


def end(cloud: Cloud, cluster_id: str) -> None:
    """Stops the front ends and the deployments of every endpoint on the cluster; their documents stay as they are."""
    computes = {
        compute["id"].lower()
        for compute in cloud.resources.of_type(COMPUTE_TYPE)
        if str(compute["properties"].get("resourceId")).lower() == cluster_id.lower()
    }
    for endpoint in cloud.resources.of_type(_ENDPOINT_TYPE) if computes else ():
        if str(endpoint["properties"].get("compute")).lower() not in computes:
            continue
        online_containers.stop(cloud, front_ends.container_id(endpoint["id"].lower()))
        for deployment in cloud.resources.below(endpoint["id"], front_ends.DEPLOYMENT_TYPE):
            found = online_containers.record(cloud, deployment["id"].lower())
            for container in {found.container, found.latest} - {""}:
                online_containers.stop(cloud, container)
