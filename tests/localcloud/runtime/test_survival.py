"""A container outlives who started it, and is found again; nobody else's process is touched."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from localcloud.images.content import ContentStore
from localcloud.runtime import documents, identity
from localcloud.runtime.process import ProcessRuntime
from localcloud.runtime.spec import ContainerSpec
from tests.localcloud.runtime.programs import FAMILY, FOREVER, SERVER, answers, processes, shim_of


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
