"""The real processes: start, kill -9, start again, stop. One cloud for the whole module."""

from __future__ import annotations

import io
import os
import signal
import socket
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from localcloud import lifecycle
from localcloud.images.build import BuildRequest, build
from localcloud.images.content import ContentStore
from localcloud.runtime.identity import identify
from localcloud.runtime.process import ProcessRuntime
from localcloud.runtime.spec import ContainerSpec
from tests.localcloud.processes import Localcloud

if TYPE_CHECKING:
    from localcloud.images.image import Image


@pytest.fixture(scope="module")
def localcloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Localcloud]:
    """A cloud that serves."""
    cloud = Localcloud(tmp_path_factory.mktemp("localcloud"))
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(lambda _: cloud.command("start"), range(2))
    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert sorted(["already" in first.stdout, "already" in second.stdout]) == [False, True]
    yield cloud
    assert cloud.command("reset").returncode == 0
    assert not cloud.home.root.exists()


def test_two_starts_at_once_are_one_and_a_third_is_none(localcloud: Localcloud) -> None:
    again = localcloud.command("start")
    assert again.stdout == f"localcloud already serves {localcloud.endpoint['url']}\n"
    status = localcloud.command("status")
    assert status.returncode == 0
    assert f"pid {localcloud.endpoint['pid']}" in status.stdout
    assert "azure-native:" in status.stdout


def test_a_second_control_plane_on_the_same_home_is_refused(localcloud: Localcloud) -> None:
    second = subprocess.run(
        [sys.executable, "-m", "localcloud.control"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env=os.environ | {"LOCALCLOUD_HOME": str(localcloud.home.root)},
    )
    assert second.returncode == 1
    assert second.stderr == f"localcloud control plane: a control plane already serves {localcloud.home.root}\n"


def test_run_gives_a_command_the_environment_its_exit_code_and_signals(localcloud: Localcloud) -> None:
    script = "import os, sys; print(os.environ['ARM_METADATA_HOSTNAME']); sys.exit(7)"
    ran = localcloud.command("run", "--", sys.executable, "-c", script)
    assert (ran.returncode, f"https://{ran.stdout.strip()}") == (7, localcloud.endpoint["url"])
    killed = localcloud.command("run", "--", sys.executable, "-c", "import os; os.kill(os.getpid(), 15)")
    assert killed.returncode == -signal.SIGTERM
    missing = localcloud.command("run", "--", "no-such-program")
    assert (missing.returncode, "no-such-program" in missing.stderr) == (127, True)


def test_law_l8_after_kill_9_operations_registries_and_port_are_there_again(localcloud: Localcloud) -> None:
    kept, login_server = localcloud.registry("kept1")
    assert localcloud.reaches(login_server) == 401
    localcloud.command("stop", "--keep-containers")
    assert localcloud.command("start", LOCALCLOUD_LATENCY="30").returncode == 0
    url, pid = localcloud.endpoint["url"], localcloud.endpoint["pid"]
    pending = f"{localcloud.group()}/providers/Microsoft.ContainerRegistry/registries/pending1"
    accepted = localcloud.request("PUT", pending, json={"location": "westeurope", "sku": {"name": "Basic"}})
    operation = accepted.headers["azure-asyncoperation"].removeprefix(url)
    os.kill(pid, signal.SIGKILL)

    status = localcloud.command("status")
    assert (status.returncode, "control    stopped" in status.stdout) == (3, True)
    assert localcloud.command("start").returncode == 0
    assert localcloud.endpoint["url"] == url
    assert localcloud.endpoint["pid"] != pid
    assert localcloud.settled(pending)["properties"]["provisioningState"] == "Succeeded"
    assert localcloud.request("GET", operation).json()["status"] == "Succeeded"
    assert localcloud.reaches(login_server) == 401
    assert localcloud.request("DELETE", kept).status_code == 202


def test_a_removed_registry_is_not_listened_for(localcloud: Localcloud) -> None:
    path, login_server = localcloud.registry("gone1")
    localcloud.request("DELETE", path)
    deadline = time.monotonic() + 20
    while localcloud.request("GET", path).status_code != 404 and time.monotonic() < deadline:
        time.sleep(0.05)
    address, _, port = login_server.partition(":")
    with socket.socket() as probe:
        assert probe.connect_ex((address, int(port))) != 0


def test_containers_go_on_without_the_control_plane_and_come_back_with_start(
    localcloud: Localcloud, tmp_path: Path
) -> None:
    content = ContentStore(localcloud.home.blobs)
    runtime = ProcessRuntime(localcloud.home.containers, content, localcloud.home.environments)
    runtime.start(_sleeping(content, tmp_path))
    begun = runtime.state("sleeper").pid
    os.kill(localcloud.endpoint["pid"], signal.SIGKILL)
    assert "container sleeper" not in localcloud.command("stop", "--keep-containers").stdout
    assert (runtime.state("sleeper").status, runtime.state("sleeper").pid) == ("running", begun)
    assert "container  running               sleeper" in localcloud.command("status").stdout
    assert "container sleeper" in localcloud.command("stop").stdout
    assert runtime.state("sleeper").status == "exited"
    assert localcloud.command("start").returncode == 0
    assert runtime.state("sleeper").status == "running"
    assert localcloud.command("logs", "sleeper").returncode == 0
    runtime.remove("sleeper")


def _sleeping(content: ContentStore, folder: Path) -> ContainerSpec:
    """A container that only sleeps."""
    dockerfile = b'FROM scratch\nCMD ["sleep", "120"]\n'
    with tarfile.open(folder / "context.tar", "w") as archive:
        entry = tarfile.TarInfo("Dockerfile")
        entry.size = len(dockerfile)
        archive.addfile(entry, io.BytesIO(dockerfile))
    image = build(BuildRequest(folder / "context.tar"), content, _NoImages(), lambda _: None)
    return ContainerSpec(
        "sleeper",
        "sleeper",
        image.manifest_digest,
        command=None,
        environment={},
        ports={},
        restart="Never",
        health=None,
    )


class _NoImages:
    """There is nothing to build from but scratch."""

    def resolve(self, reference: str) -> Image:
        raise AssertionError(reference)


def test_stop_is_quick_and_quiet_and_start_goes_on(localcloud: Localcloud) -> None:
    localcloud.registry("stays1")
    pid = localcloud.endpoint["pid"]
    stopped = localcloud.command("stop")
    assert (stopped.returncode, stopped.stdout) == (0, "stopped plugins, control\n")
    assert identify(pid) is None
    log = (localcloud.home.logs / "control.log").read_text()
    assert "Traceback" not in log
    assert log.splitlines()[-1].endswith("stopping")
    assert localcloud.command("start").returncode == 0
    assert localcloud.settled(f"{localcloud.group()}/providers/Microsoft.ContainerRegistry/registries/stays1")
    assert localcloud.command("logs", "control", "-n", "1").stdout.rstrip().endswith(localcloud.endpoint["url"])


def test_a_journal_that_went_by_itself_is_no_reason_to_stop_a_removal() -> None:
    gone, kept = FileNotFoundError("state.sqlite-wal"), PermissionError("state.sqlite")
    lifecycle._unless_gone(None, "state.sqlite-wal", (FileNotFoundError, gone, None))
    with pytest.raises(PermissionError):
        lifecycle._unless_gone(None, "state.sqlite", (PermissionError, kept, None))
