"""The containers behind an endpoint: started, waited for, and ended when nobody is in them any more.

A deployment that changes gets another container beside the one that serves; which one serves is written down.
"""

from __future__ import annotations

import hashlib
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from localcloud.frontend import gate
from localcloud.runtime.errors import NoSuchContainer, StartFailed
from localcloud.services.machinelearning.online_errors import DeploymentNotReady

if TYPE_CHECKING:
    from pathlib import Path

    from localcloud.cloud import Cloud
    from localcloud.runtime.spec import ContainerSpec

_SERVING = "online-deployments"
_PAUSE_SECONDS = 0.05
_STOP_SECONDS = 30.0
_LOG_LINES = 80
"""The inference server writes 27 lines of its own behind the traceback of a script that can't be loaded."""
_CRASHED = "User container has crashed or terminated."
_REMOVED = "User container was removed before it was ready."
_NEVER_READY = "User container did not become ready: its readiness probe failed."


@dataclass(frozen=True, slots=True)
class Serving:
    """What a deployment has running.

    Attributes:
        container: The id of the container that requests go to; empty while there is none.
        address: Where that is published.
        port: And at which port.
        latest: The id of the container that was started last, whose log is shown.
        generation: How many there were.
        fingerprint: Equal for what needs no other container.
    """

    container: str = ""
    address: str = ""
    port: int = 0
    latest: str = ""
    generation: int = 0
    fingerprint: str = ""


def record(cloud: Cloud, deployment_key: str) -> Serving:
    """What is written down of a deployment."""
    kept = cloud.store.get(_SERVING, deployment_key)
    return Serving(**kept) if kept else Serving()


def serving(cloud: Cloud, deployment_key: str) -> Serving | None:
    """What requests go to; None while there is nothing."""
    found = record(cloud, deployment_key)
    return found if found.container else None


def write_down(cloud: Cloud, deployment_key: str, found: Serving) -> None:
    """Keeps what runs."""
    cloud.store.put(_SERVING, deployment_key, asdict(found))


def forget(cloud: Cloud, deployment_key: str) -> None:
    """Nothing runs any more."""
    cloud.store.delete(_SERVING, deployment_key)


def container_id(deployment_key: str, generation: int) -> str:
    """What the runtime knows a deployment's container as."""
    short = hashlib.sha256(deployment_key.encode()).hexdigest()[:12]
    return f"online-{short}-{generation}"


def address_owner(container: str) -> str:
    """Whom the address of a container belongs to."""
    return f"online/{container}"


def start(cloud: Cloud, spec: ContainerSpec) -> None:
    """Starts a container; raises DeploymentNotReady when it can't be."""
    try:
        cloud.runtime.start(spec)
    except StartFailed as error:
        raise DeploymentNotReady(_CRASHED, tail(cloud, spec.id) or error.reason) from error


def wait(cloud: Cloud, container: str, seconds: float) -> None:
    """Waits until a container is ready, or healthy where it has no readiness check; a first crash is the end of it.

    Raises:
        DeploymentNotReady: It crashed, its probe failed too often, the time is over, or it was removed meanwhile.
    """
    deadline = time.monotonic() + seconds
    while True:
        try:
            state = cloud.runtime.state(container)
        except NoSuchContainer:
            raise DeploymentNotReady(_REMOVED, "") from None
        if state.ready or (state.ready is None and state.health == "healthy"):
            return
        if state.status in {"exited", "restarting"} or state.restart_count:
            raise DeploymentNotReady(_CRASHED, tail(cloud, container))
        if state.health == "unhealthy" or time.monotonic() > deadline:
            raise DeploymentNotReady(_NEVER_READY, tail(cloud, container))
        time.sleep(_PAUSE_SECONDS)


def tail(cloud: Cloud, container: str, lines: int = _LOG_LINES) -> str:
    """The end of a container's log; empty where there is none."""
    try:
        return cloud.runtime.logs(container, lines)
    except NoSuchContainer:
        return ""


def stop(cloud: Cloud, container: str) -> None:
    """Ends a container and keeps its log; nothing happens when it is not there."""
    with suppress(NoSuchContainer):
        cloud.runtime.stop(container, 1.0)


def discard(cloud: Cloud, container: str) -> None:
    """Ends a container that no request is in, with its log."""
    cloud.runtime.remove(container)
    cloud.addresses.release(address_owner(container))


def retire(cloud: Cloud, folder: Path, container: str, seconds: float) -> None:
    """Ends a container that the routes don't name any more, once the requests in it are answered.

    Args:
        cloud: Where it runs.
        folder: The folder of its endpoint's front end.
        container: Its id.
        seconds: How long that may take.
    """
    with gate.closed(folder, container, seconds):
        with suppress(NoSuchContainer):
            cloud.runtime.stop(container, _STOP_SECONDS)
        discard(cloud, container)
