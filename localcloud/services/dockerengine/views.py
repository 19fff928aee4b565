"""What the engine shows of images and containers."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from localcloud.services.dockerengine.errors import SHORT

if TYPE_CHECKING:
    from localcloud.arm.store import Document
    from localcloud.images.image import Image
    from localcloud.runtime.spec import ContainerState
    from localcloud.services.dockerengine.images import LocalImage

_NEVER = "0001-01-01T00:00:00Z"
_STDOUT = b"\x01\x00\x00\x00"


def image_view(image: Image, names: list[LocalImage]) -> Document:
    """An image as `docker image inspect` shows it."""
    config = image.config
    return {
        "Id": image.config_digest,
        "RepoTags": sorted(f"{name.repository}:{name.tag}" for name in names if name.tag),
        "RepoDigests": sorted({f"{name.repository}@{name.manifest}" for name in names}),
        "Architecture": config.architecture,
        "Os": config.os,
        "Size": sum(layer.size for layer in image.descriptors),
        "Config": {
            "User": config.user,
            "WorkingDir": config.workdir,
            "Env": [f"{name}={value}" for name, value in config.env.items()],
            "Cmd": list(config.cmd) if config.cmd is not None else None,
            "Entrypoint": list(config.entrypoint) if config.entrypoint is not None else None,
            "ExposedPorts": {port: {} for port in config.exposed_ports},
            "Labels": dict(config.labels),
        },
    }


def container_view(container: Document, state: ContainerState | None) -> Document:
    """A container as `docker inspect` shows it; without a state, it was created and never started."""
    body = container["Body"]
    host = body.get("HostConfig") or {}
    return {
        "Id": container["Id"],
        "Name": f"/{container['Name']}",
        "Created": container["Created"],
        "Image": container["ImageId"],
        "RestartCount": state.restart_count if state else 0,
        "State": _state(state),
        "Config": {name: value for name, value in body.items() if name not in {"HostConfig", "NetworkingConfig"}},
        "HostConfig": host,
        "NetworkSettings": {"IPAddress": "", "Networks": {}, "Ports": _ports(host, state)},
    }


def container_line(container: Document, state: ContainerState | None) -> Document:
    """A container as `docker ps` lists it."""
    view = container_view(container, state)
    return {
        "Id": container["Id"],
        "Names": [view["Name"]],
        "Image": container["Body"]["Image"],
        "ImageID": container["ImageId"],
        "Labels": container["Body"].get("Labels") or {},
        "State": view["State"]["Status"],
        "Status": view["State"]["Status"].capitalize(),
        "Ports": [
            {
                "IP": binding["HostIp"],
                "PrivatePort": int(port.partition("/")[0]),
                "PublicPort": int(binding["HostPort"]),
            }
            | {"Type": "tcp"}
            for port, bindings in view["NetworkSettings"]["Ports"].items()
            for binding in bindings or []
        ],
    }


def multiplexed(text: str) -> bytes:
    """A log as the engine sends that of a container without a terminal: frames of stream, length and line.

    The runtime keeps both streams in one log, so that all of it is standard output.
    """
    lines = (line.encode() for line in text.splitlines(keepends=True))
    return b"".join(_STDOUT + len(line).to_bytes(4, "big") + line for line in lines)


def short(digest: str) -> str:
    """The twelve digits that people see."""
    return digest.removeprefix("sha256:")[:SHORT]


def _state(state: ContainerState | None) -> Document:
    status = state.status if state else "created"
    shown: dict[str, Any] = {
        "Status": status,
        "Running": status == "running",
        "Paused": False,
        "Restarting": status == "restarting",
        "OOMKilled": False,
        "Dead": False,
        "Pid": (state.pid if state else None) or 0,
        "ExitCode": (state.exit_code if state else None) or 0,
        "Error": (state.error if state else None) or "",
        "StartedAt": _time(state.started_at if state else None),
        "FinishedAt": _time(state.finished_at if state else None),
    }
    if state and state.health:
        failed = state.health == "unhealthy"
        log = [{"ExitCode": int(failed), "Output": state.health_output}] if state.health_output or failed else []
        shown["Health"] = {"Status": state.health, "FailingStreak": int(failed), "Log": log}
    return shown


def _ports(host: Document, state: ContainerState | None) -> Document:
    if state is None or state.status != "running":
        return {}
    bindings: Document = host.get("PortBindings") or {}
    return bindings


def _time(moment: datetime | None) -> str:
    return _NEVER if moment is None else moment.isoformat().replace("+00:00", "Z")
