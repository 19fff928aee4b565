"""The language host over gRPC, as the engine speaks to it: programs, plugins, their ends."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

import grpc
import pytest
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import language_pb2 as messages

from tools.pulumi.build import LANGUAGE_HOST

if TYPE_CHECKING:
    from .conftest import Host


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
    assert json.loads(record["environment"]["PULUMI_CONFIG"])["project:password"] == host.password
    assert json.loads(record["environment"]["PULUMI_CONFIG_SECRET_KEYS"]) == ["project:password"]
    assert host.password not in " ".join(record["arguments"])


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
    assert host.alive(pids) == []


def test_cancel_ends_what_runs_and_keeps_serving(host: Host) -> None:
    plugin = host.stub.RunPlugin(host.plugin_request("import sys, time; sys.stdout.write('up'); time.sleep(60)"))
    parts = iter(plugin)
    assert next(parts).stdout == b"up"
    call, pids = host.start_program()
    host.stub.Cancel(Empty())
    assert call.result(timeout=30).error == "Program was ended by signal 15"
    assert host.alive(pids) == []
    assert next(parts).exitcode == -15
    assert host.stub.GetPluginInfo(Empty()).version


def test_plugin(host: Host) -> None:
    source = (
        "import os, sys\n"
        "print(os.getcwd(), sys.argv[1:], os.environ['FLAVOUR'], 'HOME' in os.environ)\n"
        "sys.stderr.write('to stderr')\n"
        "sys.exit(7)"
    )
    received = list(host.stub.RunPlugin(host.plugin_request(source)))
    assert b"".join(part.stdout for part in received).decode() == f"{host.folder} ['127.0.0.1:99'] a=b False\n"
    assert b"".join(part.stderr for part in received) == b"to stderr"
    assert [part.WhichOneof("output") for part in received][-1] == "exitcode"
    assert received[-1].exitcode == 7


def test_a_closed_plugin_ends_with_its_children(host: Host) -> None:
    source = (
        "import os, subprocess, sys, time\n"
        f"child = subprocess.Popen([sys.executable, '-c', {host.stubborn!r}])\n"
        "sys.stdout.write(f'{os.getpid()} {child.pid}')\n"
        "time.sleep(60)"
    )
    call = host.stub.RunPlugin(host.plugin_request(source))
    pids = [int(word) for word in next(iter(call)).stdout.split()]
    host.channel.close()
    assert host.alive(pids) == []


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
        lambda: list(host.stub.RunPlugin(host.plugin_request("", **options))),
        lambda: host.stub.About(messages.AboutRequest(info=host.info(**options))),
    ]
    for call in calls:
        with pytest.raises(grpc.RpcError) as failed:
            call()
        folders = {text.format(folder=host.folder), text.format(folder=host.folder / "plugin")}
        assert any(text in (failed.value.details() or "") for text in folders)


def test_the_sdk_is_not_imported() -> None:
    check = "from language_host import server; sys.exit('pulumi.output' in sys.modules)"
    source = f"import sys; sys.path.insert(0, {str(LANGUAGE_HOST.parent)!r})\n"
    source += f"from language_host.start import skip_sdk_initialisation; skip_sdk_initialisation()\n{check}"
    assert subprocess.run([sys.executable, "-P", "-c", source], check=False).returncode == 0
