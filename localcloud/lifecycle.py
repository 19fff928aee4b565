"""Starts and stops the two long-lived processes of a localcloud; whoever calls, there is one of each."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from localcloud.home import CACHE_VARIABLE, HOME_VARIABLE, Home, read_json, write_private
from localcloud.images.content import ContentStore
from localcloud.runtime.identity import ProcessIdentity, identify, is_alive
from localcloud.runtime.process import ProcessRuntime

START_TIMEOUT_SECONDS = 60.0
STOP_TIMEOUT_SECONDS = 15.0
_LOG_LINES = 20
_PACKAGE_ROOT = Path(__file__).parents[1]
_spawned: list[subprocess.Popen[bytes]] = []
"""They outlive this process on purpose: a Popen that is dropped would warn of that."""


class LifecycleError(Exception):
    """Something that a person has to see; the message says what to do."""


class StartFailed(LifecycleError):
    """A process ended, or did not answer in time."""

    def __init__(self, part: str, reason: str, log: Path) -> None:
        lines = log.read_text(errors="replace").splitlines()[-_LOG_LINES:] if log.exists() else []
        end = "\n".join(f"  {line}" for line in lines) or "  (empty)"
        super().__init__(f"{part} {reason}. The end of {log}:\n{end}")


class NotAHome(LifecycleError):
    """A folder with other things in it: a localcloud's home is removed as a whole, so it is made in an empty folder."""

    def __init__(self, root: Path) -> None:
        super().__init__(
            f"{root} is not a localcloud's folder: it has other files in it. Set {HOME_VARIABLE} to a folder that is "
            "empty or not there yet"
        )


@dataclass(frozen=True, slots=True)
class Part:
    """One of the processes.

    Attributes:
        name: What people call it, and its log file's name.
        module: What is run.
        answers: Whether it serves; takes the home and the id that it was started with.
    """

    name: str
    module: str
    answers: Callable[[Home, int], bool]

    def log(self, home: Home) -> Path:
        """Where its output goes."""
        return home.logs / f"{self.name}.log"

    def record(self, home: Home) -> Path:
        """JSON: who the process is that was started."""
        return home.root / "processes" / f"{self.name}.json"

    def running(self, home: Home) -> ProcessIdentity | None:
        """The process, if it runs: the one that was started, not another one that was given its id."""
        document = read_json(self.record(home))
        if document is None:
            return None
        identity = ProcessIdentity(document["pid"], document["started"], document["boot"])
        return identity if is_alive(identity) else None


def _control_answers(home: Home, pid: int) -> bool:
    endpoint = home.endpoint()
    if endpoint is None or endpoint["pid"] != pid:
        return False
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({}),
        urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=home.ca_certificate)),
    )
    try:
        with opener.open(f"{endpoint['url']}/healthz", timeout=5) as response:
            return bool(response.status == HTTPStatus.OK)
    except (urllib.error.URLError, OSError):
        return False


def _plugins_answer(home: Home, pid: int) -> bool:
    plugins = home.plugins()
    if plugins is None or plugins["pid"] != pid:
        return False
    try:
        for port in plugins["ports"].values():
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except OSError:
        return False
    return True


CONTROL = Part("control", "localcloud.control", _control_answers)
PLUGINS = Part("plugins", "localcloud.plugins", _plugins_answer)
PARTS = (CONTROL, PLUGINS)


def start(home: Home) -> list[str]:
    """Starts what does not run; returns the names of what was started. Raises StartFailed or NotAHome."""
    _check_home(home)
    home.root.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _lock(home):
        started = [part for part in PARTS if part.running(home) is None]
        try:
            for part in started:
                _spawn(home, part)
            for part in PARTS:
                _await(home, part)
        except StartFailed:
            for part in started:
                _end(home, part)
            raise
        if CONTROL in started:
            _resume_containers(home)
    return [part.name for part in started]


def stop(home: Home, *, keep_containers: bool = False) -> list[str]:
    """Stops what this localcloud runs; returns the names of what was stopped. Raises NotAHome."""
    _check_home(home)
    if not home.root.exists():
        return []
    with _lock(home):
        stopped = [part.name for part in reversed(PARTS) if _end(home, part)]
        return stopped if keep_containers else stopped + _stop_containers(home)


def reset(home: Home) -> list[str]:
    """Stops everything and removes the folder; raises NotAHome for a folder that no localcloud made."""
    _check_home(home)
    if not home.root.exists():
        return []
    stopped = stop(home)
    runtime = _runtime(home)
    for container in runtime.list():
        runtime.remove(container)
    shutil.rmtree(home.root, onerror=_unless_gone)
    return stopped


def _unless_gone(_remove: object, _path: str, raised: tuple[type[BaseException], BaseException, object]) -> None:
    """SQLite takes a journal away by itself when the last reader ends, which may be now."""
    if not isinstance(raised[1], FileNotFoundError):
        raise raised[1]


def _spawn(home: Home, part: Part) -> None:
    part.log(home).parent.mkdir(parents=True, exist_ok=True)
    environment = os.environ | {HOME_VARIABLE: str(home.root), CACHE_VARIABLE: str(home.cache)}
    # It runs wherever the caller is, so it has to find the package without the working directory.
    path = [str(_PACKAGE_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    with part.log(home).open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", part.module],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=home.root,
            env=environment | {"PYTHONPATH": os.pathsep.join(path), "PYTHONUNBUFFERED": "1"},
            start_new_session=True,
        )
    _spawned.append(process)
    remember(home, part, process.pid)


def remember(home: Home, part: Part, pid: int) -> None:
    """Writes down which process a part is; nothing happens when it has ended already."""
    identity = identify(pid)
    if identity is not None:
        write_private(part.record(home), json.dumps(identity._asdict()))


def _await(home: Home, part: Part) -> None:
    deadline = time.monotonic() + START_TIMEOUT_SECONDS
    while True:
        identity = part.running(home)
        if identity is None:
            raise StartFailed(part.name, "ended while it started", part.log(home))
        if part.answers(home, identity.pid):
            return
        if time.monotonic() > deadline:
            raise StartFailed(part.name, f"does not answer after {START_TIMEOUT_SECONDS:.0f} s", part.log(home))
        time.sleep(0.05)


def _end(home: Home, part: Part) -> bool:
    """SIGTERM, time to end, SIGKILL; only for the very process that was started."""
    identity = part.running(home)
    part.record(home).unlink(missing_ok=True)
    if identity is None:
        return False
    os.kill(identity.pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_TIMEOUT_SECONDS
    while is_alive(identity) and time.monotonic() < deadline:
        time.sleep(0.02)
    if is_alive(identity):
        os.kill(identity.pid, signal.SIGKILL)
    return True


def _stop_containers(home: Home) -> list[str]:
    """Stops every running container and remembers it: `start` starts it again."""
    runtime = _runtime(home)
    running = [name for name in runtime.list() if runtime.state(name).status in {"running", "restarting"}]
    write_private(_stopped_file(home), json.dumps({"containers": running}))
    for container in running:
        runtime.stop(container)
    return [f"container {container}" for container in running]


def _resume_containers(home: Home) -> None:
    stopped = (read_json(_stopped_file(home)) or {}).get("containers", [])
    _stopped_file(home).unlink(missing_ok=True)
    runtime = _runtime(home)
    for container in set(stopped) & set(runtime.list()):
        runtime.restart(container)


def _stopped_file(home: Home) -> Path:
    return home.root / "processes" / "stopped.json"


def _runtime(home: Home) -> ProcessRuntime:
    return ProcessRuntime(home.containers, ContentStore(home.blobs), home.environments)


def _check_home(home: Home) -> None:
    filled = home.root.exists() and any(home.root.iterdir())
    # Asked last: of two starts at once, the other may be making the lock file, which comes first, at this moment.
    if filled and not (home.settings_file.exists() or _lock_file(home).exists()):
        raise NotAHome(home.root)


def _lock_file(home: Home) -> Path:
    return home.root / "lifecycle.lock"


@contextmanager
def _lock(home: Home) -> Iterator[None]:
    """One start or stop at a time."""
    with _lock_file(home).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
