"""The JSON documents that the runtime and its shims exchange through the container's folder.

`launch.json` (0600, written by the runtime) says what to run; `state.json` (written by the shim once it runs, always
whole: temporary file, then rename) says what became of it. Only types and the names of files are here.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, TypedDict

LAUNCH = "launch.json"
STATE = "state.json"
SPEC = "spec.json"
LOG = "log"
GRACE = "grace"
SUPERVISOR_LOG = "supervisor.log"
MARKER = "LOCALCLOUD_CONTAINER"


class Check(TypedDict):
    """A health check, resolved: `argv` runs in the container's environment, or `http` is [path, port inside, TLS]."""

    argv: list[str] | None
    http: tuple[str, int, bool] | None
    interval: float
    timeout: float
    retries: int
    start_period: float
    start_interval: float


class Launch(TypedDict):
    """What the shim runs.

    `environment` has secret values: the file is 0600 and no message quotes it. `ports` is container port ->
    [address, port], `network` the folder with what was bound (`localcloud.runtime.network`).
    """

    argv: list[str]
    environment: dict[str, str]
    directory: str
    ports: dict[str, tuple[str, int]]
    network: str
    restart: str
    check: Check | None
    readiness: Check | None
    restart_unhealthy: bool
    fingerprint: str


class State(TypedDict):
    """What a container is; times in seconds since the epoch; `shim` is a `ProcessIdentity`."""

    status: str
    pid: int | None
    exit_code: int | None
    started_at: float | None
    finished_at: float | None
    restart_count: int
    health: str | None
    health_output: str
    error: str | None
    shim: tuple[int, int, str] | None
    ready: bool | None
    ready_output: str


def new_state() -> State:
    """The state of a container that has not been started."""
    return State(
        status="created",
        pid=None,
        exit_code=None,
        started_at=None,
        finished_at=None,
        restart_count=0,
        health=None,
        health_output="",
        error=None,
        shim=None,
        ready=None,
        ready_output="",
    )


def write(path: Path, document: Any, mode: int = 0o644) -> None:
    """Write a JSON document so that a reader sees the old one or the new one, never a part."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(document, file)
    temporary.replace(path)


def read(path: Path) -> Any:
    """Read a JSON document; None when there is none."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
