"""The language host over gRPC, as the engine speaks to it, without the engine."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import grpc
import pytest
from google.protobuf.empty_pb2 import Empty
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import language_pb2 as messages
from pulumi.runtime.proto.language_pb2_grpc import LanguageRuntimeStub

from tools.pulumi.build import LANGUAGE_HOST

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
PASSWORD = "canary-5f0e"


class Host:
    """A running language host and a stub for it."""

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
            config={"record": str(self.folder / "record"), "end": end, "project:password": PASSWORD},
            configSecretKeys=["project:password"],
        )  # fmt: skip

    def start_program(self) -> tuple[grpc.Future[messages.RunResponse], list[int]]:
        """Start a program that waits; returns its call and the process ids of it and its child."""
        call = self.stub.Run.future(self.request("wait"))
        return call, wait_for_pids(self.folder / "record.pids")

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


def alive(pids: list[int]) -> list[int]:
    """Those of `pids` that still run after a moment."""
    deadline = time.monotonic() + 20
    while (running := [pid for pid in pids if is_running(pid)]) and time.monotonic() < deadline:
        time.sleep(0.05)
    return running


def is_running(pid: int) -> bool:
    """Whether `pid` is a process that isn't only waiting to be reaped."""
    answer = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return answer.stdout.strip() not in {"", "Z"}


def test_what_the_engine_asks_first(host: Host) -> None:
    host.stub.Handshake(messages.LanguageHandshakeRequest(engine_address="127.0.0.1:99"))
    assert host.stub.GetPluginInfo(Empty()).version
    # Downloading plugins beforehand fails on a closed network.
    assert not host.stub.GetRequiredPackages(messages.GetRequiredPackagesRequest(info=host.info())).packages
    assert not host.stub.GetRequiredPlugins(messages.GetRequiredPluginsRequest()).plugins


def test_program(host: Host) -> None:
    response = host.stub.Run(host.request("0"))
    assert (response.error, response.bail) == ("", False)
    record = json.loads((host.folder / "record").read_text(encoding="utf-8"))
    assert record["arguments"] == [
        *("--monitor", "127.0.0.1:98", "--engine", "127.0.0.1:99", "--project", "project", "--stack", "stack"),
        *("--organization", "organization", "--root_directory", str(host.folder), "--pwd", str(host.folder)),
        *("--dry_run", "true", "--parallel", "8", "--", ".", "--own", "argument"),
    ]
    assert record["folder"] == str(host.folder)
    assert json.loads(record["environment"]["PULUMI_CONFIG"])["project:password"] == PASSWORD
    assert json.loads(record["environment"]["PULUMI_CONFIG_SECRET_KEYS"]) == ["project:password"]
    assert PASSWORD not in " ".join(record["arguments"])


@pytest.mark.parametrize(
    ("end", "error", "bail"),
    [
        ("32", "", True),
        ("3", "Program exited with non-zero exit code: 3", False),
        ("signal", "Program was ended by signal 9", False),
    ],
)
def test_how_a_program_ends(host: Host, end: str, error: str, bail: bool) -> None:  # noqa: FBT001 - a column of the table above
    response = host.stub.Run(host.request(end))
    assert (response.error, response.bail) == (error, bail)


def test_the_program_writes_to_the_host_s_output(host: Host) -> None:
    host.stub.Run(host.request("0"))
    host.process.send_signal(signal.SIGTERM)
    output, errors = host.process.communicate(timeout=30)
    assert (output, errors) == ("from the program", "")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, None])
def test_it_ends_quietly_and_leaves_nothing(host: Host, number: signal.Signals | None) -> None:
    _, pids = host.start_program()
    if number is None:
        # What a killed engine does: its end of the pipe closes.
        assert host.process.stdin is not None
        host.process.stdin.close()
        host.process.stdin = None
    else:
        host.process.send_signal(number)
    assert host.end() == ""
    assert host.process.returncode == 0
    assert alive(pids) == []


def test_cancel_ends_what_runs_and_keeps_serving(host: Host) -> None:
    plugin = host.stub.RunPlugin(plugin_request(host, "import sys, time; sys.stdout.write('up'); time.sleep(60)"))
    parts = iter(plugin)
    assert next(parts).stdout == b"up"
    call, pids = host.start_program()
    host.stub.Cancel(Empty())
    assert call.result(timeout=30).error == "Program was ended by signal 15"
    assert alive(pids) == []
    assert next(parts).exitcode == -15
    assert host.stub.GetPluginInfo(Empty()).version


def plugin_request(host: Host, source: str, kind: str = "resource", **options: str) -> messages.RunPluginRequest:
    """A request to run `source` as a source plugin."""
    folder = host.folder / "plugin"
    folder.mkdir()
    (folder / "__main__.py").write_text(source, encoding="utf-8")
    info = host.info(**options)
    info.root_directory = info.program_directory = str(folder)
    environment = ["FLAVOUR=a=b", f"PATH={os.environ['PATH']}", "not a variable"]
    return messages.RunPluginRequest(pwd=str(host.folder), args=["127.0.0.1:99"], env=environment, info=info, kind=kind)


def test_plugin(host: Host) -> None:
    source = (
        "import os, sys\n"
        "print(os.getcwd(), sys.argv[1:], os.environ['FLAVOUR'], 'HOME' in os.environ)\n"
        "sys.stderr.write('to stderr')\n"
        "sys.exit(7)"
    )
    received = list(host.stub.RunPlugin(plugin_request(host, source)))
    assert b"".join(part.stdout for part in received).decode() == f"{host.folder} ['127.0.0.1:99'] a=b False\n"
    assert b"".join(part.stderr for part in received) == b"to stderr"
    assert [part.WhichOneof("output") for part in received][-1] == "exitcode"
    assert received[-1].exitcode == 7


def test_a_closed_plugin_ends_with_its_children(host: Host) -> None:
    source = (
        "import os, subprocess, sys, time\n"
        f"child = subprocess.Popen([sys.executable, '-c', {STUBBORN!r}])\n"
        "sys.stdout.write(f'{os.getpid()} {child.pid}')\n"
        "time.sleep(60)"
    )
    call = host.stub.RunPlugin(plugin_request(host, source))
    pids = [int(word) for word in next(iter(call)).stdout.split()]
    host.channel.close()
    assert alive(pids) == []


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"virtualenv": "missing"}, "the virtual environment '{folder}/missing' (runtime option `virtualenv`)"),
        ({"toolchain": "poetry"}, "runtime option `toolchain` is 'poetry'; this language host has pip and uv."),
    ],
)
def test_wrong_options(host: Host, options: dict[str, str], text: str) -> None:
    calls: list[Callable[[], object]] = [
        lambda: host.stub.Run(host.request("0", **options)),
        lambda: list(host.stub.RunPlugin(plugin_request(host, "", **options))),
        lambda: host.stub.About(messages.AboutRequest(info=host.info(**options))),
    ]
    for call in calls:
        with pytest.raises(grpc.RpcError) as failed:
            call()
        folders = {text.format(folder=host.folder), text.format(folder=host.folder / "plugin")}
        assert any(text in (failed.value.details() or "") for text in folders)


def install(host: Host, **options: str) -> tuple[str, str]:
    """Install dependencies; returns the output and the error's text."""
    output: list[str] = []
    parts = host.stub.InstallDependencies(messages.InstallDependenciesRequest(info=host.info(**options)))
    try:
        output.extend((part.stdout + part.stderr).decode() for part in parts)
    except grpc.RpcError as error:
        return "".join(output), error.details() or ""
    return "".join(output), ""


def test_nothing_to_install(host: Host) -> None:
    assert install(host) == (f"Nothing to install: no requirements in {host.folder}.\n", "")


def test_a_failed_installation(host: Host) -> None:
    (host.folder / "requirements.txt").write_text("./nowhere\n", encoding="utf-8")
    output, error = install(host)
    assert "-m pip install" in output
    assert "nowhere" in output
    assert error.startswith("installing dependencies failed: `")
    assert error.endswith("` ended with exit code 1.")


def test_about(host: Host) -> None:
    answer = host.stub.About(messages.AboutRequest(info=host.info()))
    assert answer.version == ".".join(str(number) for number in sys.version_info[:3])
    assert answer.metadata["toolchain"] == "pip"


def test_dependencies(host: Host) -> None:
    def names(*, transitive: bool) -> set[str]:
        request = messages.GetProgramDependenciesRequest(info=host.info(), transitiveDependencies=transitive)
        return {dependency.name for dependency in host.stub.GetProgramDependencies(request).dependencies}

    assert {"pulumi", "grpcio", "pytest"} <= names(transitive=True)
    assert "grpcio" not in names(transitive=False)  # pulumi needs it
    assert "ruff" in names(transitive=False)


def test_prompts(host: Host) -> None:
    (prompt,) = host.stub.RuntimeOptionsPrompts(messages.RuntimeOptionsRequest(info=host.info())).prompts
    assert [choice.stringValue for choice in prompt.choices] == ["pip", "uv"]
    assert prompt.default.stringValue == "pip"
    request = messages.RuntimeOptionsRequest(info=host.info(toolchain="uv"))
    assert not host.stub.RuntimeOptionsPrompts(request).prompts


def test_what_is_not_built_says_so(host: Host) -> None:
    with pytest.raises(grpc.RpcError) as failed:
        host.stub.GeneratePackage(messages.GeneratePackageRequest())
    assert failed.value.code() is grpc.StatusCode.UNIMPLEMENTED
    assert "GeneratePackage: this small Python language host runs programs" in (failed.value.details() or "")


def test_the_sdk_is_not_imported() -> None:
    check = "from language_host import server; sys.exit('pulumi.output' in sys.modules)"
    source = f"import sys; sys.path.insert(0, {str(LANGUAGE_HOST.parent)!r})\n"
    source += f"from language_host.start import skip_sdk_initialisation; skip_sdk_initialisation()\n{check}"
    assert subprocess.run([sys.executable, "-P", "-c", source], check=False).returncode == 0
