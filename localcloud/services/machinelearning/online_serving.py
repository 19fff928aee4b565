"""From a deployment's document to a container that answers, and back."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from localcloud.arm.errors import CloudError
from localcloud.arm.ids import ResourceId
from localcloud.runtime.spec import ContainerSpec, HealthCheck, HttpGet
from localcloud.services.machinelearning import (
    durations,
    environments,
    front_ends,
    image_builds,
    online_containers,
    online_files,
    online_images,
    online_pulls,
)
from localcloud.services.machinelearning.assets import CODE_VERSION_TYPE, MODEL_VERSION_TYPE, find_version
from localcloud.services.machinelearning.online_errors import ImageNotPulled
from localcloud.services.machinelearning.online_rules import parent

if TYPE_CHECKING:
    from localcloud.arm.resource_type import Request
    from localcloud.arm.store import Document
    from localcloud.cloud import Cloud
    from localcloud.services.machinelearning.online_containers import Serving
    from localcloud.services.machinelearning.online_images import Parts

_DOWNLOADS = "online-downloads"
_SERVED = (
    "codeConfiguration",
    "environmentId",
    "environmentVariables",
    "livenessProbe",
    "model",
    "modelMountPath",
    "readinessProbe",
)
"""Properties whose change needs another container; the others describe, scale or time."""
_INFERENCE_PORT = 5001
_GRACE_SECONDS = 5.0
_DEFAULT_PROBE = {"initialDelay": "PT10S", "period": "PT10S", "timeout": "PT2S", "failureThreshold": 30}


def deploy(request: Request) -> None:
    """Serves what a document says; what served before is ended last, and stays when this fails.

    Raises:
        CloudError: The image can't be had or made, files are missing, or the container does not get ready.
    """
    before = online_containers.record(request.cloud, request.id.key)
    if not before.container or before.fingerprint != _fingerprint(request):
        _replace(request, before)
    front_ends.publish(request.cloud, parent(request.id))


def retire(request: Request) -> None:
    """Takes a deployment out of the routes, and ends it once the requests in it are answered."""
    cloud, key = request.cloud, request.id.key
    found = online_containers.record(cloud, key)
    online_containers.forget(cloud, key)
    if found.container:
        # With its group an endpoint may be gone before a deployment that is still being made.
        if cloud.resources.find(parent(request.id)) is not None:
            front_ends.publish(cloud, parent(request.id))
        _end(request, found.container)
    if found.latest and found.latest != found.container:
        online_containers.discard(cloud, found.latest)
    cloud.store.delete(_DOWNLOADS, key)


def downloads(cloud: Cloud, deployment: ResourceId) -> str:
    """What was put into the container, one file a line."""
    return str((cloud.store.get(_DOWNLOADS, deployment.key) or {}).get("text", ""))


def _fingerprint(request: Request) -> str:
    """Equal where what runs is what is asked for."""
    served = {name: request.properties.get(name) for name in _SERVED}
    return hashlib.sha256(json.dumps(served, sort_keys=True).encode()).hexdigest()


def _replace(request: Request, before: Serving) -> None:
    """Another container beside the one that serves, if there is one; then that one goes."""
    cloud, key = request.cloud, request.id.key
    spec = _specification(request, before.generation + 1)
    if before.latest not in {"", before.container}:
        online_containers.discard(cloud, before.latest)
    after = replace(before, latest=spec.id, generation=before.generation + 1)
    online_containers.write_down(cloud, key, after)
    try:
        online_containers.start(cloud, spec)
        online_containers.wait(cloud, spec.id, _longest_start(request.properties))
    except CloudError:
        online_containers.stop(cloud, spec.id)
        raise
    [(address, port)] = spec.ports.values()
    now = replace(after, container=spec.id, address=address, port=port, fingerprint=_fingerprint(request))
    online_containers.write_down(cloud, key, now)
    if before.container:
        front_ends.publish(cloud, parent(request.id))
        _end(request, before.container)


def _end(request: Request, container: str) -> None:
    longest = durations.seconds(request.properties["requestSettings"]["requestTimeout"]) + _GRACE_SECONDS
    folder = front_ends.folder(request.cloud, parent(request.id).key)
    online_containers.retire(request.cloud, folder, container, longest)


def _specification(request: Request, generation: int) -> ContainerSpec:
    """The container of a deployment; its image is pulled and put together."""
    cloud, properties = request.cloud, request.properties
    workspace_id = parent(parent(request.id))
    environment = environments.find(cloud, workspace_id, properties["environmentId"]) or {"properties": {}}
    parts = _parts(request, workspace_id, environment)
    routes: dict[str, Any] = environment["properties"].get("inferenceConfig") or {}
    port = int((routes.get("scoringRoute") or {}).get("port") or _INFERENCE_PORT)
    container = online_containers.container_id(request.id.key, generation)
    address = cloud.addresses.assign(online_containers.address_owner(container))
    return ContainerSpec(
        id=container,
        name=f"{parent(request.id).name}-{request.id.name}",
        image=online_images.compose(cloud, parts),
        command=_command(properties, parts, port),
        environment=_variables(properties, parts),
        ports={port: (address, port)},
        health=_check(properties.get("livenessProbe"), routes.get("livenessRoute"), port),
        readiness=_check(properties.get("readinessProbe"), routes.get("readinessRoute"), port),
        restart_unhealthy=True,
    )


def _parts(request: Request, workspace_id: ResourceId, environment: Document) -> Parts:
    cloud, properties = request.cloud, request.properties
    workspace, endpoint = cloud.resources.get(workspace_id), cloud.resources.get(parent(request.id))
    conda_file = environment["properties"].get("condaFile") or ""
    if conda_file:
        image_builds.run(cloud, workspace_id)
    reference = environment["properties"]["image"]
    base = online_pulls.pull_image(cloud, workspace, endpoint, reference)
    if base is None and not conda_file:
        raise ImageNotPulled(reference, denied=False)
    code = model = None
    folder = ""
    if properties.get("codeConfiguration"):
        found = find_version(cloud, workspace_id, CODE_VERSION_TYPE, properties["codeConfiguration"]["codeId"])
        code = online_files.find(cloud, found["properties"]["codeUri"])
    if properties.get("model"):
        found = find_version(cloud, workspace_id, MODEL_VERSION_TYPE, properties["model"])
        model = online_files.find(cloud, found["properties"]["modelUri"])
        named = online_images.model_folder(parent(ResourceId.parse(found["id"])).name, found["name"])
        folder = properties.get("modelMountPath") or named
    _note_downloads(cloud, request.id, code, model)
    return online_images.Parts(reference, base, conda_file, code, model, folder)


def _note_downloads(cloud: Cloud, deployment: ResourceId, *assets: online_files.Files | None) -> None:
    names = [f"downloaded {name}" for files in assets if files for name in sorted(files.paths)]
    cloud.store.put(_DOWNLOADS, deployment.key, {"text": "\n".join(names)})


def _command(properties: Document, parts: Parts, port: int) -> tuple[str, ...] | None:
    """Azure ML's inference server where there is a scoring script, else what the image says."""
    if parts.code is None:
        return None
    script = f"{online_images.code_folder(parts.code)}/{properties['codeConfiguration']['scoringScript']}"
    return ("azmlinfsrv", "--entry_script", script, "--port", str(port))


def _variables(properties: Document, parts: Parts) -> dict[str, str]:
    own = {"AZUREML_MODEL_DIR": parts.model_folder} if parts.model else {}
    if parts.code:
        own["AML_APP_ROOT"] = online_images.code_folder(parts.code)
        own["AZUREML_ENTRY_SCRIPT"] = properties["codeConfiguration"]["scoringScript"]
    given = properties.get("environmentVariables") or {}
    return own | {name: str(value) for name, value in given.items()}


def _check(probe: Document | None, route: Document | None, port: int) -> HealthCheck:
    given = {name: value for name, value in (probe or {}).items() if value is not None}
    asked: dict[str, Any] = _DEFAULT_PROBE | given
    return HealthCheck(
        http=HttpGet(str((route or {}).get("path") or "/"), int((route or {}).get("port") or port)),
        interval=durations.seconds(asked["period"]),
        timeout=durations.seconds(asked["timeout"]),
        retries=int(asked["failureThreshold"]),
        start_period=durations.seconds(asked["initialDelay"]),
    )


def _longest_start(properties: Document) -> float:
    """Seconds after which a readiness probe has failed as often as it may."""
    check = _check(properties.get("readinessProbe"), None, _INFERENCE_PORT)
    return check.start_period + check.retries * (check.interval + check.timeout)
