"""Shared by the tests of the engine: an empty cache, fake programs on PATH, the real engine in a folder of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tools.pulumi import engine

TESTDATA = Path(__file__).parent / "testdata"


@pytest.fixture
def cache_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache, chosen by the environment."""
    monkeypatch.setenv("AZUREML_SCORING_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "pulumi"


@pytest.fixture
def on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], Path]:
    """A function that puts a shell script on PATH, which otherwise has the system's basic tools only."""
    folder = tmp_path / "path"
    folder.mkdir()
    monkeypatch.setenv("PATH", os.pathsep.join([str(folder), "/usr/bin", "/bin"]))

    def add(name: str, body: str) -> Path:
        return script(folder / name, body)

    return add


def script(path: Path, body: str) -> Path:
    """Write an executable shell script."""
    path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


@dataclass
class Project:
    """A copy of a fixture, and the engine to run it with."""

    folder: Path
    environment: dict[str, str]
    stack: str = field(default="dev")

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start `pulumi` in a session of its own, output and errors together."""
        return subprocess.Popen(
            ["pulumi", *arguments], cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
        )  # fmt: skip

    def run(self, *arguments: str, fails: bool = False) -> str:
        """Run `pulumi` to its end, which must be a success unless it `fails`."""
        with self.start(*arguments) as process:
            output, _ = process.communicate(timeout=120)
        assert (process.returncode != 0) is fails, output
        return output

    def up(self, *arguments: str, fails: bool = False) -> str:
        """Deploy without asking."""
        return self.run("up", "--yes", "--skip-preview", "--non-interactive", *arguments, fails=fails)

    def outputs(self) -> dict[str, object]:
        """The stack's outputs, secrets in the clear."""
        found: dict[str, object] = json.loads(self.run("stack", "output", "--json", "--show-secrets"))
        return found


@pytest.fixture(scope="session")
def engine_path() -> str:
    """PATH with the engine first."""
    folder = engine.ensure()
    return os.pathsep.join([*([str(folder)] if folder else []), str(Path(sys.executable).parent), os.environ["PATH"]])


@pytest.fixture
def project(tmp_path: Path, engine_path: str) -> Callable[[str], Project]:
    """A function that copies the fixtures to a temporary folder and makes a stack for one of them."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PULUMI_", "VIRTUAL_ENV"))}
    environment |= {
        "PATH": engine_path,
        "AZUREML_SCORING_PYTHON": sys.executable,
        "PULUMI_BACKEND_URL": f"file://{tmp_path}",
        "PULUMI_HOME": str(tmp_path / "home"),
        "PULUMI_CONFIG_PASSPHRASE": "passphrase",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }

    def make(name: str) -> Project:
        shutil.copytree(TESTDATA, tmp_path / "testdata")
        made = Project(tmp_path / "testdata" / name, environment)
        made.run("stack", "init", made.stack)
        return made

    return make
