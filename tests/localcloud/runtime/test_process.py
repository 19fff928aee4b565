"""Containers run, end, come back and go as they were asked to."""

# ruff: noqa: FBT001 - booleans are parameters of tests
from __future__ import annotations

import os
import signal
import stat
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from localcloud.images.content import Digest
from localcloud.runtime import documents
from localcloud.runtime.errors import NoSuchContainer, StartFailed
from localcloud.runtime.process import ProcessRuntime
from localcloud.runtime.spec import ContainerSpec
from tests.localcloud.runtime.programs import FAMILY, FOREVER, processes, shim_of


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
    before = signal.signal(signal.SIGQUIT, signal.SIG_IGN)  # as in a shell's background
    try:
        runtime.start(ContainerSpec("c1", "signals", image.manifest_digest, restart="Never"))
    finally:
        signal.signal(signal.SIGQUIT, before)
    wait(lambda: runtime.state("c1").status == "exited")
    # 32 and 33 are the C library's own: no program can set them, and make hands them on ignored.
    reserved = 1 << 31 | 1 << 32
    assert int(runtime.logs("c1", tail=1).removeprefix("SigIgn:"), 16) & ~reserved == 0


def test_an_image_that_is_not_there(runtime: ProcessRuntime) -> None:
    with pytest.raises(StartFailed, match="is not in the content store"):
        runtime.start(ContainerSpec("c1", "web", Digest("sha256:" + "0" * 64)))


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
