"""The stack `local` brought up and down: which commands, in which order, and how a run that was cut off is mended.

`pulumi` is a script that writes down its arguments: what the real engine does with them is shown by the journeys.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from localcloud import environment, lifecycle
from localcloud.home import Home
from tests.components.answering import serving
from tools import local, policies

_PULUMI = """\
#!/bin/sh
echo "$@" >> "$FAKE_FOLDER/calls"
case "$1 $2" in
    "stack output") cat "$FAKE_FOLDER/outputs" ;;
esac
if [ "$1" = "$FAKE_INTERRUPTED" ]; then
    kill -INT $PPID
    sleep 1
    touch "$FAKE_FOLDER/ended"
    exit 255
fi
[ "$1" != "$FAKE_FAILS" ]
"""
UP = [f"up --yes --skip-preview --stack local {' '.join(policies.options())} --non-interactive"]
INIT = ["stack init local --non-interactive"]
CANCEL = ["cancel --yes --stack local --non-interactive"]
OUTPUT = ["stack output --json --stack local --non-interactive"]
DESTROY = ["destroy --yes --skip-preview --stack local --non-interactive"]
ENDED = 2**22 + 1
"""An id that no process has: above the largest."""


@dataclass
class World:
    """A home, a `pulumi` that writes down its calls, and what was asked of the cloud."""

    home: Home
    engine: Path
    cloud: list[str]

    def run(self, command: str) -> int:
        """Runs `python -m tools.local`; returns the exit code."""
        return local.main([command, "--engine", str(self.engine)])

    def calls(self) -> list[str]:
        """The calls of pulumi."""
        file = self.engine / "calls"
        return file.read_text().splitlines() if file.exists() else []

    def write_state(self, *, pending: bool = False) -> None:
        """Writes the engine's state of the stack."""
        latest = {"pending_operations": [{"type": "creating"}]} if pending else {"resources": []}
        self._write("stacks/azureml-scoring/local.json", {"version": 3, "checkpoint": {"latest": latest}})

    def write_lock(self, pid: int) -> None:
        """Writes the lock of a run."""
        lock = {"pid": pid, "username": "somebody", "hostname": "here"}
        self._write("locks/organization/azureml-scoring/local/1.json", lock)

    def write_outputs(self, port: int) -> None:
        """Writes what the stack's outputs are."""
        names = ("diabetes_image_reference", "diabetes_run_id", "base_image", "base_image_run_id")
        outputs = {name: f"the {name}" for name in names}
        outputs["diabetes_scoring_uri"] = f"http://127.0.0.1:{port}/score"
        (self.engine / "outputs").write_text(json.dumps(outputs))

    def _write(self, name: str, document: dict[str, Any]) -> None:
        path = self.home.root / "pulumi" / ".pulumi" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(document))


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """A world with nothing in it: the cloud is not started, only asked to."""
    engine, cloud = tmp_path / "engine", list[str]()
    engine.mkdir()
    (engine / "pulumi").write_text(_PULUMI)
    (engine / "pulumi").chmod(0o755)
    monkeypatch.setenv("FAKE_FOLDER", str(engine))
    monkeypatch.setenv("FAKE_FAILS", "nothing")
    monkeypatch.setenv("FAKE_INTERRUPTED", "nothing")
    monkeypatch.setenv("LOCALCLOUD_HOME", str(tmp_path / "home"))
    home = Home.from_environment()

    def reset(asked: Home) -> list[str]:
        assert asked == home
        cloud.append("reset")
        state = home.root / "pulumi" / ".pulumi" / "stacks" / "azureml-scoring" / "local.json"
        state.unlink(missing_ok=True)
        return []

    monkeypatch.setattr(lifecycle, "start", lambda asked: cloud.append(f"start {asked.root.name}"))
    monkeypatch.setattr(lifecycle, "reset", reset)
    monkeypatch.setattr(environment, "build", lambda _: dict(os.environ))
    monkeypatch.setattr(local, "train", lambda: Path("model.joblib"))
    return World(home, engine, cloud)


def test_up_makes_the_stack_deploys_and_shows_a_prediction(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    asked = list[str]()
    with serving([(200, "[210.5, 97.25]")], asked) as port:
        world.write_outputs(port)
        assert world.run("up") == 0
    assert world.calls() == INIT + UP + OUTPUT
    assert world.cloud == ["start home"]
    assert asked == ["/score"]
    shown = capsys.readouterr()
    assert "prediction:   [210.5, 97.25]" in shown.out
    assert "image:        the diabetes_image_reference (run the diabetes_run_id)" in shown.out
    assert f"scoring URI:  http://127.0.0.1:{port}/score" in shown.out
    steps = [line for line in shown.err.splitlines() if line.startswith("---")]
    assert steps == ["--- model", "--- localcloud", "--- pulumi up", "--- first prediction"]
    times = next(line for line in shown.out.splitlines() if line.startswith("times:"))
    for step in ("model", "localcloud", "pulumi up", "first prediction", "together"):
        assert f"{step} " in times


def test_up_on_a_stack_that_is_there_deploys_at_once(world: World) -> None:
    world.write_state()
    with serving([(200, "[1.0]")]) as port:
        world.write_outputs(port)
        assert world.run("up") == 0
    assert world.calls() == UP + OUTPUT


def test_up_removes_the_lock_of_a_run_that_is_gone(world: World) -> None:
    world.write_state()
    world.write_lock(ENDED)
    with serving([(200, "[1.0]")]) as port:
        world.write_outputs(port)
        assert world.run("up") == 0
    assert world.calls() == CANCEL + UP + OUTPUT
    assert world.cloud == ["start home"]


def test_up_leaves_the_lock_of_a_run_that_is_alive(world: World) -> None:
    world.write_state()
    world.write_lock(os.getpid())
    with serving([(200, "[1.0]")]) as port:
        world.write_outputs(port)
        assert world.run("up") == 0
    assert world.calls() == UP + OUTPUT


def test_up_starts_over_after_a_run_that_was_killed_in_the_middle(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.write_state(pending=True)
    world.write_lock(ENDED)
    with serving([(200, "[1.0]")]) as port:
        world.write_outputs(port)
        assert world.run("up") == 0
    assert world.cloud == ["reset", "start home"]
    assert world.calls() == INIT + UP + OUTPUT
    assert "cut off in the middle of an operation" in capsys.readouterr().out


@pytest.mark.parametrize("command", ["up", "down"])
def test_nothing_is_reset_under_a_run_that_is_in_the_middle_of_it(
    world: World, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.write_state(pending=True)
    world.write_lock(os.getpid())
    # The engine refuses a second run: it says who holds the lock.
    monkeypatch.setenv("FAKE_FAILS", "up" if command == "up" else "destroy")
    assert world.run(command) == 1
    assert "reset" not in world.cloud[:1]
    assert world.calls() == (UP if command == "up" else DESTROY)


def test_a_failed_up_ends_with_its_step_and_what_to_do(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FAKE_FAILS", "up")
    assert world.run("up") == 1
    assert world.calls() == INIT + UP
    error = capsys.readouterr().err.splitlines()[-1]
    assert error == ("error: pulumi up failed. Its messages are above; mend the cause and run the same command again.")


def test_a_service_that_does_not_answer_is_named(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    with serving([(200, "")]) as port:
        pass
    world.write_outputs(port)
    assert world.run("up") == 1
    error = capsys.readouterr().err.splitlines()[-1]
    assert error.startswith(f"error: first prediction failed. http://127.0.0.1:{port}/score: ")
    assert error.endswith("python -m localcloud logs`.")


@pytest.mark.parametrize("answer", [(500, ""), (200, "no JSON")])
def test_an_answer_that_is_no_prediction_is_an_error(
    world: World, capsys: pytest.CaptureFixture[str], answer: tuple[int, str]
) -> None:
    with serving([answer]) as port:
        world.write_outputs(port)
        assert world.run("up") == 1
    assert "error: first prediction failed." in capsys.readouterr().err


def test_down_destroys_the_stack_and_removes_the_cloud(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.write_state()
    assert world.run("down") == 0
    assert world.calls() == DESTROY
    assert world.cloud == ["start home", "reset"]
    assert capsys.readouterr().out.startswith("nothing is left (pulumi destroy ")


def test_down_without_a_cloud_has_nothing_to_do(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert world.run("down") == 0
    assert (world.calls(), world.cloud) == ([], [])
    assert capsys.readouterr().out == "nothing to take down\n"


def test_down_without_a_stack_removes_the_cloud(world: World) -> None:
    world.home.root.mkdir()
    assert world.run("down") == 0
    assert (world.calls(), world.cloud) == ([], ["reset"])


def test_down_after_a_kill_in_the_middle_removes_the_cloud_with_everything_in_it(world: World) -> None:
    world.write_state(pending=True)
    world.write_lock(ENDED)
    assert world.run("down") == 0
    assert DESTROY[0] not in world.calls()
    assert world.cloud == ["reset"]


def test_down_removes_the_lock_of_a_run_that_is_gone(world: World) -> None:
    world.write_state()
    world.write_lock(ENDED)
    assert world.run("down") == 0
    assert world.calls() == CANCEL + DESTROY


def test_a_destroy_that_fails_is_told_and_leaves_nothing_all_the_same(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    world.write_state()
    monkeypatch.setenv("FAKE_FAILS", "destroy")
    assert world.run("down") == 1
    assert world.cloud == ["start home", "reset"]
    assert "error: pulumi destroy failed. The cloud is gone all the same" in capsys.readouterr().err


def test_an_interrupt_lets_the_engine_end_in_order(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FAKE_INTERRUPTED", "up")
    assert world.run("up") == 130
    assert (world.engine / "ended").exists(), "pulumi was killed while it ended"
    assert capsys.readouterr().err.splitlines()[-1] == "interrupted; `make up` can be run again"


def test_an_unknown_command_is_refused_with_the_ones_there_are() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tools.local", "sideways"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        cwd=local.ROOT,
    )
    assert done.returncode == 2
    assert "invalid choice: 'sideways' (choose from" in done.stderr


def test_the_model_is_trained_once_although_two_ask_for_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trained = list[str]()

    def slowly(command: Sequence[str]) -> None:
        time.sleep(0.2)
        trained.append(command[-1])
        Path(command[-1]).parent.mkdir(parents=True)
        Path(command[-1]).touch()

    monkeypatch.setattr(local, "ROOT", tmp_path)
    monkeypatch.setattr(local, "example_python", lambda: Path("python"))
    monkeypatch.setattr(local, "_do", slowly)
    with ThreadPoolExecutor() as pool:
        models = [asked.result() for asked in [pool.submit(local.train), pool.submit(local.train)]]
    assert trained == [str(models[0])] == [str(models[1])]
