"""The process runtime: containers as processes on this host.

Everything that it knows is on disk: any number of `ProcessRuntime` objects, in any number of processes, one after
the other or at the same time, see the same containers.
"""

from __future__ import annotations

import builtins
import fcntl
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from localcloud.images.errors import ImageError
from localcloud.images.image import Image
from localcloud.runtime import documents, identity, launch, logfile, network
from localcloud.runtime.command import Guest, make_tools
from localcloud.runtime.environment import EnvironmentCache
from localcloud.runtime.errors import BadLayer, NoSuchContainer, StartFailed
from localcloud.runtime.requirements import read_request
from localcloud.runtime.rootfs import RootFileSystem
from localcloud.runtime.spec import ContainerSpec, ContainerState

if TYPE_CHECKING:
    from localcloud.images.content import ContentStore

_PACKAGE_ROOT = Path(__file__).parents[2]
_LOCKS = ".locks"
_PORTS_LOCK = ".ports"  # no container has this id
# A shim that was told to stop ends its container within the grace period; this much later it is killed itself.
_SHIM_GRACE = 5.0
_LIVING = frozenset({"created", "running", "restarting"})


class ProcessRuntime:
    """Runs containers below one folder.

    Args:
        containers: one folder a container, named by its id.
        store: the images' content.
        environments: virtual environments, shared and kept.
    """

    def __init__(self, containers: Path, store: ContentStore, environments: Path) -> None:
        self._containers = containers.absolute()
        self._store = store
        self._environments = EnvironmentCache(environments.absolute() / "venvs")
        self._tools = environments.absolute() / "tools"

    def start(self, spec: ContainerSpec) -> None:
        """Make a container run as `spec` says; returns once its command has been executed.

        A container with this id that already runs as the same spec says is left alone; any other one is replaced.

        Raises:
            StartFailed: it can't be started; `state` and `logs` then say so, too.
        """
        with self._lock(spec.id) as lock:
            if self._runs_as(spec):
                return
            self._halt(spec.id, grace=10.0)
            folder = self._fresh_folder(spec)
            log = logfile.Log(folder / documents.LOG)
            try:
                self._prepare(spec, folder, log.note)
                self._launch(spec, folder, lock)
            except StartFailed as error:
                log.note(f"cannot be started: {error.reason}")
                self._record_failure(folder, error)
                raise
            finally:
                log.close()

    def stop(self, container_id: str, grace: float = 10.0) -> None:
        """SIGTERM to the command's process group, SIGKILL to all that is left after `grace` seconds.

        A container that does not run is left as it is.

        Raises:
            NoSuchContainer: there is none with this id.
        """
        with self._lock(container_id):
            self._folder(container_id)
            self._halt(container_id, grace)

    def restart(self, container_id: str, grace: float = 10.0) -> None:
        """Stop a container if it runs, then start it again with its files, environment and log as they are.

        Raises:
            NoSuchContainer: there is none with this id.
            StartFailed: it can't be started.
        """
        with self._lock(container_id) as lock:
            folder = self._folder(container_id)
            self._halt(container_id, grace)
            spec = self._read_spec(folder)
            if not (folder / documents.LAUNCH).exists():
                raise StartFailed(spec.name, "it was never ready to be started; start it with its specification")
            self._launch(spec, folder, lock)

    def remove(self, container_id: str) -> None:
        """Kill a container and delete its folder; one that is not there is no error."""
        with self._lock(container_id):
            self._halt(container_id, grace=0.0)
            shutil.rmtree(self._containers / container_id, ignore_errors=True)

    def state(self, container_id: str) -> ContainerState:
        """What a container is now.

        Raises:
            NoSuchContainer: there is none with this id.
        """
        document: documents.State | None = documents.read(self._folder(container_id) / documents.STATE)
        if document is None:  # it is being removed
            raise NoSuchContainer(container_id)
        lost = document["shim"] is not None and document["status"] in _LIVING and not _shim_lives(document)
        if lost:
            # Its shim was killed, and the command with it.
            document |= {
                "status": "exited",
                "pid": None,
                "exit_code": 137,
                "health": None,
                "ready": None,
                "error": "its supervisor was killed",
            }
        fields = {key: value for key, value in document.items() if key != "shim"}
        times = {key: _moment(document[key]) for key in ("started_at", "finished_at")}
        return ContainerState(**(fields | times))  # type: ignore[arg-type]  # the document has just these fields

    def logs(self, container_id: str, tail: int | None = None, since: datetime | None = None) -> str:
        """Standard output and error of a container, at most the last 4 MB.

        Lines of the runtime itself begin with 'localcloud: '.

        Args:
            container_id: the container.
            tail: the last lines only.
            since: lines written at this time or later.

        Raises:
            NoSuchContainer: there is none with this id.
        """
        path = self._folder(container_id) / documents.LOG
        return logfile.read(path, tail, None if since is None else since.timestamp())

    def list(self) -> builtins.list[str]:
        """The ids of all containers, running or not, sorted."""
        if not self._containers.is_dir():
            return []
        return sorted(entry.name for entry in self._containers.iterdir() if (entry / documents.SPEC).exists())

    def spec(self, container_id: str) -> ContainerSpec:
        """What a container was asked to be, without its environment and its files.

        Raises:
            NoSuchContainer: there is none with this id.
        """
        return self._read_spec(self._folder(container_id))

    def _prepare(self, spec: ContainerSpec, folder: Path, log: Callable[[str], None]) -> None:
        if not Path("/proc/self/stat").exists():
            raise StartFailed(
                spec.name, "the process runtime finds its processes in /proc, which this host does not have"
            )
        network.check_free(spec.name, spec.ports.values(), self._allocated(spec.id))
        root = RootFileSystem(folder / "rootfs")
        try:
            image = Image.load(self._store, spec.image)
            root.unpack(image, self._store)
            root.add(spec.files, spec.folders)
        except (ImageError, BadLayer, OSError) as error:
            raise StartFailed(spec.name, str(error)) from error
        venv = self._environments.prepare(spec.name, read_request(image.config, root), log)
        if image.config.user:
            log(f"not done: it runs as the user who started localcloud, not as the image's USER {image.config.user}")
        guest = Guest(spec.name, folder, root, venv, make_tools(self._tools), image.config)
        documents.write(folder / documents.LAUNCH, launch.document(spec, guest), 0o600)

    def _launch(self, spec: ContainerSpec, folder: Path, lock: int) -> None:
        """Start the shim, alone: the ports are free when it starts, and nobody else takes them meanwhile."""
        for note in (folder / "network").iterdir():
            note.unlink()
        with self._lock(_PORTS_LOCK):
            network.check_free(spec.name, spec.ports.values(), self._allocated(spec.id))
            result = subprocess.run(
                # Without site-packages and the caller's Python settings: quick, small, and always the same.
                [sys.executable, "-S", "-E", "-m", "localcloud.runtime.shim", str(folder), str(lock)],
                cwd=_PACKAGE_ROOT,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
                check=False,
                pass_fds=(lock,),
            )
        if result.returncode:
            raise StartFailed(spec.name, result.stderr.strip(), 127)

    def _halt(self, container_id: str, grace: float) -> None:
        """End the shim and with it the container; then whatever is left of either."""
        folder = self._containers / container_id
        document: documents.State | None = documents.read(folder / documents.STATE)
        shim = _shim(document)
        if shim is not None and identity.is_alive(shim):
            documents.write(folder / documents.GRACE, grace)
            identity.send([shim.pid], signal.SIGTERM)
            _wait_for(shim, grace + _SHIM_GRACE)
        while folder.exists() and (left := identity.members(str(folder))):
            identity.send(left, signal.SIGKILL)
            time.sleep(0.01)

    def _runs_as(self, spec: ContainerSpec) -> bool:
        folder = self._containers / spec.id
        known: documents.Launch | None = documents.read(folder / documents.LAUNCH)
        if known is None or known["fingerprint"] != launch.fingerprint(spec):
            return False
        return self.state(spec.id).status in {"running", "restarting"}

    def _allocated(self, without: str) -> builtins.list[network.Address]:
        """Where the other living containers are published."""
        others = (name for name in self.list() if name != without)
        living = (name for name in others if _shim_lives(documents.read(self._containers / name / documents.STATE)))
        return [where for name in living for where in self._read_spec(self._containers / name).ports.values()]

    def _fresh_folder(self, spec: ContainerSpec) -> Path:
        folder = self._containers / spec.id
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, mode=0o700)
        for name in ("tmp", "network"):
            (folder / name).mkdir()
        documents.write(folder / documents.STATE, documents.new_state())
        documents.write(folder / documents.SPEC, asdict(replace(spec, environment={}, files={})))
        return folder

    def _record_failure(self, folder: Path, error: StartFailed) -> None:
        document = documents.new_state()
        document |= {
            "status": "exited",
            "exit_code": error.exit_code,
            "finished_at": time.time(),
            "error": error.reason,
        }
        documents.write(folder / documents.STATE, document)

    def _folder(self, container_id: str) -> Path:
        folder = self._containers / container_id
        if not (folder / documents.SPEC).exists():
            raise NoSuchContainer(container_id)
        return folder

    def _read_spec(self, folder: Path) -> ContainerSpec:
        return ContainerSpec.from_document(documents.read(folder / documents.SPEC))

    @contextmanager
    def _lock(self, name: str) -> Iterator[int]:
        """One at a time, over all processes; freed by the kernel when the last holder of the descriptor dies."""
        locks = self._containers / _LOCKS
        locks.mkdir(parents=True, exist_ok=True)
        with (locks / name).open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield file.fileno()


def _shim(document: documents.State | None) -> identity.ProcessIdentity | None:
    found = document["shim"] if document else None
    return None if found is None else identity.ProcessIdentity(*found)


def _shim_lives(document: documents.State | None) -> bool:
    shim = _shim(document)
    return shim is not None and identity.is_alive(shim)


def _wait_for(process: identity.ProcessIdentity, seconds: float) -> None:
    """Wait until a process has ended; kill it if that takes longer."""
    deadline = time.monotonic() + seconds
    while identity.is_alive(process):
        if time.monotonic() > deadline:
            identity.send([process.pid], signal.SIGKILL)
        time.sleep(0.01)


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
