"""What a container is asked to be (`ContainerSpec`) and what it is (`ContainerState`)."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from localcloud.images.content import Digest

RestartPolicy = Literal["Always", "OnFailure", "Never"]
Status = Literal["created", "running", "restarting", "exited"]
Health = Literal["starting", "healthy", "unhealthy"]

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,127}")
_NANOSECONDS = 1_000_000_000
_LARGEST_PORT = 65535


@dataclass(frozen=True)
class HttpGet:
    """A GET request to the container; a status from 200 to 399 is success, as in Azure and Kubernetes.

    Attributes:
        path: path and query, e.g. '/'.
        port: the container's port, published or not.
        tls: whether it is asked by https; the certificate is not checked, as in Azure and Kubernetes.
    """

    path: str
    port: int
    tls: bool = False


@dataclass(frozen=True)
class HealthCheck:
    """How a container's health is found out: by a command or by an HTTP request; times in seconds.

    The container is `starting` until a check succeeds, then `healthy`; `unhealthy` once `retries` checks in a row
    failed, each an `interval` after the one before and none of them within `start_period`. While it is starting, a
    check follows the one before after `start_interval`, so that `healthy` is known soon; these extra checks don't
    count as failures.

    Attributes:
        command: docker's form: ('CMD', program, argument, ...) or ('CMD-SHELL', line); None with `http`.
        http: the request; None with `command`.
        interval: pause between two checks.
        timeout: a check that takes longer is killed and has failed.
        retries: failures in a row that make the container unhealthy.
        start_period: failures in this time after a start don't count.
        start_interval: pause between two checks while the container is starting.
    """

    command: tuple[str, ...] | None = None
    http: HttpGet | None = None
    interval: float = 30.0
    timeout: float = 30.0
    retries: int = 3
    start_period: float = 0.0
    start_interval: float = 0.2

    def __post_init__(self) -> None:
        if (self.command is None) == (self.http is None):
            raise ValueError("a health check has a command or an HTTP request, and not both")
        if self.command is not None and (len(self.command) < 2 or self.command[0] not in {"CMD", "CMD-SHELL"}):  # noqa: PLR2004 - the form and one word
            raise ValueError(f"a health check's command starts with CMD or CMD-SHELL; got {self.command!r}")
        if min(self.interval, self.timeout, self.start_interval) <= 0 or self.retries < 1 or self.start_period < 0:
            raise ValueError("a health check's times are positive, and its retries are at least 1")

    @classmethod
    def from_docker(cls, document: Mapping[str, Any] | None) -> HealthCheck | None:
        """Read a `Healthcheck` of an image's configuration or of the Docker Engine API (times in nanoseconds).

        None, an empty test and ['NONE'] mean that there is no check. A time of 0 means docker's default.
        """
        test = tuple((document or {}).get("Test") or ())
        if not document or not test or test[0] == "NONE":
            return None

        def seconds(key: str, default: float) -> float:
            return float(document.get(key) or 0) / _NANOSECONDS or default

        return cls(
            command=test,
            interval=seconds("Interval", 30.0),
            timeout=seconds("Timeout", 30.0),
            retries=int(document.get("Retries") or 3),
            start_period=seconds("StartPeriod", 0.0),
            start_interval=min(seconds("StartInterval", 0.2), 0.2),
        )


@dataclass(frozen=True)
class ContainerSpec:
    """A container as it is asked for.

    Attributes:
        id: names the folder: letters, digits, '_', '.', '-'.
        name: what messages and the container's HOSTNAME say.
        image: manifest digest in the content store.
        command: the whole command (it replaces ENTRYPOINT and CMD, as in a container group); None: the image's own.
        environment: added to the image's; the values are secret and kept in 0600 files only.
        ports: container port -> (loopback address, port) where it is published.
        restart: 'Always', 'OnFailure' (exit code other than 0) or 'Never'.
        health: the check that sets the state's `health`; None: no check (the image's own is not used by itself).
        restart_unhealthy: kill the command when it becomes unhealthy (a liveness probe); `restart` then decides.
        readiness: a second check, which sets the state's `ready` and nothing else; None: no such check.
        files: files put into the image, by their absolute path: base64 of the content, secret as the environment is.
        folders: empty folders put into the image, by their absolute path.
    """

    id: str
    name: str
    image: Digest
    command: tuple[str, ...] | None = None
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    ports: Mapping[int, tuple[str, int]] = field(default_factory=dict)
    restart: RestartPolicy = "Always"
    health: HealthCheck | None = None
    restart_unhealthy: bool = False
    readiness: HealthCheck | None = None
    files: Mapping[str, str] = field(default_factory=dict, repr=False)
    folders: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not _ID.fullmatch(self.id):
            raise ValueError(f"a container's id is made of letters, digits, '_', '.' and '-'; got {self.id!r}")
        for port, (address, host_port) in self.ports.items():
            if not (0 < port <= _LARGEST_PORT and 0 < host_port <= _LARGEST_PORT):
                raise ValueError(f"a port is 1 to 65535; got {port} published at {host_port}")
            if not _is_loopback(address):
                raise ValueError(f"ports are published on loopback (127.0.0.0/8) only; got {address}:{host_port}")

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> ContainerSpec:
        """Read what `dataclasses.asdict` gave and JSON kept."""
        command = document["command"]
        checks = {name: _check(document.get(name)) for name in ("health", "readiness")}
        ports = {int(port): (str(address), int(at)) for port, (address, at) in document["ports"].items()}
        known = {"command": command and tuple(command), "folders": tuple(document.get("folders") or ())}
        return cls(**{**document, **known, **checks, "ports": ports})


@dataclass(frozen=True)
class ContainerState:
    """A container as it is.

    Attributes:
        status: 'created', 'running', 'restarting' (waiting for its next start) or 'exited'.
        pid: the command's process id while it runs.
        exit_code: of the last run; 128 + signal when a signal ended it; None before the first end.
        started_at: when the command was last started (UTC).
        finished_at: when it last ended (UTC).
        restart_count: starts by the restart policy since `start` or `restart`.
        health: None without a check, and while the command is not running.
        health_output: what the last check said, at most 4096 characters.
        error: why the container could not be started, or was lost; None if all is well.
        ready: what the readiness check found; None without one, and while the command is not running.
        ready_output: what the last readiness check said, at most 4096 characters.
    """

    status: Status
    pid: int | None = None
    exit_code: int | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    restart_count: int = 0
    health: Health | None = None
    health_output: str = ""
    error: str | None = None
    ready: bool | None = None
    ready_output: str = ""


def _check(document: Mapping[str, Any] | None) -> HealthCheck | None:
    if document is None:
        return None
    http = HttpGet(**document["http"]) if document["http"] else None
    words = tuple(document["command"]) if document["command"] else None
    return HealthCheck(**{**document, "http": http, "command": words})


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.IPv4Address(address).is_loopback
    except ValueError:
        return False
