"""Containers run, end, come back and go as they were asked to."""

# ruff: noqa: FBT001 - booleans are parameters of tests
from __future__ import annotations

import errno
import json
import multiprocessing
import os
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
import urllib.request
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from localcloud.images.content import ContentStore, Digest
from localcloud.runtime import documents, identity
from localcloud.runtime.errors import NoSuchContainer, PortAllocated, StartFailed
from localcloud.runtime.process import ProcessRuntime
from localcloud.runtime.spec import ContainerSpec, HealthCheck, HttpGet

FOREVER = "import time\nprint('up')\ntime.sleep(600)\n"
SERVER = """
import http.server
import os

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(500 if os.path.exists("broken") else 200)
        self.end_headers()

http.server.ThreadingHTTPServer(("", 5001), Handler).serve_forever()
"""
FAMILY = (
    "import os, subprocess, time, signal\n"
    "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    "subprocess.Popen(['sleep', '600'])\n"
    "subprocess.Popen(['sleep', '600'], start_new_session=True)\n"
    "subprocess.run(['sh', '-c', 'setsid sleep 600 & sleep 600 &'])\n"
    "print('up')\n"
    "time.sleep(600)\n"
)


def processes(runtime: ProcessRuntime, container: str = "c1") -> list[int]:
    return identity.members(str(runtime._containers / container))


def test_a_container_runs_to_its_end(runtime: ProcessRuntime, python_spec: Any, wait: Any) -> None:
    runtime.start(python_spec("import os, sys\nprint('out', os.getcwd(), sys.argv[0])\nsys.exit(3)\n"))
    wait(lambda: runtime.state("c1").status == "exited")
    state = runtime.state("c1")
    assert (state.exit_code, state.pid, state.restart_count, state.error) == (3, None, 0, None)
    assert state.started_at is not None
    assert state.finished_at is not None
    assert state.started_at <= state.finished_at
    root = runtime._containers / "c1" / "rootfs"
    assert f"out {root}/app {root}/app/main.py\n" in runtime.logs("c1")
    assert runtime.logs("c1", tail=1).startswith("out ")
    assert runtime.logs("c1", since=state.finished_at) == ""


def test_start_is_quick_and_starting_again_changes_nothing(runtime: ProcessRuntime, python_spec: Any) -> None:
    runtime.start(python_spec("", id="warm"))
    spec = python_spec(FOREVER)
    began = time.monotonic()
    runtime.start(spec)
    assert time.monotonic() - began < 3, "0.1 s on an idle machine"
    pid = runtime.state("c1").pid
    runtime.start(spec)
    assert runtime.state("c1").pid == pid
    runtime.start(python_spec(FOREVER, environment={"CHANGED": "1"}))
    assert runtime.state("c1").pid != pid
    assert runtime.list() == ["c1", "warm"]


def test_stop_ends_the_whole_family(runtime: ProcessRuntime, python_spec: Any, wait: Any) -> None:
    runtime.start(python_spec(FAMILY))
    wait(lambda: "up" in runtime.logs("c1"))
    assert len(processes(runtime)) == 5
    began = time.monotonic()
    runtime.stop("c1", grace=0.3)
    assert 0.3 <= time.monotonic() - began < 5
    assert processes(runtime) == []
    assert runtime.state("c1").exit_code == 137


def test_stop_lets_the_command_end_by_itself(runtime: ProcessRuntime, python_spec: Any, wait: Any) -> None:
    program = "import signal, sys\nsignal.signal(15, lambda *_: sys.exit(print('bye')))\nprint('up')\nsignal.pause()\n"
    runtime.start(python_spec(program, restart="Always"))
    wait(lambda: "up" in runtime.logs("c1"))
    runtime.stop("c1", grace=9)
    state = runtime.state("c1")
    assert (state.status, state.exit_code, state.restart_count) == ("exited", 0, 0)
    assert runtime.logs("c1", tail=1) == "bye\n"
    runtime.stop("c1")


def test_stop_asks_every_process_of_the_group(runtime: ProcessRuntime, python_spec: Any, wait: Any) -> None:
    child = "import signal, sys; signal.signal(15, lambda *_: sys.exit(print('bye'))); print('up'); signal.pause()"
    parent = (
        f"import signal, subprocess\nsignal.signal(15, signal.SIG_IGN)\nsubprocess.run(['python', '-uc', {child!r}])\n"
    )
    runtime.start(python_spec(parent))
    wait(lambda: "up" in runtime.logs("c1"))
    runtime.stop("c1", grace=9)
    assert (runtime.logs("c1", tail=1), runtime.state("c1").exit_code) == ("bye\n", 0)


def test_what_the_command_leaves_ends_with_it(runtime: ProcessRuntime, python_spec: Any, wait: Any) -> None:
    runtime.start(python_spec(FAMILY.replace("time.sleep(600)", "")))
    wait(lambda: runtime.state("c1").status == "exited")
    assert processes(runtime) == []
    assert runtime.state("c1").exit_code == 0


@pytest.mark.parametrize(
    ("policy", "exit_code", "restarts"),
    [("Always", 0, True), ("Always", 1, True), ("OnFailure", 0, False), ("OnFailure", 1, True), ("Never", 1, False)],
)
def test_restart_policies(
    runtime: ProcessRuntime, python_spec: Any, wait: Any, policy: str, exit_code: int, restarts: bool
) -> None:  # fmt: skip
    runtime.start(python_spec(f"raise SystemExit({exit_code})", restart=policy))
    if restarts:
        wait(lambda: runtime.state("c1").restart_count >= 2)
        wait(lambda: runtime.state("c1").status == "restarting")
        runtime.stop("c1")
    wait(lambda: runtime.state("c1").status == "exited")
    assert runtime.state("c1").exit_code == exit_code
    assert (runtime.state("c1").restart_count > 0) == restarts


def test_restarts_come_slower_and_slower(runtime: ProcessRuntime, python_spec: Any, wait: Any) -> None:
    runtime.start(python_spec("import time; print(time.time())", restart="Always"))
    wait(lambda: runtime.state("c1").restart_count >= 3)
    times = [float(line) for line in runtime.logs("c1").splitlines() if not line.startswith("localcloud")]
    pauses = [later - earlier for earlier, later in pairwise(times)]
    assert pauses[0] > 0.1
    assert pauses[1] > 0.2


def test_a_line_without_end_is_not_continued_by_the_next_run(
    runtime: ProcessRuntime, python_spec: Any, wait: Any
) -> None:
    runtime.start(python_spec("print('part', end='')", restart="Always"))
    wait(lambda: runtime.state("c1").restart_count >= 1)
    wait(lambda: runtime.logs("c1", tail=2) == "part\npart\n")


def test_restart_keeps_files_and_log_and_counts_anew(runtime: ProcessRuntime, python_spec: Any, wait: Any) -> None:
    runtime.start(python_spec("open('/tmp/x' and 'count', 'a').write('x')\nprint(open('count').read())\n"))
    wait(lambda: runtime.state("c1").status == "exited")
    runtime.restart("c1")
    wait(lambda: runtime.state("c1").status == "exited")
    assert runtime.logs("c1", tail=2) == "x\nxx\n"


def test_remove_leaves_nothing(runtime: ProcessRuntime, python_spec: Any, wait: Any) -> None:
    runtime.start(python_spec(FAMILY))
    wait(lambda: "up" in runtime.logs("c1"))
    runtime.remove("c1")
    assert processes(runtime) == []
    assert runtime.list() == []
    runtime.remove("c1")
    for ask in (runtime.state, runtime.stop, runtime.logs, runtime.restart):
        with pytest.raises(NoSuchContainer, match="No such container: c1"):
            ask("c1")


def test_ports_are_the_containers_alone(runtime: ProcessRuntime, python_spec: Any, wait: Any, address: Any) -> None:
    runtime.start(python_spec(SERVER, ports={5001: address}))
    wait(lambda: answers(address))
    with pytest.raises(PortAllocated, match=f"on endpoint other: Bind for {address[0]}:{address[1]} failed"):
        runtime.start(python_spec(SERVER, id="c2", name="other", ports={5001: address}))
    assert runtime.state("c2").status == "exited"
    assert "port is already allocated" in runtime.logs("c2")
    assert "port is already allocated" in str(runtime.state("c2").error)
    with pytest.raises(StartFailed, match="it was never ready to be started"):
        runtime.restart("c2")
    runtime.stop("c1")
    runtime.start(python_spec(SERVER, id="c2", ports={5001: address}))
    wait(lambda: answers(address))


def test_a_port_is_taken_before_the_container_listens(runtime: ProcessRuntime, python_spec: Any, address: Any) -> None:
    runtime.start(python_spec(FOREVER, ports={5001: address}))
    with pytest.raises(PortAllocated):
        runtime.start(python_spec(FOREVER, id="c2", ports={5001: address}))
    runtime.restart("c1")


def test_it_listens_on_its_address_only(runtime: ProcessRuntime, python_spec: Any, wait: Any, address: Any) -> None:
    runtime.start(python_spec(SERVER, ports={5001: address}))
    wait(lambda: answers(address))
    with socket.socket() as other:
        assert other.connect_ex(("127.0.0.1", address[1])) == errno.ECONNREFUSED


ASK = "import urllib.request as u; u.urlopen('http://HOST:5001/', timeout=9)"


@pytest.mark.parametrize(
    "check",
    [
        {"command": ("CMD", "python", "-c", ASK.replace("HOST", "127.0.0.1"))},
        {"command": ("CMD-SHELL", f'python -c "{ASK.replace("HOST", "localhost")}" || exit 1')},
        {"http": HttpGet("/", 5001)},
        {"http": HttpGet("/", 5002)},
    ],
)
def test_health(runtime: ProcessRuntime, python_spec: Any, wait: Any, address: Any, check: dict[str, Any]) -> None:
    program = SERVER if check.get("http") != HttpGet("/", 5002) else SERVER.replace("5001", "5002")
    health = HealthCheck(**check, interval=0.3, retries=2, timeout=10)
    runtime.start(python_spec(f"import time; time.sleep(0.3)\n{program}", ports={5001: address}, health=health))
    assert runtime.state("c1").health == "starting"
    wait(lambda: runtime.state("c1").health == "healthy")
    broken = runtime._containers / "c1" / "rootfs" / "app" / "broken"
    broken.touch()
    wait(lambda: runtime.state("c1").health == "unhealthy")
    assert "500" in runtime.state("c1").health_output
    broken.unlink()
    wait(lambda: runtime.state("c1").health == "healthy")
    runtime.stop("c1")
    assert runtime.state("c1").health is None


def test_a_check_that_takes_too_long_is_killed(runtime: ProcessRuntime, python_spec: Any, wait: Any) -> None:
    health = HealthCheck(("CMD", "sleep", "600"), interval=0.1, timeout=0.2, retries=1)
    runtime.start(python_spec(FOREVER, health=health))
    wait(lambda: runtime.state("c1").health == "unhealthy")
    assert runtime.state("c1").health_output == "Health check exceeded timeout (0.2s)"
    assert runtime.state("c1").status == "running"


def test_a_check_whose_program_is_missing_fails_and_says_so(
    runtime: ProcessRuntime, python_spec: Any, wait: Any
) -> None:
    runtime.start(python_spec(FOREVER, health=HealthCheck(("CMD", "curl", "x"), interval=0.1, retries=1)))
    wait(lambda: runtime.state("c1").health == "unhealthy")
    assert "No such file or directory: 'curl'" in runtime.state("c1").health_output


def test_an_unhealthy_container_is_restarted_if_asked(runtime: ProcessRuntime, python_spec: Any, wait: Any) -> None:
    health = HealthCheck(("CMD", "false"), interval=0.1, retries=1)
    runtime.start(python_spec(FOREVER, health=health, restart_unhealthy=True, restart="Always"))
    wait(lambda: runtime.state("c1").restart_count >= 1)
    assert "killed: it is unhealthy: " in runtime.logs("c1")


def test_it_outlives_its_starter_and_is_found_again(
    tmp_path: Path, runtime: ProcessRuntime, python_spec: Any, wait: Any, address: Any, environments: Path
) -> None:
    spec: ContainerSpec = python_spec(SERVER, ports={5001: address})
    program = (
        "import sys, time; from pathlib import Path\n"
        "from localcloud.images.content import ContentStore, Digest\n"
        "from localcloud.runtime.process import ProcessRuntime\n"
        "from localcloud.runtime.spec import ContainerSpec\n"
        "containers, blobs, environments, image, host, port = sys.argv[1:]\n"
        "runtime = ProcessRuntime(Path(containers), ContentStore(Path(blobs)), Path(environments))\n"
        "runtime.start(ContainerSpec('c1', 'service', Digest(image), ports={5001: (host, int(port))}))\n"
        "print('started', flush=True); time.sleep(600)\n"
    )
    folders = [str(tmp_path / "containers"), str(tmp_path / "blobs"), str(environments)]
    command = [sys.executable, "-c", program, *folders, spec.image, address[0], str(address[1])]
    with subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True) as starter:
        assert starter.stdout is not None
        assert starter.stdout.readline() == b"started\n"
        os.killpg(starter.pid, signal.SIGKILL)
    wait(lambda: answers(address))
    fresh = ProcessRuntime(tmp_path / "containers", ContentStore(tmp_path / "blobs"), environments)
    assert fresh.list() == ["c1"]
    assert fresh.state("c1").status == "running"
    fresh.stop("c1")
    assert not answers(address)
    assert processes(runtime) == []


def test_a_starter_that_is_killed_on_its_way_leaves_one_container(runtime: ProcessRuntime, python_spec: Any) -> None:
    spec = python_spec(FOREVER)
    runtime.start(python_spec("", id="warm"))
    for step in range(8):
        starter = multiprocessing.get_context("fork").Process(target=runtime.start, args=(spec,))
        starter.start()
        time.sleep(0.015 * step)
        starter.kill()
        starter.join()
        runtime.start(spec)
        assert runtime.state("c1").status == "running"
        assert processes(runtime) == [runtime.state("c1").pid]
        runtime.remove("c1")
        assert processes(runtime) == []


def test_a_shim_that_was_killed_takes_its_container_along(runtime: ProcessRuntime, python_spec: Any, wait: Any) -> None:
    runtime.start(python_spec(FAMILY))
    wait(lambda: "up" in runtime.logs("c1"))
    command = runtime.state("c1").pid
    os.kill(shim_of(runtime).pid, signal.SIGKILL)
    wait(lambda: command not in processes(runtime))
    wait(lambda: runtime.state("c1").status == "exited")
    state = runtime.state("c1")
    assert (state.exit_code, state.error) == (137, "its supervisor was killed")
    runtime.restart("c1")
    wait(lambda: len(processes(runtime)) == 5)
    assert runtime.state("c1").status == "running"


def test_another_process_with_the_shims_id_is_left_alone(runtime: ProcessRuntime, python_spec: Any, wait: Any) -> None:
    runtime.start(python_spec(""))
    wait(lambda: runtime.state("c1").status == "exited")
    path = runtime._containers / "c1" / documents.STATE
    with subprocess.Popen(["sleep", "600"]) as bystander:
        document = documents.read(path)
        me = identity.identify(bystander.pid)
        assert me is not None
        document |= {"status": "running", "shim": [me.pid, me.started - 100, me.boot]}
        documents.write(path, document)
        assert runtime.state("c1").status == "exited"
        runtime.stop("c1")
        runtime.remove("c1")
        assert bystander.poll() is None
        bystander.kill()


def test_secrets_are_in_one_private_file_only(runtime: ProcessRuntime, python_spec: Any, wait: Any) -> None:
    runtime.start(
        python_spec(f"import os\nassert os.environ['KEY'] == 'canary'\n{FOREVER}", environment={"KEY": "canary"})
    )
    wait(lambda: "up" in runtime.logs("c1"))
    folder = runtime._containers / "c1"
    holding = {path.name for path in folder.iterdir() if path.is_file() and b"canary" in path.read_bytes()}
    assert holding == {documents.LAUNCH}
    assert stat.S_IMODE((folder / documents.LAUNCH).stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for pid in [*processes(runtime), shim_of(runtime).pid]:
        assert b"canary" not in Path(f"/proc/{pid}/cmdline").read_bytes()
    assert runtime.spec("c1").environment == {}


def test_a_command_that_is_not_there(runtime: ProcessRuntime, make_image: Any) -> None:
    image = make_image(cmd=("nginx", "-g", "daemon off;"))
    with pytest.raises(StartFailed, match=r'exec: "nginx": executable file not found in \$PATH'):
        runtime.start(ContainerSpec("c1", "web", image.manifest_digest))
    assert (runtime.state("c1").status, runtime.state("c1").exit_code) == ("exited", 127)
    assert 'exec: "nginx"' in runtime.logs("c1")


def test_a_command_that_is_lost_later(runtime: ProcessRuntime, python_spec: Any, wait: Any) -> None:
    runtime.start(python_spec("import os, sys; os.unlink(sys.argv[0] + '.gone') if 0 else None"))
    wait(lambda: runtime.state("c1").status == "exited")
    path = runtime._containers / "c1" / documents.LAUNCH
    documents.write(path, documents.read(path) | {"argv": ["/gone/python"]}, 0o600)
    with pytest.raises(StartFailed, match="No such file or directory: '/gone/python'"):
        runtime.restart("c1")
    assert runtime.state("c1").exit_code == 127


def test_no_signal_is_ignored_for_the_command(runtime: ProcessRuntime, make_image: Any, wait: Any) -> None:
    image = make_image(cmd=("grep", "SigIgn", "/proc/self/status"))
    runtime.start(ContainerSpec("c1", "signals", image.manifest_digest, restart="Never"))
    wait(lambda: runtime.state("c1").status == "exited")
    # 32 and 33 are the C library's own: no program can set them, and make hands them on ignored.
    reserved = 1 << 31 | 1 << 32
    assert int(runtime.logs("c1", tail=1).removeprefix("SigIgn:"), 16) & ~reserved == 0


def test_an_image_that_is_not_there(runtime: ProcessRuntime) -> None:
    with pytest.raises(StartFailed, match="is not in the content store"):
        runtime.start(ContainerSpec("c1", "web", Digest("sha256:" + "0" * 64)))


def test_starting_and_stopping_at_once_ends_in_one_of_both(runtime: ProcessRuntime, python_spec: Any) -> None:
    spec = python_spec(FOREVER)
    threads = [threading.Thread(target=runtime.start, args=(spec,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(processes(runtime)) == 1
    runtime.stop("c1")
    assert processes(runtime) == []


def test_the_shim_is_small(runtime: ProcessRuntime, python_spec: Any) -> None:
    runtime.start(python_spec(FOREVER))
    pages = int(Path(f"/proc/{shim_of(runtime).pid}/statm").read_text().split()[1])
    assert pages * os.sysconf("SC_PAGE_SIZE") < 20_000_000


def test_the_log_says_what_the_image_asked_for(runtime: ProcessRuntime, make_image: Any) -> None:
    image = make_image({"app/x": ""}, run=("conda install python=3.7 gxx",), cmd=("sleep", "600"))
    runtime.start(ContainerSpec("c1", "web", image.manifest_digest))
    lines = runtime.logs("c1").splitlines()
    assert lines[0].startswith("localcloud: Python: the image asks for 3.7 (conda install python=3.7); it runs on")
    assert lines[1] == "localcloud: not done: 'conda install python=3.7 gxx': conda packages are not installed: gxx"


def answers(address: tuple[str, int]) -> bool:
    try:
        with urllib.request.urlopen(f"http://{address[0]}:{address[1]}/", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def shim_of(runtime: ProcessRuntime) -> identity.ProcessIdentity:
    return identity.ProcessIdentity(*json.loads((runtime._containers / "c1" / documents.STATE).read_text())["shim"])
