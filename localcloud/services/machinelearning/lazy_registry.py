"""Law L1: a workspace without a registry gets one with its first job or image build.

Azure names it after the workspace, with random letters, and turns its admin user on; here the letters follow from the
workspace's id. The SKU, Standard, is assumed.
"""

from __future__ import annotations

import hashlib
import re
import threading
import time
from collections import defaultdict
from typing import TYPE_CHECKING

from localcloud.arm.errors import AnotherOperationInProgress, CloudError
from localcloud.arm.ids import ResourceId
from localcloud.services.containerregistry.registries import REGISTRY_TYPE
from localcloud.services.machinelearning.errors import ImageBuildFailed
from localcloud.services.machinelearning.identity import assign, principal

if TYPE_CHECKING:
    from localcloud.arm.store import Document
    from localcloud.cloud import Cloud

_PAUSE_SECONDS = 0.02
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_LENGTH_OF_NAME = 12
_LENGTH_OF_LETTERS = 8
_locks: dict[str, threading.Lock] = defaultdict(threading.Lock)
"""One registry for each workspace, however many jobs are the first."""


def ensure(cloud: Cloud, workspace_id: ResourceId) -> Document:
    """The workspace's registry; makes it and waits for it where there is none.

    Raises:
        ImageBuildFailed: The registry that the workspace names is gone, or a new one could not be made.
        CloudError: The workspace is gone.
    """
    with _locks[workspace_id.key]:
        workspace = cloud.resources.get(workspace_id)
        attached = workspace["properties"].get("containerRegistry")
        if attached:
            return _existing(cloud, ResourceId.parse(attached))
        registry = _create(cloud, workspace)
        assign(cloud, principal(workspace).id, registry["id"])
        _attach(cloud, workspace_id, registry["id"])
        return registry


def registry_name(workspace: Document) -> str:
    """Up to 12 letters and digits of the workspace's name and 8 letters that follow from its id."""
    digest = hashlib.sha256(workspace["id"].lower().encode()).digest()
    letters = "".join(_LETTERS[byte % len(_LETTERS)] for byte in digest[:_LENGTH_OF_LETTERS])
    return re.sub("[^a-z0-9]", "", workspace["name"].lower())[:_LENGTH_OF_NAME] + letters


def _existing(cloud: Cloud, registry_id: ResourceId) -> Document:
    found = cloud.resources.find(registry_id)
    if found is None:
        raise ImageBuildFailed(f"The workspace's container registry '{registry_id}' was not found.")
    return found


def _create(cloud: Cloud, workspace: Document) -> Document:
    group = workspace["id"].partition("/providers/")[0]
    registry_id = ResourceId.parse(f"{group}/providers/{REGISTRY_TYPE}/{registry_name(workspace)}")
    if cloud.resources.find(registry_id) is None:
        properties = {"adminUserEnabled": True}
        body = {"location": workspace["location"], "sku": {"name": "Standard"}, "properties": properties}
        cloud.resources.put(cloud, registry_id, body)
    _wait(cloud, registry_id)
    registry = _existing(cloud, registry_id)
    if registry["properties"]["provisioningState"] != "Succeeded":
        raise ImageBuildFailed(f"The workspace's container registry '{registry_id}' could not be created.")
    return registry


def _attach(cloud: Cloud, workspace_id: ResourceId, registry_id: str) -> None:
    """As an update of the workspace, after one that is under way."""
    while True:
        _wait(cloud, workspace_id)
        try:
            cloud.resources.patch(cloud, workspace_id, {"properties": {"containerRegistry": registry_id}})
        except AnotherOperationInProgress:
            continue
        break
    _wait(cloud, workspace_id)
    workspace = cloud.resources.get(workspace_id)
    if workspace["properties"]["provisioningState"] != "Succeeded":
        raise CloudError(500, "InternalServerError", f"'{registry_id}' could not be attached to '{workspace_id}'.")


def _wait(cloud: Cloud, resource_id: ResourceId) -> None:
    while cloud.operations.running(resource_id.key):
        time.sleep(_PAUSE_SECONDS)
