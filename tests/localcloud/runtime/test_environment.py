"""Environments are made once, whole, and what was done is said."""

from __future__ import annotations

import multiprocessing
import platform
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from uv import find_uv_bin

from localcloud.runtime import environment
from localcloud.runtime.environment import EnvironmentCache
from localcloud.runtime.errors import EnvironmentFailed
from localcloud.runtime.requirements import EnvironmentRequest, InstallStep

EMPTY = EnvironmentRequest(python="3.7", python_source="conda install python=3.7", notes=("'x': y is not installed",))
BROKEN = EnvironmentRequest(
    steps=(InstallStep("pip install ./gone", ("gone @ file:///nowhere/gone-1-py3-none-any.whl",)),)
)


def prepare(folder: Path, request: EnvironmentRequest = EMPTY) -> tuple[Path, list[str]]:
    lines: list[str] = []
    return EnvironmentCache(folder).prepare("service", request, lines.append), lines


def test_the_log_names_both_pythons_and_what_is_not_done(tmp_path: Path) -> None:
    venv, lines = prepare(tmp_path)
    assert lines[0] == (
        f"Python: the image asks for 3.7 (conda install python=3.7); it runs on the host's {platform.python_version()}"
    )
    assert lines[1] == "not done: 'x': y is not installed"
    assert subprocess.run([venv / "bin/python", "-c", ""], check=True).returncode == 0


def test_an_environment_is_used_again(tmp_path: Path) -> None:
    venv, _ = prepare(tmp_path)
    (venv / "kept").touch()
    again, lines = prepare(tmp_path)
    assert (again, (again / "kept").exists()) == (venv, True)
    assert not any("installed in" in line for line in lines)


@pytest.mark.parametrize("gone", ["complete.json", "venv/bin/python"])
def test_an_environment_that_is_not_whole_is_made_anew(tmp_path: Path, gone: str) -> None:
    venv, _ = prepare(tmp_path)
    (venv / "half").touch()
    (venv.parent / gone).unlink()
    prepare(tmp_path)
    assert not (venv / "half").exists()
    assert (venv / "bin/python").exists()


def test_a_key_depends_on_every_step(tmp_path: Path) -> None:
    cache = EnvironmentCache(tmp_path)
    steps = [(), (("a",), ()), (("a",), ("b",)), (("a", "b"), ())]
    requests = [EnvironmentRequest((InstallStep("x", *step),) if step else ()) for step in steps]
    keys = {cache.key(request) for request in requests}
    assert len(keys) == 4
    assert cache.key(EnvironmentRequest((InstallStep("other text", ("a",)),))) in keys


def test_a_failure_says_why_and_leaves_nothing_to_be_used(tmp_path: Path) -> None:
    with pytest.raises(
        EnvironmentFailed, match=r"the recorded step 'pip install ./gone' could not be installed: .*gone"
    ):
        prepare(tmp_path, BROKEN)
    with pytest.raises(EnvironmentFailed):
        prepare(tmp_path, BROKEN)


def test_passwords_of_addresses_are_not_shown() -> None:
    assert environment.without_passwords("at https://user:canary@host/x") == "at https://***@host/x"


def test_two_at_once_make_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = tmp_path / "calls"
    slow = tmp_path / "uv"
    slow.write_text(f'#!/bin/sh\necho "$$" >> {calls}\nsleep 0.3\nexec {find_uv_bin()} "$@"\n')
    slow.chmod(slow.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(environment, "find_uv_bin", lambda: str(slow))
    context = multiprocessing.get_context("fork")
    workers = [context.Process(target=prepare, args=(tmp_path / "cache",)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0, 0]
    assert len(calls.read_text().splitlines()) == 1


def test_a_builder_that_was_killed_is_waited_for_and_replaced(tmp_path: Path) -> None:
    """Its uv goes on for a while; nobody builds beside it, and its half is thrown away."""
    slow = tmp_path / "uv"
    slow.write_text(f"#!/bin/sh\nmkdir -p venv\nsleep 0.5\ntouch {tmp_path}/orphan-ended\n")
    slow.chmod(slow.stat().st_mode | stat.S_IXUSR)
    program = (
        "import sys; from pathlib import Path; from localcloud.runtime import environment as e;"
        f"e.find_uv_bin = lambda: {str(slow)!r};"
        "from localcloud.runtime.requirements import EnvironmentRequest as R;"
        f"e.EnvironmentCache(Path({str(tmp_path / 'cache')!r})).prepare('n', R(), print)"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.DEVNULL) as builder:
        while not list((tmp_path / "cache").glob("*/venv")):
            assert builder.poll() is None
        builder.kill()
    venv, _ = prepare(tmp_path / "cache", EnvironmentRequest())
    assert (tmp_path / "orphan-ended").exists()
    assert (venv / "bin/python").exists()
    shutil.rmtree(tmp_path / "cache")
