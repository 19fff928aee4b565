"""What `localcloud status` and `localcloud logs` show."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from localcloud.arm.store import Store
from localcloud.control.clock import Clock
from localcloud.images.content import ContentStore
from localcloud.lifecycle import PARTS, LifecycleError
from localcloud.runtime.documents import LOG
from localcloud.runtime.process import ProcessRuntime

if TYPE_CHECKING:
    from localcloud.home import Home

_REGISTRY = "Microsoft.ContainerRegistry/registries"
_POLL_SECONDS = 0.2


class NoSuchLog(LifecycleError):
    """A name that nothing logs under."""

    def __init__(self, name: str, known: list[str]) -> None:
        super().__init__(f"there is no log '{name}'; there are: {', '.join(known)}")


def status(home: Home) -> list[str]:
    """The lines of a table: processes, registries, containers and how many resources there are."""
    return [f"home       {home.root}", *_processes(home), *_clock(home), *_resources(home), *_containers(home)]


def _processes(home: Home) -> list[str]:
    urls = {
        "control": (home.endpoint() or {}).get("url", ""),
        "plugins": " ".join(f"{name}:{port}" for name, port in (home.plugins() or {}).get("ports", {}).items()),
    }
    lines = []
    for part in PARTS:
        identity = part.running(home)
        state = f"running    pid {identity.pid}  {urls[part.name]}" if identity else "stopped"
        lines.append(f"{part.name:<10} {state}")
    return lines


def _clock(home: Home) -> list[str]:
    """A clock that was moved on is easily forgotten, and everything seems to have expired."""
    offset = Clock(Store(home.database)).offset if home.database.exists() else None
    return [f"clock      {offset} ahead of real time"] if offset else []


def _resources(home: Home) -> list[str]:
    if not home.database.exists():
        return []
    documents = Store(home.database).list("resources")
    registries = [
        f"registry   {document['properties'].get('loginServer', '-'):<21} {document['name']}"
        for document in documents
        if document["type"] == _REGISTRY
    ]
    counts = Counter(document["type"] for document in documents)
    return [*registries, *(f"resources  {count:>4}  {name}" for name, count in sorted(counts.items()))]


def _containers(home: Home) -> list[str]:
    if not home.containers.is_dir():
        return []
    lines = []
    runtime = ProcessRuntime(home.containers, ContentStore(home.blobs), home.environments)
    for name in runtime.list():
        state, spec = runtime.state(name), runtime.spec(name)
        ports = " ".join(f"{host}:{port}->{inner}" for inner, (host, port) in sorted(spec.ports.items()))
        health = f" ({state.health})" if state.health else ""
        lines.append(f"container  {state.status + health:<21} {spec.name}  {ports}")
    return lines


def log_file(home: Home, name: str) -> Path:
    """The log of `control`, `plugins` or a container: its id, its name, or how one name alone starts.

    Raises:
        NoSuchLog: No log, or more than one, goes by that name.
    """
    by_name = {part.name: part.log(home) for part in PARTS}
    by_id: dict[str, Path] = {}
    if home.containers.is_dir():
        runtime = ProcessRuntime(home.containers, ContentStore(home.blobs), home.environments)
        by_id = {container: home.containers / container / LOG for container in runtime.list()}
        by_name |= {runtime.spec(container).name: path for container, path in by_id.items()}
    exact = (by_name | by_id).get(name)
    meant = [exact] if exact else [path for found, path in by_name.items() if found.startswith(name)]
    if len(meant) != 1 or not meant[0].exists():
        raise NoSuchLog(name, sorted(found for found, path in by_name.items() if path.exists()))
    return meant[0]


def tail(path: Path, lines: int) -> list[str]:
    """The last lines of a file."""
    with path.open(errors="replace") as stream:
        return list(deque(stream, lines))


def follow(path: Path) -> Iterator[str]:
    """What is written to a file from now on; ends with the caller."""
    with path.open(errors="replace") as stream:
        stream.seek(0, 2)
        while True:
            line = stream.readline()
            if line:
                yield line
            else:
                time.sleep(_POLL_SECONDS)
