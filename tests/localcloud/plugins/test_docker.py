"""Containers over the Docker Engine API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from localcloud.plugins.docker import docker
from localcloud.plugins.docker.engine import API
from tests.localcloud.plugins.engine import ERRORS, Engine, drive
from tests.localcloud.plugins.fake_cloud import FakeCloud

Connect = Callable[[str], Engine]
CONTAINER = "docker:index/container:Container"
DIGEST = f"sha256:{'a' * 64}"
REFERENCE = f"127.0.0.9:5443/models/score@{DIGEST}"
CREATE = f"POST {API}/containers/create"
INPUTS: dict[str, Any] = {
    "name": "score",
    "image": REFERENCE,
    "envs": ["A=b"],
    "command": ["azmlinfsrv"],
    "labels": [{"label": "app", "value": "score"}],
    "ports": [{"internal": 5001, "external": 8890, "ip": "127.0.0.1"}],
    "restart": "unless-stopped",
    "healthcheck": {"tests": ["CMD", "true"], "interval": "1s", "timeout": "1m30s", "retries": 3},
    "wait": True,
    "waitTimeout": 1,
}


def inspected(health: str | None = "healthy", *, running: bool = True) -> dict[str, Any]:
    state: dict[str, Any] = {"Running": running, "Status": "running" if running else "exited", "ExitCode": 3}
    if health:
        state["Health"] = {"Status": health, "Log": [{"ExitCode": 1, "Output": "connection refused"}]}
    return {
        "Id": "c1",
        "Name": "/score",
        "Image": DIGEST,
        "State": state,
        "Config": {"Hostname": "c1"},
        "HostConfig": {},
    }


def test_a_container_is_created_started_and_waited_for() -> None:
    cloud = FakeCloud()
    cloud.answer(CREATE, 201, {"Id": "c1", "Warnings": []})
    cloud.answer(f"POST {API}/containers/c1/start", 204)
    for health in ("starting", "healthy", "healthy"):
        cloud.answer(f"GET {API}/containers/c1/json", 200, inspected(health))

    async def scenario(connect: Connect) -> None:
        container = await connect(CONTAINER).start()
        resource_id, outputs = await container.create(INPUTS)
        create = next(request for request in cloud.seen if request.line == CREATE)
        assert resource_id == "c1"
        assert create.query == {"name": "score"}
        assert create.body == {
            "Image": REFERENCE,
            "Env": ["A=b"],
            "Cmd": ["azmlinfsrv"],
            "Labels": {"app": "score"},
            "ExposedPorts": {"5001/tcp": {}},
            "Healthcheck": {"Test": ["CMD", "true"], "Retries": 3, "Interval": 10**9, "Timeout": 90 * 10**9},
            "HostConfig": {
                "PortBindings": {"5001/tcp": [{"HostIp": "127.0.0.1", "HostPort": "8890"}]},
                "RestartPolicy": {"Name": "unless-stopped", "MaximumRetryCount": 0},
            },
        }
        assert outputs["hostname"] == "c1"
        assert outputs["ports"] == INPUTS["ports"]

    drive(docker(), cloud, scenario)


@pytest.mark.parametrize(
    ("state", "message"),
    [
        (inspected("unhealthy"), "container is unhealthy; the last health check said: connection refused"),
        (inspected("starting"), "did not become healthy within 1 seconds"),
        (inspected(running=False), "container exited immediately, exit code 3"),
        (inspected(None), "neither the container nor its image has a health check"),
    ],
)
def test_a_container_that_does_not_get_up_goes_and_its_last_lines_are_the_error(
    state: dict[str, Any], message: str
) -> None:
    cloud = FakeCloud(documents={f"{API}/containers/c1/json": state})
    cloud.answer(CREATE, 201, {"Id": "c1"})
    cloud.answer(f"POST {API}/containers/c1/start", 204)
    cloud.answer(f"GET {API}/containers/c1/logs", 200, "ModuleNotFoundError: sklearn")

    async def scenario(connect: Connect) -> None:
        with pytest.raises(ERRORS) as caught:
            await (await connect(CONTAINER).start()).create(INPUTS)
        assert message in str(caught.value.details())
        assert "ModuleNotFoundError: sklearn" in str(caught.value.details())
        assert cloud.seen[-1].line == f"DELETE {API}/containers/c1"

    drive(docker(), cloud, scenario)


def test_a_port_in_use_is_said_in_the_engine_words() -> None:
    cloud = FakeCloud()
    cloud.answer(CREATE, 201, {"Id": "c1"})
    cloud.answer(
        f"POST {API}/containers/c1/start", 500, {"message": "Bind for 127.0.0.1:8890 failed: port is allocated"}
    )

    async def scenario(connect: Connect) -> None:
        with pytest.raises(ERRORS, match=r"Error response from daemon: Bind for 127\.0\.0\.1:8890 failed"):
            await (await connect(CONTAINER).start()).create(INPUTS)
        assert cloud.lines().count(f"POST {API}/containers/c1/start") == 1

    drive(docker(), cloud, scenario)


def test_what_changes_in_place_and_what_does_not() -> None:
    cloud = FakeCloud(documents={f"{API}/containers/c1/json": inspected()})
    cloud.answer(f"POST {API}/containers/c1/update", 200)
    cloud.answer(f"POST {API}/containers/c1/start", 304)

    async def scenario(connect: Connect) -> None:
        container = await connect(CONTAINER).start()
        answer = await container.diff(INPUTS, INPUTS | {"envs": ["A=c"]})
        assert list(answer.replaces) == ["envs[0]"]
        assert answer.deleteBeforeReplace
        changed = INPUTS | {"restart": "always"}
        assert list((await container.diff(INPUTS, changed)).replaces) == []
        await container.update("c1", INPUTS, changed, {})
        update = next(request for request in cloud.seen if request.path.endswith("/update"))
        assert update.body == {"RestartPolicy": {"Name": "always", "MaximumRetryCount": 0}}

    drive(docker(), cloud, scenario)


def test_a_name_that_was_not_given_is_made_and_kept() -> None:
    async def scenario(connect: Connect) -> None:
        container = await connect(CONTAINER).start()
        inputs, failures = await container.check({"image": REFERENCE}, name="score")
        assert failures == []
        assert inputs["name"].startswith("score-")
        assert len(inputs["name"]) == len("score-") + 7
        again, _ = await container.check({"image": REFERENCE}, inputs, name="score")
        assert again == inputs
        assert not (await container.diff(inputs, inputs | {"image": "other"})).deleteBeforeReplace
        assert (await container.check({"name": "a"}))[1] == ["Missing required argument 'image'"]

    drive(docker(), FakeCloud(), scenario)


def test_a_container_that_stopped_is_read_as_gone_and_removed_with_its_grace() -> None:
    cloud = FakeCloud(documents={f"{API}/containers/c1/json": inspected(running=False)})
    cloud.answer(f"POST {API}/containers/c1/stop", 204)

    async def scenario(connect: Connect) -> None:
        container = await connect(CONTAINER).start()
        assert (await container.read("c1", INPUTS))[0] == ""
        assert (await container.read("c1", INPUTS | {"mustRun": False}))[0] == "c1"
        await container.delete("c1", INPUTS | {"destroyGraceSeconds": 5})
        assert cloud.last("POST").query == {"t": "5"}
        assert cloud.last("DELETE").query == {"force": "true", "v": "true"}

    drive(docker(), cloud, scenario)


def test_what_is_not_there_is_named() -> None:
    async def scenario(connect: Connect) -> None:
        container = await connect(CONTAINER).start()
        with pytest.raises(ERRORS, match="does not emulate the input of docker:index/container:Container 'privileged'"):
            await container.check({"image": REFERENCE, "privileged": True})
        with pytest.raises(ERRORS, match="does not emulate the resource type 'docker:index/network:Network'"):
            await connect("docker:index/network:Network").check({})
        refused = await container.check_configuration(host="unix:///var/run/docker.sock", registryAuth="[]")
        assert list(refused) == ["host"]

    drive(docker(), FakeCloud(), scenario)


def test_a_container_is_read_for_an_import_and_previewed() -> None:
    document = inspected() | {
        "HostConfig": {
            "PortBindings": {"5001/tcp": [{"HostIp": "127.0.0.1", "HostPort": "8890"}]},
            "RestartPolicy": {"Name": "always"},
        },
        "NetworkSettings": {"Networks": {"bridge": {"IPAddress": "127.0.0.1", "Gateway": ""}}},
    }
    cloud = FakeCloud(documents={f"{API}/containers/c1/json": document})

    async def scenario(connect: Connect) -> None:
        container = await connect(CONTAINER).start()
        _, outputs, inputs = await container.read("c1")
        assert inputs["ports"] == [{"internal": 5001, "external": 8890, "ip": "127.0.0.1", "protocol": "tcp"}]
        assert inputs["restart"] == "always"
        assert "exitCode" not in inputs
        assert outputs["networkDatas"] == [{"networkName": "bridge", "ipAddress": "127.0.0.1", "gateway": ""}]
        assert (await container.read("c2"))[0] == ""
        _, preview = await container.create(INPUTS, preview=True)
        assert preview == INPUTS
        update = await container.update("c1", INPUTS, INPUTS, outputs, preview=True)
        assert update["networkDatas"] == outputs["networkDatas"]

    drive(docker(), cloud, scenario)


def test_a_container_that_is_not_started_is_not_waited_for() -> None:
    cloud = FakeCloud(documents={f"{API}/containers/c1/json": inspected(running=False)})
    for _ in range(2):
        cloud.answer(CREATE, 201, {"Id": "c1"})
    cloud.answer(f"POST {API}/containers/c1/start", 204)

    async def scenario(connect: Connect) -> None:
        container = await connect(CONTAINER).start()
        await container.create(INPUTS | {"start": False})
        assert f"POST {API}/containers/c1/start" not in cloud.lines()
        with pytest.raises(ERRORS, match="container exited immediately, exit code 3"):
            await container.create(INPUTS | {"wait": False})

    drive(docker(), cloud, scenario)
