"""Environments: a container of versions, and versions that never change. Images are not built, only their registry."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from localcloud.arm.errors import BadRequest, InvalidRequestContent, InvalidResourceId
from localcloud.arm.ids import ResourceId
from localcloud.arm.resource_type import Facts, Request, ResourceType
from localcloud.services.machinelearning import image_builds
from localcloud.services.machinelearning.errors import EnvironmentNotFound

if TYPE_CHECKING:
    from localcloud.arm.store import Document
    from localcloud.cloud import Cloud

ENVIRONMENT_TYPE = "Microsoft.MachineLearningServices/workspaces/environments"
VERSION_TYPE = f"{ENVIRONMENT_TYPE}/versions"
_SHORT = re.compile(r"(?:azureml:)?(?P<name>[^:/]+):(?P<version>[^:/]+)")
_SHARED = re.compile(r"azureml://registries/[^/]+/environments/.+")
_NAME = r"[a-zA-Z0-9][-\w.]{0,254}"


class Environments(ResourceType):
    """`Microsoft.MachineLearningServices/workspaces/environments`: all versions of one environment."""

    type = ENVIRONMENT_TYPE
    facts = Facts(
        name_rule=_NAME,
        read_only=("properties.latestVersion", "properties.nextVersion", "properties.provisioningState"),
        defaults={"properties.isArchived": False},
    )

    def shown(self, cloud: Cloud, document: Document) -> Document:
        """With its latest version, and the one that would follow it."""
        versions = [version["name"] for version in cloud.resources.below(document["id"], VERSION_TYPE)]
        numbers = sorted(int(version) for version in versions if version.isdecimal())
        latest = str(numbers[-1]) if numbers else next(iter(versions), None)
        counted = {"latestVersion": latest, "nextVersion": str(numbers[-1] + 1 if numbers else 1)}
        return document | {"properties": document["properties"] | counted}


class EnvironmentVersions(ResourceType):
    """`Microsoft.MachineLearningServices/workspaces/environments/versions`."""

    type = VERSION_TYPE
    implies_parent = True
    facts = Facts(
        name_rule=_NAME,
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
        objects=("properties.build",),
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
    short = _SHORT.fullmatch(environment_id)
    if short:
        environment_id = f"{workspace}/environments/{short['name']}/versions/{short['version']}"
    try:
        parsed = ResourceId.parse(environment_id.removeprefix("azureml:"))
    except InvalidResourceId:
        raise EnvironmentNotFound(environment_id) from None
    version = cloud.resources.find(parsed) if parsed.type.lower() == VERSION_TYPE.lower() else None
    if version is None:
        raise EnvironmentNotFound(environment_id)
    return version
