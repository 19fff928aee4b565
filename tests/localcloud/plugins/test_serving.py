"""The process: its ports file, its quiet end; and what the engine asks before anything else."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2

from localcloud.plugins.azure_native import azure_native
from localcloud.plugins.values import encode
from tests.localcloud.plugins.engine import ERRORS, Engine, drive
from tests.localcloud.plugins.fake_cloud import FakeCloud

Connect = Callable[[str], Engine]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_process_names_its_ports_and_ends_quietly(tmp_path: Path, number: signal.Signals) -> None:
    environment = {**os.environ, "LOCALCLOUD_HOME": str(tmp_path), "GRPC_VERBOSITY": "ERROR"}
    command = [sys.executable, "-m", "localcloud.plugins"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        written = tmp_path / "plugins.json"
        deadline = time.monotonic() + 20
        while not written.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        document = json.loads(written.read_text())
        assert document["pid"] == process.pid
        assert set(document["ports"]) == {"azure-native", "azuread", "docker", "docker-build"}
        process.send_signal(number)
        output, _ = process.communicate(timeout=10)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 0
    assert output == b""
    assert not written.exists()


def test_what_the_engine_asks_first() -> None:
    async def scenario(connect: Connect) -> None:
        engine = await connect("").start()
        info = await engine.rpc("GetPluginInfo", empty_pb2.Empty(), plugin_pb2.PluginInfo)
        assert info.version == "3.29.0"
        schema = await engine.rpc("GetSchema", provider_pb2.GetSchemaRequest(), provider_pb2.GetSchemaResponse)
        assert json.loads(schema.schema)["name"] == "azure-native"
        request = provider_pb2.DiffRequest(old_inputs=encode({"location": "a"}), news=encode({"location": "b"}))
        answer = await engine.rpc("DiffConfig", request, provider_pb2.DiffResponse)
        assert answer.changes == provider_pb2.DiffResponse.DIFF_SOME
        assert list(answer.replaces) == []
        with pytest.raises(ERRORS, match="Method not found"):
            await engine.rpc("Construct", provider_pb2.ConstructRequest(), provider_pb2.ConstructResponse)

    drive(azure_native(), FakeCloud(), scenario)


def test_a_configuration_for_another_cloud_is_refused() -> None:
    async def scenario(connect: Connect) -> None:
        engine = connect("")
        assert "refused" in (await engine.check_configuration(metadataHost="management.azure.com"))["metadataHost"]
        assert await engine.check_configuration(metadataHost="127.0.0.1:8443", location="westeurope") == {}

    drive(azure_native(), FakeCloud(), scenario)


def test_a_mistake_in_a_plugin_is_an_answer_without_inputs(caplog: pytest.LogCaptureFixture) -> None:
    cloud = FakeCloud()
    cloud.answer("GET /subscriptions", 200, {"value": [{}]})

    async def scenario(connect: Connect) -> None:
        registry = await connect("azure-native:containerregistry:Registry").start()
        with pytest.raises(ERRORS) as caught:
            await registry.create({"resourceGroupName": "canary", "registryName": "models"})
        assert caught.value.details() == "the stand-in plugin 'azure-native' failed: KeyError"

    drive(azure_native(), cloud, scenario)
    assert "CreateRequest failed with KeyError" in caplog.text
    assert "identity.py" in caplog.text
    assert "canary" not in caplog.text
