"""Shared by the tests of the engine: an empty cache, fake programs on PATH, the real engine, a language host."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import grpc
import pytest
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import language_pb2 as messages
from pulumi.runtime.proto.language_pb2_grpc import LanguageRuntimeStub

from tools.pulumi import engine
from tools.pulumi.build import LANGUAGE_HOST

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


START = """
import sys
sys.path.insert(0, sys.argv.pop(1))
from language_host.start import main
sys.exit(main(sys.argv[1:]))
"""
EXECUTOR = """
import json, os, sys
config = json.loads(os.environ["PULUMI_CONFIG"])
with open(config["record"], "w", encoding="utf-8") as record:
    json.dump({"arguments": sys.argv[1:], "folder": os.getcwd(), "environment": dict(os.environ)}, record)
sys.stdout.write("from the program")
if config["end"] == "wait":
    import subprocess, time
    stubborn = subprocess.Popen([sys.executable, "-c", STUBBORN])
    with open(config["record"] + ".pids", "w", encoding="utf-8") as record:
        record.write(f"{os.getpid()} {stubborn.pid}\\n")
    time.sleep(60)
if config["end"] == "signal":
    os.kill(os.getpid(), 9)
sys.exit(int(config["end"]))
"""
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"


class Host:
    """A running language host and a stub for it."""

    password = "canary-5f0e"
    stubborn = STUBBORN
    """A Python script that ignores SIGTERM and waits."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        executor = folder / "executor.py"
        executor.write_text(f"STUBBORN = {STUBBORN!r}\n{EXECUTOR}", encoding="utf-8")
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-P", "-c", START, str(LANGUAGE_HOST.parent)),
                *("--use-executor", str(executor), "-v=9", "--logtostderr", "127.0.0.1:99"),
            ],
            cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self.process.stdout is not None
        self.channel = grpc.insecure_channel(f"127.0.0.1:{int(self.process.stdout.readline())}")
        self.stub = LanguageRuntimeStub(self.channel)

    def info(self, **options: str) -> messages.ProgramInfo:
        """A program in `folder`."""
        struct = Struct()
        struct.update(options)
        return messages.ProgramInfo(
            root_directory=str(self.folder), program_directory=str(self.folder), entry_point=".", options=struct
        )

    def request(self, end: str, **options: str) -> messages.RunRequest:
        """A request to run the program, which ends as `end` says."""
        return messages.RunRequest(
            project="project", stack="stack", organization="organization", pwd=str(self.folder), parallel=8,
            dryRun=True, monitor_address="127.0.0.1:98", args=["--own", "argument"], info=self.info(**options),
            config={"record": str(self.folder / "record"), "end": end, "project:password": self.password},
            configSecretKeys=["project:password"],
        )  # fmt: skip

    def plugin_request(self, source: str, kind: str = "resource", **options: str) -> messages.RunPluginRequest:
        """A request to run `source` as a source plugin."""
        folder = self.folder / "plugin"
        folder.mkdir()
        (folder / "__main__.py").write_text(source, encoding="utf-8")
        info = self.info(**options)
        info.root_directory = info.program_directory = str(folder)
        environment = ["FLAVOUR=a=b", f"PATH={os.environ['PATH']}", "not a variable"]
        return messages.RunPluginRequest(
            pwd=str(self.folder), args=["127.0.0.1:99"], env=environment, info=info, kind=kind
        )

    def start_program(self) -> tuple[grpc.Future[messages.RunResponse], list[int]]:
        """Start a program that waits; returns its call and the process ids of it and its child."""
        call = self.stub.Run.future(self.request("wait"))
        return call, wait_for_pids(self.folder / "record.pids")

    def alive(self, pids: list[int]) -> list[int]:
        """Those of `pids` that still run after a moment."""
        deadline = time.monotonic() + 20
        while (running := [pid for pid in pids if is_running(pid)]) and time.monotonic() < deadline:
            time.sleep(0.05)
        return running

    def end(self) -> str:
        """Wait for the end of the host; returns its standard error."""
        self.channel.close()
        _, errors = self.process.communicate(timeout=30)
        return errors


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Host]:
    """A language host that is ended after the test."""
    started = Host(tmp_path)
    yield started
    started.channel.close()
    started.process.terminate()
    started.process.communicate(timeout=30)


def wait_for_pids(path: Path) -> list[int]:
    """The process ids that a program writes into `path`."""
    deadline = time.monotonic() + 30
    while not (path.exists() and path.read_text(encoding="utf-8").endswith("\n")):
        assert time.monotonic() < deadline, f"{path} was not written"
        time.sleep(0.02)
    return [int(word) for word in path.read_text(encoding="utf-8").split()]


def is_running(pid: int) -> bool:
    """Whether `pid` is a process that isn't only waiting to be reaped."""
    answer = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return answer.stdout.strip()[:1] not in {"", "Z"}
