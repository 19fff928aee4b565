"""Files and folders that are put into a container: readable inside, secret outside."""

from __future__ import annotations

import base64
import stat
from typing import Any

from localcloud.runtime import documents
from localcloud.runtime.process import ProcessRuntime

PROGRAM = """
import os
print(open(os.environ["FOLDER"] + "/key").read(), os.listdir(os.environ["EMPTY"]))
open(os.environ["EMPTY"] + "/mine", "w").close()
"""
VARIABLES = {"FOLDER": "/mnt/secrets", "EMPTY": "/mnt/empty"}
FILES = {"/mnt/secrets/key": base64.b64encode(b"canary").decode()}


def test_they_are_read_by_their_path(runtime: ProcessRuntime, python_spec: Any, wait: Any) -> None:
    runtime.start(python_spec(PROGRAM, environment=VARIABLES, files=FILES, folders=("/mnt/empty",)))
    wait(lambda: runtime.state("c1").status == "exited")
    assert "canary []" in runtime.logs("c1")
    folder = runtime._containers / "c1"
    assert stat.S_IMODE((folder / "rootfs/mnt/secrets/key").stat().st_mode) == 0o400
    assert FILES["/mnt/secrets/key"] not in (folder / documents.SPEC).read_text()
    runtime.restart("c1")
    wait(lambda: "canary ['mine']" in runtime.logs("c1"))


def test_other_files_are_another_container(runtime: ProcessRuntime, python_spec: Any, wait: Any) -> None:
    program = "import os, time; print(open(os.environ['FOLDER'] + '/key').read(), flush=True); time.sleep(600)"
    for text in ("first", "second"):
        files = {"/mnt/secrets/key": base64.b64encode(text.encode()).decode()}
        runtime.start(python_spec(program, environment=VARIABLES, files=files))
        wait(lambda text=text: text in runtime.logs("c1"))


def test_a_file_does_not_leave_the_container(runtime: ProcessRuntime, python_spec: Any, wait: Any) -> None:
    runtime.start(python_spec("print('up')", files={"/../../../escaped": ""}))
    wait(lambda: runtime.state("c1").status == "exited")
    assert (runtime._containers / "c1" / "rootfs" / "escaped").exists()
