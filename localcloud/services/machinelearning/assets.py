"""Codes and models: containers of versions, and versions that name files in blob storage."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from localcloud.arm.errors import BadRequest, InvalidResourceId
from localcloud.arm.ids import ResourceId
from localcloud.arm.resource_type import Facts, Request, ResourceType
from localcloud.services.machinelearning.errors import AssetNotFound

if TYPE_CHECKING:
    from localcloud.arm.store import Document
    from localcloud.cloud import Cloud

_WORKSPACE = "Microsoft.MachineLearningServices/workspaces"
CODE_TYPE = f"{_WORKSPACE}/codes"
CODE_VERSION_TYPE = f"{CODE_TYPE}/versions"
MODEL_TYPE = f"{_WORKSPACE}/models"
MODEL_VERSION_TYPE = f"{MODEL_TYPE}/versions"
ASSET_NAME = r"[a-zA-Z0-9][-\w.]{0,254}"
"""How Azure ML's codes, models and environments, and their versions, may be called."""
_SHORT = re.compile(r"(?:azureml:)?(?P<name>[^:/]+):(?P<version>[^:/]+)")


class AssetContainer(ResourceType):
    """All versions of one asset."""

    version_type: str
    facts = Facts(
        name_rule=ASSET_NAME,
        read_only=("properties.latestVersion", "properties.nextVersion", "properties.provisioningState"),
        defaults={"properties.isArchived": False},
    )

    def shown(self, cloud: Cloud, document: Document) -> Document:
        """With its latest version, and the one that would follow it."""
        versions = [version["name"] for version in cloud.resources.below(document["id"], self.version_type)]
        numbers = sorted(int(version) for version in versions if version.isdecimal())
        latest = str(numbers[-1]) if numbers else next(iter(versions), None)
        counted = {"latestVersion": latest, "nextVersion": str(numbers[-1] + 1 if numbers else 1)}
        return document | {"properties": document["properties"] | counted}


class Codes(AssetContainer):
    """`Microsoft.MachineLearningServices/workspaces/codes`."""

    type = CODE_TYPE
    version_type = CODE_VERSION_TYPE


class Models(AssetContainer):
    """`Microsoft.MachineLearningServices/workspaces/models`."""

    type = MODEL_TYPE
    version_type = MODEL_VERSION_TYPE


class _FileVersions(ResourceType):
    """Versions whose files are at a URI that never changes."""

    implies_parent = True
    uri: str

    def admit(self, request: Request) -> None:
        """A version is nothing without its files; whether they are there is found out by who needs them."""
        if not request.properties.get(self.uri):
            raise BadRequest(f"'{self.uri}' is required.", "UserError")

    def provision(self, request: Request) -> None:
        """Makes its container."""
        container = request.id.parent
        if container is not None and request.cloud.resources.find(container) is None:
            request.cloud.resources.put(request.cloud, container, {"properties": {}})


class CodeVersions(_FileVersions):
    """`Microsoft.MachineLearningServices/workspaces/codes/versions`: a folder with a scoring script."""

    type = CODE_VERSION_TYPE
    uri = "codeUri"
    facts = Facts(
        name_rule=ASSET_NAME,
        create_only=("properties.codeUri",),
        texts=("properties.codeUri",),
        read_only=("properties.provisioningState",),
        defaults={"properties.isAnonymous": False, "properties.isArchived": False},
    )


class ModelVersions(_FileVersions):
    """`Microsoft.MachineLearningServices/workspaces/models/versions`: a file or a folder."""

    type = MODEL_VERSION_TYPE
    uri = "modelUri"
    facts = Facts(
        name_rule=ASSET_NAME,
        create_only=("properties.modelUri", "properties.modelType"),
        texts=("properties.modelUri", "properties.modelType"),
        read_only=("properties.provisioningState",),
        defaults={
            "properties.isAnonymous": False,
            "properties.isArchived": False,
            "properties.modelType": "custom_model",
        },
    )


def find_version(cloud: Cloud, workspace: ResourceId | None, version_type: str, text: str) -> Document:
    """The version that `text` names: an ARM id or `azureml:<name>:<version>`.

    Args:
        cloud: Where it is looked for.
        workspace: Where a short name is looked for.
        version_type: Such as `MODEL_VERSION_TYPE`.
        text: What names it.

    Raises:
        AssetNotFound: It is neither, or not registered.
    """
    short = _SHORT.fullmatch(text)
    if short:
        folder = version_type.split("/")[-2]
        text = f"{workspace}/{folder}/{short['name']}/versions/{short['version']}"
    try:
        parsed = ResourceId.parse(text.removeprefix("azureml:"))
    except InvalidResourceId:
        raise AssetNotFound(text) from None
    version = cloud.resources.find(parsed) if parsed.type.lower() == version_type.lower() else None
    if version is None:
        raise AssetNotFound(text)
    return version
