"""Environments: a container of versions, and versions that never change. Images are not built, only their registry."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from localcloud.arm.errors import BadRequest, InvalidRequestContent
from localcloud.arm.ids import ResourceId
from localcloud.arm.resource_type import Facts, Request, ResourceType
from localcloud.services.machinelearning import image_builds
from localcloud.services.machinelearning.assets import ASSET_NAME, AssetContainer, find_version
from localcloud.services.machinelearning.errors import AssetNotFound, EnvironmentNotFound

if TYPE_CHECKING:
    from localcloud.arm.store import Document
    from localcloud.cloud import Cloud

ENVIRONMENT_TYPE = "Microsoft.MachineLearningServices/workspaces/environments"
VERSION_TYPE = f"{ENVIRONMENT_TYPE}/versions"
_SHARED = re.compile(r"azureml://registries/[^/]+/environments/.+")


class Environments(AssetContainer):
    """`Microsoft.MachineLearningServices/workspaces/environments`: all versions of one environment."""

    type = ENVIRONMENT_TYPE
    version_type = VERSION_TYPE


class EnvironmentVersions(ResourceType):
    """`Microsoft.MachineLearningServices/workspaces/environments/versions`."""

    type = VERSION_TYPE
    implies_parent = True
    facts = Facts(
        name_rule=ASSET_NAME,
        create_only=tuple(
            f"properties.{name}"
            for name in (
                "autoRebuild",
                "build.contextUri",
                "build.dockerfilePath",
                "condaFile",
                "image",
                "inferenceConfig",
                "osType",
            )
        ),
        objects=(
            "properties.build",
            "properties.inferenceConfig",
            *(f"properties.inferenceConfig.{kind}Route" for kind in ("liveness", "readiness", "scoring")),
        ),
        texts=("properties.image", "properties.condaFile"),
        read_only=("properties.environmentType", "properties.provisioningState"),
        defaults={
            "properties.autoRebuild": "Disabled",
            "properties.isAnonymous": False,
            "properties.isArchived": False,
            "properties.osType": "Linux",
        },
    )

    def admit(self, request: Request) -> None:
        """A version is made from an image, with or without conda packages, or from a build context; not from both."""
        image, build = request.properties.get("image"), request.properties.get("build")
        if bool(image) == bool(build):
            raise BadRequest("An environment version needs either 'image' or 'build'.", "UserError")
        if build and not (isinstance(build, dict) and build.get("contextUri")):
            raise InvalidRequestContent("properties.build.contextUri is required")
        if build and request.properties.get("condaFile"):
            raise BadRequest("'condaFile' goes with 'image', not with 'build'.", "UserError")

    def provision(self, request: Request) -> None:
        """Makes its environment, and starts the build of an image where it needs one."""
        if request.properties.get("build"):
            request.properties["build"].setdefault("dockerfilePath", "Dockerfile")
        request.properties["environmentType"] = "UserCreated"
        environment = request.id.parent
        if environment is not None and request.cloud.resources.find(environment) is None:
            request.cloud.resources.put(request.cloud, environment, {"properties": {}})
        if request.existing is None and needs_build(request.document):
            image_builds.start(request.cloud, request.id)

    def resume(self, cloud: Cloud) -> None:
        """Builds that a crash cut off before there was a registry begin again."""
        for version in filter(needs_build, cloud.resources.of_type(self.type)):
            image_builds.resume(cloud, ResourceId.parse(version["id"]))


def needs_build(version: Document) -> bool:
    """Whether an environment version has to become an image first: one that is nothing but an image has not."""
    return bool(version["properties"].get("condaFile") or version["properties"].get("build"))


def find(cloud: Cloud, workspace: ResourceId | None, environment_id: str) -> Document | None:
    """The environment version that a job names; None for one of a registry of Azure ML, whose image is there.

    Args:
        cloud: Where it is looked for.
        workspace: Where a short name (`azureml:name:version`) is looked for.
        environment_id: An ARM id, a short name or `azureml://registries/...`.

    Raises:
        EnvironmentNotFound: It is none of these, or not registered.
    """
    if _SHARED.fullmatch(environment_id):
        return None
    try:
        return find_version(cloud, workspace, VERSION_TYPE, environment_id)
    except AssetNotFound as error:
        raise EnvironmentNotFound(error.asset) from None
