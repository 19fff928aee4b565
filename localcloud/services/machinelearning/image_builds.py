"""The build of an environment's image, as far as the cloud shows it: it needs the workspace's registry (law L1).

The image itself is not built; whether it could be is checked: the registry's network and the workspace's right.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from localcloud.arm.ids import ResourceId
from localcloud.services.machinelearning import lazy_registry
from localcloud.services.machinelearning.errors import ImageBuildFailed
from localcloud.services.machinelearning.identity import may_build, principal

if TYPE_CHECKING:
    from localcloud.cloud import Cloud

_PRIVATE_REGISTRY = (
    "If Container Registry is behind the virtual network, Container Registry cannot build your image. Set the "
    "imageBuildCompute property to build your image. See "
    "https://docs.microsoft.com/azure/machine-learning/how-to-secure-workspace-vnet"
    "#enable-azure-container-registry-acr"
)


def start(cloud: Cloud, version: ResourceId) -> None:
    """Builds in the background."""
    workspace = _workspace(version)
    operation = cloud.operations.record(f"{version.key}/builds/1", "build")
    cloud.operations.submit(operation, lambda: run(cloud, workspace), waits=True)


def resume(cloud: Cloud, version: ResourceId) -> None:
    """Builds again where the workspace still has no registry."""
    workspace = cloud.resources.find(_workspace(version))
    if workspace is not None and not workspace["properties"].get("containerRegistry"):
        start(cloud, version)


def run(cloud: Cloud, workspace_id: ResourceId) -> None:
    """Makes the workspace's registry where there is none; raises ImageBuildFailed when it can't be used."""
    registry = lazy_registry.ensure(cloud, workspace_id)
    workspace = cloud.resources.get(workspace_id)
    private = registry["properties"].get("publicNetworkAccess") == "Disabled"
    if private and not workspace["properties"].get("imageBuildCompute"):
        raise ImageBuildFailed(_PRIVATE_REGISTRY)
    if not may_build(cloud, workspace, registry):
        raise ImageBuildFailed(
            f"container registry authorization failure: the identity '{principal(workspace).id}' of the workspace "
            f"needs AcrPull and AcrPush on '{registry['id']}'."
        )


def _workspace(version: ResourceId) -> ResourceId:
    return ResourceId.parse(version.text.partition("/environments/")[0])
