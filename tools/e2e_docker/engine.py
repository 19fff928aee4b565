"""A Docker engine: the one that answers, else one of our own for as long as the run takes."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tools.e2e_docker import packages
from tools.e2e_docker.errors import CommandFailed, NotHere
from tools.e2e_docker.mounts import unmount_below
from tools.e2e_docker.watch import run, say

_BRIDGE = Path("/sys/class/net/docker0")
_LEFT = ("/etc/docker/key.json", "/etc/docker", "/run/docker/plugins", "/run/docker", "/run/containerd/s")
"""What an engine makes outside its folders, each before the folder that it lies in."""
_OPTIONS = ("--iptables=false", "--ip-forward=false", "--ip-masq=false")
"""Nothing of the machine's network is changed but for the bridge; a container's port is published by a process. The
engine chooses its storage: overlay2 where kernel and file system have it, else vfs, which takes twice as long."""
_DEBIAN = "/usr/bin"
_STARTING = 60.0
_STOPPING = 60.0
_LINES = 15


@dataclass(frozen=True)
class Docker:
    """A client of one engine.

    Attributes:
        executable: The program.
        folder: Where it keeps the credentials of whom it acts for (mode 0700).
        host: Address of the engine; empty for the machine's own.
    """

    executable: str
    folder: Path
    host: str = ""

    def __call__(self, *arguments: str, what: str = "docker", given: str = "") -> str:
        """Runs a command and returns what it said; raises CommandFailed."""
        command = [self.executable, *arguments]
        return run(command, what, environment=self._environment(), given=given, timeout=1800).strip()

    def acting_for(self, name: str) -> Docker:
        """A client of the same engine with credentials of its own."""
        folder = self.folder.with_name(name)
        folder.mkdir(mode=0o700, exist_ok=True)
        return Docker(self.executable, folder, self.host)

    def version(self) -> str:
        """The engine's version and storage driver; raises CommandFailed where none answers."""
        return self("info", "--format", "{{if .ServerVersion}}{{.ServerVersion}}, storage {{.Driver}}{{end}}")

    def answers(self) -> bool:
        """Whether there is an engine."""
        try:
            return bool(self.version())
        except CommandFailed:
            return False

    def builds(self) -> bool:
        """Whether it can give secrets to a build; a client without its plugin for that can't."""
        try:
            return "--secret" in self("build", "--help")
        except CommandFailed:
            return False

    def _environment(self) -> dict[str, str]:
        host = {"DOCKER_HOST": self.host} if self.host else {}
        return os.environ | host | {"DOCKER_CONFIG": str(self.folder), "DOCKER_BUILDKIT": "1"}


@contextmanager
def engine(folder: Path) -> Iterator[Docker]:
    """A client of the engine that answers, or of one that lives below a folder until the end; raises NotHere."""
    if any(docker.answers() for docker in _clients(folder)):
        found = _client(folder)
        say(f"the Docker engine of this machine answers: {found.version()}")
        yield found
        say("the engine was there before: it keeps its build cache")
        return
    packages.ensure(packages.ENGINE)
    if os.geteuid() != 0:
        raise NotHere("a Docker engine", "none answers, and only root can start one")
    with _own(folder) as started:
        say(f"a Docker engine of our own: {started.version()}")
        yield started


def _clients(folder: Path, host: str = "") -> Iterator[Docker]:
    """The client on PATH, and Debian's, which may be another one."""
    found = (shutil.which("docker"), shutil.which("docker", path=_DEBIAN))
    for executable in dict.fromkeys(filter(None, found)):
        yield Docker(executable, folder / "docker", host).acting_for("docker")


def _client(folder: Path, host: str = "") -> Docker:
    """The first client that can do what is needed; raises NotHere."""
    for docker in _clients(folder, host):
        if docker.builds():
            return docker
    raise NotHere("a build with secrets", "`docker build` has no --secret; install docker-buildx")


@contextmanager
def _own(folder: Path) -> Iterator[Docker]:
    bridge = _BRIDGE.exists()
    new = [path for path in map(Path, _LEFT) if not path.exists()]
    log = folder / "dockerd.log"
    with log.open("wb") as output:
        # Its own session: Ctrl-C ends it through us, after its containers. It ends with us also when we are killed.
        process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "TERM", "dockerd", *_OPTIONS, *_places(folder)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        host = f"unix://{folder}/docker.sock"
        _await(folder, host, process, log)
        yield _client(folder, host)
    finally:
        _stop(process)
        _tidy(folder, new, bridge=bridge)


def _places(folder: Path) -> Sequence[str]:
    return (
        f"--host=unix://{folder}/docker.sock",
        f"--data-root={folder}/data",
        f"--exec-root={folder}/run",
        f"--pidfile={folder}/dockerd.pid",
    )


def _await(folder: Path, host: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _STARTING
    while not any(docker.answers() for docker in _clients(folder, host)):
        if process.poll() is not None or time.monotonic() > deadline:
            end = "\n".join(f"  {line}" for line in log.read_text(errors="replace").splitlines()[-_LINES:])
            raise NotHere("a Docker engine", f"dockerd does not answer. The end of its log:\n{end}")
        time.sleep(0.2)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_STOPPING)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _tidy(folder: Path, new: Sequence[Path], *, bridge: bool) -> None:
    """Removes what an engine leaves outside its folders, and what it mounted below them."""
    if _BRIDGE.exists() and not bridge:
        run(["ip", "link", "delete", "docker0"], "removing the bridge")
    unmount_below(folder)
    for path in new:
        with contextlib.suppress(OSError):
            path.rmdir() if path.is_dir() else path.unlink()
