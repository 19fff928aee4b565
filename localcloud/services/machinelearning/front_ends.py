"""The front ends of online endpoints: started once, told of every change by a file (`localcloud/frontend`)."""

from __future__ import annotations

import hashlib
import shutil
import threading
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import uvicorn

from localcloud.control.certificates import Certificates
from localcloud.frontend.routes import Place, Routes, key_hash
from localcloud.images.config import ImageConfig
from localcloud.images.image import Image
from localcloud.runtime.spec import ContainerSpec, HealthCheck
from localcloud.services.machinelearning import computes, durations, online_containers, online_keys

if TYPE_CHECKING:
    from localcloud.arm.ids import ResourceId
    from localcloud.arm.store import Document
    from localcloud.cloud import Cloud

SECURE_PORT, PLAIN_PORT = 8443, 8080
"""Where front ends listen: 443 and 80 need more rights than a user has."""
DEPLOYMENT_TYPE = "Microsoft.MachineLearningServices/workspaces/onlineEndpoints/deployments"
_SECONDS = 60.0
_HERE = Path(__file__).parents[3]
_PACKAGES = Path(uvicorn.__file__).parents[1]
_CHECK = "import socket; socket.create_connection(('127.0.0.1', {port}), 5).close()"
_locks: dict[str, threading.Lock] = defaultdict(threading.Lock)


def start(cloud: Cloud, endpoint: Document) -> str:
    """Lets the front end of an endpoint run, unless it does; returns its address, such as `https://127.1.2.3:8443`.

    Raises:
        DeploymentNotReady: It does not start.
    """
    key = endpoint["id"].lower()
    address = cloud.addresses.assign(key)
    plain = _is_plain(cloud, endpoint)
    port = PLAIN_PORT if plain else SECURE_PORT
    command = ["python", "-m", "localcloud.frontend", str(folder(cloud, key)), str(cloud.home.database), str(port)]
    spec = ContainerSpec(
        id=container_id(key),
        name=endpoint["name"],
        image=Image.write(cloud.content, ImageConfig(), []).manifest_digest,
        command=(*command, *([] if plain else [str(_certificate(cloud, address))])),
        # It runs on what localcloud itself runs on.
        environment={"PYTHONPATH": f"{_HERE}:{_PACKAGES}"},
        ports={port: (address, port)},
        health=HealthCheck(command=("CMD", "python", "-c", _CHECK.format(port=port)), interval=30),
    )
    online_containers.start(cloud, spec)
    online_containers.wait(cloud, spec.id, _SECONDS)
    return f"{'http' if plain else 'https'}://{address}:{port}"


def publish(cloud: Cloud, endpoint_id: ResourceId) -> None:
    """Tells the front end what holds now: keys, traffic and deployments; at once, and as a whole."""
    with _locks[endpoint_id.key]:
        endpoint = cloud.resources.get(endpoint_id)
        properties, keys = endpoint["properties"], online_keys.find(cloud, endpoint_id.key)
        with_keys = properties["authMode"].lower() == "key"
        Routes(
            endpoint=endpoint["name"],
            kubernetes=is_kubernetes(endpoint),
            keys=tuple(key_hash(keys[name]) for name in ("primaryKey", "secondaryKey")) if with_keys else (),
            token_key="" if with_keys else keys["tokenKey"],
            deployments=_places(cloud, endpoint_id),
            traffic=properties.get("traffic") or {},
            mirror=properties.get("mirrorTraffic") or {},
        ).write(folder(cloud, endpoint_id.key))


def end(cloud: Cloud, endpoint_key: str) -> None:
    """Ends a front end and forgets what it was told."""
    cloud.runtime.remove(container_id(endpoint_key))
    cloud.addresses.release(endpoint_key)
    shutil.rmtree(folder(cloud, endpoint_key), ignore_errors=True)


def folder(cloud: Cloud, endpoint_key: str) -> Path:
    """What the front end of an endpoint reads."""
    return cloud.home.front_ends / _short(endpoint_key)


def container_id(endpoint_key: str) -> str:
    """What the runtime knows a front end as."""
    return f"endpoint-{_short(endpoint_key)}"


def is_kubernetes(endpoint: Document) -> bool:
    """Whether an endpoint is on a cluster."""
    return bool(endpoint["properties"].get("compute"))


def _is_plain(cloud: Cloud, endpoint: Document) -> bool:
    """Whether it is served without TLS: on a cluster whose extension allows it."""
    return is_kubernetes(endpoint) and computes.usable(cloud, endpoint["properties"]["compute"]).insecure


def _places(cloud: Cloud, endpoint_id: ResourceId) -> Mapping[str, Place]:
    found = {}
    for deployment in cloud.resources.below(endpoint_id.text, DEPLOYMENT_TYPE):
        serving = online_containers.serving(cloud, deployment["id"].lower())
        if serving is not None:
            settings: dict[str, Any] = deployment["properties"]["requestSettings"]
            timeout = durations.seconds(settings["requestTimeout"])
            found[deployment["name"]] = Place(serving.container, (serving.address, serving.port), timeout)
    return found


def _certificate(cloud: Cloud, address: str) -> Path:
    return Certificates(cloud.home.certificates).issue(address)


def _short(endpoint_key: str) -> str:
    return hashlib.sha256(endpoint_key.encode()).hexdigest()[:12]
