"""The real engine with a Python language host: programs, policy packs, source plugins, interrupts."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .conftest import Project

pytestmark = pytest.mark.journey
Make = Callable[[str], "Project"]


def test_a_program_with_configuration(project: Make) -> None:
    program = project("program")
    program.run("config", "set", "greeting", "good day")
    program.run("config", "set", "--secret", "password", "canary-81c2")
    output = program.up()
    assert "a line of the program" in output
    assert "canary-81c2" not in output
    outputs = program.outputs()
    assert outputs == {
        "greeting": "good day",
        "password": "canary-81c2",
        "organization": "organization",
        "root": str(program.folder),
    }
    assert "2 unchanged" in program.up()
    program.run("destroy", "--yes", "--skip-preview", "--non-interactive")


def test_missing_configuration_stops_the_program(project: Make) -> None:
    output = project("program").up(fails=True)
    assert "Missing required configuration variable 'program:greeting'" in output


def test_a_program_that_raises_shows_one_clean_error(project: Make) -> None:
    output = project("raises").up(fails=True)
    diagnostics = output[output.index("Diagnostics:") :]
    assert diagnostics.count("error:") == 1
    assert "ValueError: the mistake of the program" in diagnostics
    # Neither the language host nor the executor shows up in the user's traceback.
    assert diagnostics.count("File ") == 1
    assert "language_host" not in output


def test_a_policy_pack_denies(project: Make) -> None:
    program = project("program")
    program.run("config", "set", "greeting", "good day")
    program.run("config", "set", "--secret", "password", "secret")
    output = program.up("--policy-pack", "../policy", fails=True)
    assert "[mandatory]  no-greeter  (fixture:index:Greeter: greeter)" in output
    assert "greeters are not allowed (in policy)" in output
    assert '"greeter"' not in program.run("stack", "export")


def test_a_source_plugin_gives_its_schema(project: Make) -> None:
    output = project("consumer").run("package", "get-schema", "../component")
    schema = json.loads(output[output.index("{") :])
    assert schema["resources"]["fixture:index:Greeter"]["requiredInputs"] == ["greeting"]


def test_a_source_plugin_is_used_by_a_program(project: Make) -> None:
    consumer = project("consumer")
    consumer.up()
    assert consumer.outputs() == {"said": "good day", "folder": str(consumer.folder)}


def test_the_virtual_environment_is_honoured(project: Make) -> None:
    program = project("environment")
    missing = program.up(fails=True)
    assert "virtual environment" in missing
    assert str(program.folder / "env") in missing
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", program.folder / "env"], check=True)
    (packages,) = (program.folder / "env" / "lib").glob("python3*/site-packages")
    paths = [path for path in sys.path if path.endswith("site-packages")]
    (packages / "fixture.pth").write_text("\n".join(paths), encoding="utf-8")
    program.up()
    assert program.outputs() == {"prefix": str(program.folder / "env"), "active": str(program.folder / "env")}


def test_nothing_to_install(project: Make) -> None:
    assert "error" not in project("program").run("install")


def wait_for_pids(process: subprocess.Popen[str], path: Path) -> list[int]:
    """The process ids that the fixture `slow` writes."""
    deadline = time.monotonic() + 60
    while not path.exists():
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return [int(word) for word in path.read_text(encoding="utf-8").split()]


def still_running(pids: list[int]) -> list[int]:
    """Those of `pids` that run, after up to five seconds; one that waits to be reaped doesn't count."""
    deadline = time.monotonic() + 5
    while True:
        answer = subprocess.run(
            ["ps", "-o", "pid=,stat=", "-p", ",".join(map(str, pids))], capture_output=True, text=True, check=False
        )
        lines = [line.split() for line in answer.stdout.splitlines()]
        running = [int(pid) for pid, state in lines if not state.startswith("Z")]
        if not running or time.monotonic() > deadline:
            return running
        time.sleep(0.1)


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("slow", signal.SIGINT),
        ("slow", signal.SIGTERM),
        ("slow", signal.SIGKILL),
        ("slow_consumer", signal.SIGINT),
        ("slow_consumer", signal.SIGKILL),
    ],
)
def test_an_interrupt_ends_quietly_and_leaves_nothing(project: Make, name: str, number: signal.Signals) -> None:
    slow = project(name)
    with slow.start("up", "--yes", "--skip-preview", "--non-interactive") as process:
        pids = wait_for_pids(process, slow.folder / "pids")
        start = time.monotonic()
        process.send_signal(number)
        output, _ = process.communicate(timeout=60)
    assert process.returncode != 0
    assert "Traceback" not in output
    assert "KeyboardInterrupt" not in output
    assert still_running(pids) == []
    assert time.monotonic() - start < 15
