"""The stack `local`, from nothing to a prediction and back: `python -m tools.local up | down`.

`make up` and `make down` call this once the environment is there. Every step says what it does and what it took.
"""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from localcloud import environment, lifecycle
from localcloud.home import Home, read_json

from . import policies

ROOT = Path(__file__).parents[1]
STACK = "local"
PROJECT = "azureml-scoring"
EXAMPLE = Path("examples/diabetes")
_REQUEST_TIMEOUT = 60.0
"""Seconds that the first prediction may take."""


class StepFailed(Exception):
    """A step that ended with an error; the message says which and what to do."""

    def __init__(self, step: str, advice: str) -> None:
        super().__init__(f"{step} failed. {advice}")


@dataclass
class Steps:
    """Runs steps one after the other and remembers what each took, in seconds."""

    taken: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """One step: its name on stderr, its time in the summary."""
        print(f"--- {name}", file=sys.stderr, flush=True)
        started = time.monotonic()
        yield
        self.taken[name] = time.monotonic() - started

    def summary(self) -> str:
        """All parts and their sum."""
        parts = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in self.taken.items())
        return f"{parts}; together {sum(self.taken.values()):.1f} s"


class LocalStack:
    """The stack `local` on one localcloud."""

    def __init__(self, home: Home, engine: Path | None) -> None:
        """Uses the engine in the folder `engine`, or the one on PATH when that is None."""
        self.home = home
        self._engine = engine

    def up(self, steps: Steps) -> None:
        """Trains what has not been trained, starts the cloud, deploys, and prints a prediction."""
        with steps.step("model"):
            train()
        with steps.step("localcloud"):
            self._start()
        with steps.step("pulumi up"):
            self._pulumi("up", "--yes", "--skip-preview", "--stack", STACK, *policies.options())
        outputs = json.loads(self._read("stack", "output", "--json", "--stack", STACK))
        with steps.step("first prediction"):
            prediction = score(outputs["diabetes_scoring_uri"], EXAMPLE / "sample-request.json")
        print(_report(outputs, prediction, self.home))
        print(f"times:        {steps.summary()}")

    def down(self, steps: Steps) -> None:
        """Destroys the stack, ends every process and removes the cloud's folder."""
        if not self.home.root.exists():
            print("nothing to take down")
            return
        failed = False
        if self._has_stack() and not self._interrupted():
            with steps.step("pulumi destroy"):
                lifecycle.start(self.home)
                self._unlock()
                failed = self._run("destroy", "--yes", "--skip-preview", "--stack", STACK) != 0
        with steps.step("localcloud reset"):
            lifecycle.reset(self.home)
        if failed:
            raise StepFailed("pulumi destroy", "The cloud is gone all the same, and everything in it.")
        print(f"nothing is left ({steps.summary()})")

    def _start(self) -> None:
        if self._has_stack() and self._interrupted():
            print("the last run was cut off in the middle of an operation: starting over with a new cloud")
            lifecycle.reset(self.home)
        lifecycle.start(self.home)
        if not self._has_stack():
            self._pulumi("stack", "init", STACK)
        else:
            self._unlock()

    def _unlock(self) -> None:
        """Removes the lock of a run that is gone; a run that is alive keeps its own, and pulumi says so."""
        if self._locks() and not self._in_use():
            self._pulumi("cancel", "--yes", "--stack", STACK)

    def _backend(self) -> Path:
        return self.home.root / "pulumi" / ".pulumi"

    def _has_stack(self) -> bool:
        return (self._backend() / "stacks" / PROJECT / f"{STACK}.json").exists()

    def _locks(self) -> list[Path]:
        return list((self._backend() / "locks").rglob(f"{PROJECT}/{STACK}/*.json"))

    def _in_use(self) -> bool:
        """Whether a run that holds a lock is alive."""
        return any(Path(f"/proc/{(read_json(path) or {}).get('pid')}").exists() for path in self._locks())

    def _interrupted(self) -> bool:
        """Whether a killed run left operations of which the engine does not know how they ended."""
        state = read_json(self._backend() / "stacks" / PROJECT / f"{STACK}.json") or {}
        latest = (state.get("checkpoint") or {}).get("latest") or {}
        return bool(latest.get("pending_operations")) and not self._in_use()

    def _pulumi(self, *arguments: str) -> None:
        if self._run(*arguments) != 0:
            step = f"pulumi {arguments[0]}"
            raise StepFailed(step, "Its messages are above; mend the cause and run the same command again.")

    def _run(self, *arguments: str) -> int:
        with _interrupt_held():
            command = ["pulumi", *arguments, "--non-interactive"]
            return subprocess.run(command, cwd=ROOT, env=self._env(), check=False).returncode

    def _read(self, *arguments: str) -> str:
        return subprocess.check_output(
            ["pulumi", *arguments, "--non-interactive"], cwd=ROOT, env=self._env(), text=True
        )

    def _env(self) -> dict[str, str]:
        variables = environment.build(self.home)
        if self._engine is not None:
            variables["PATH"] = os.pathsep.join([str(self._engine), variables.get("PATH", os.defpath)])
        return variables


@contextmanager
def _interrupt_held() -> Iterator[None]:
    """Holds Ctrl-C back until the command has ended: the terminal sent it to the engine too, which ends in order."""
    pressed: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: pressed.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if pressed:
        raise KeyboardInterrupt


def example_python() -> Path:
    """The Python of the example, with its requirements; made where it isn't there."""
    folder, uv = ROOT / EXAMPLE / ".venv", str(Path(sys.executable).with_name("uv"))
    python = folder / "bin" / "python"
    with _alone("example-python"):
        if not python.exists():
            _do([uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(folder)])
        requirements = str(ROOT / EXAMPLE / "requirements.txt")
        _do([uv, "pip", "install", "--quiet", "--python", str(python), "-r", requirements])
    return python


def train() -> Path:
    """Trains the example's model unless it has been trained; returns the model's file."""
    model = ROOT / EXAMPLE / "model" / "model.joblib"
    with _alone("example-model"):
        if not model.exists():
            _do([str(example_python()), str(ROOT / EXAMPLE / "train.py"), "--output", str(model)])
    return model


@contextmanager
def _alone(name: str) -> Iterator[None]:
    """One process at a time: tests run side by side."""
    with Path(sys.prefix, f".{name}.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _do(command: Sequence[str]) -> None:
    if subprocess.run(command, check=False).returncode != 0:
        raise StepFailed(" ".join([Path(command[0]).name, *command[1:2]]), "Its messages are above.")


def score(uri: str, request: Path) -> Any:
    """Sends a request to a service and returns the prediction."""
    body = (ROOT / request).read_bytes()
    question = urllib.request.Request(uri, body, {"Content-Type": "application/json"})  # noqa: S310 - our own http:// address
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(question, timeout=_REQUEST_TIMEOUT) as answer:
            return json.load(answer)
    except (urllib.error.URLError, OSError, ValueError) as error:
        raise StepFailed("first prediction", f"{uri}: {error}. See `.venv/bin/python -m localcloud logs`.") from error


def _report(outputs: dict[str, Any], prediction: Any, home: Home) -> str:
    uri = outputs["diabetes_scoring_uri"]
    return "\n".join(
        [
            "",
            f"prediction:   {json.dumps(prediction)}",
            f"image:        {outputs['diabetes_image_reference']} (run {outputs['diabetes_run_id']})",
            f"base image:   {outputs['base_image']} (run {outputs['base_image_run_id']})",
            f"scoring URI:  {uri}",
            f"try it:       curl -H 'Content-Type: application/json' -d @{EXAMPLE}/sample-request.json {uri}",
            f"the cloud:    {home.root} (`.venv/bin/python -m localcloud status`); `make down` removes it",
        ]
    )


def main(arguments: Sequence[str]) -> int:
    """Runs `up` or `down`; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.local", description=__doc__)
    parser.add_argument("command", choices=["up", "down"], help="deploy and score, or remove everything")
    parser.add_argument("--engine", type=Path, help="folder with the pulumi executable (default: the one on PATH)")
    parsed = parser.parse_args(arguments)
    stack, steps = LocalStack(Home.from_environment(), parsed.engine), Steps()
    try:
        stack.up(steps) if parsed.command == "up" else stack.down(steps)
    except (StepFailed, lifecycle.LifecycleError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"interrupted; `make {parsed.command}` can be run again", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
