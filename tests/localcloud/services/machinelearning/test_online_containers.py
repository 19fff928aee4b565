"""Waiting for a container: what ends it, and what is said then."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import pytest

from localcloud.images.config import ImageConfig
from localcloud.images.image import Image
from localcloud.runtime.spec import ContainerSpec, ContainerState
from localcloud.services.machinelearning import online_containers
from localcloud.services.machinelearning.online_errors import DeploymentNotReady
from tests.localcloud.services.machinelearning.online import Online

DEFECT = "InternalServerError"
RUNNING = ContainerState("running", pid=1, health="starting")


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (replace(RUNNING, status="exited", exit_code=1), "crashed or terminated"),
        (replace(RUNNING, status="restarting"), "crashed or terminated"),
        (replace(RUNNING, restart_count=1), "crashed or terminated"),
        (replace(RUNNING, health="unhealthy"), "its readiness probe failed"),
        (RUNNING, "its readiness probe failed"),
    ],
)
def test_what_is_said_of_one_that_does_not_get_ready(
    cloud: Any, runtime: Any, state: ContainerState, reason: str
) -> None:
    runtime.states["one"] = state
    with pytest.raises(DeploymentNotReady) as error:
        online_containers.wait(cloud, "one", 0.1)
    assert reason in error.value.message
    assert error.value.message.endswith("The end of the deployment's log:\nlistening\nready\n")


def test_one_that_is_removed_meanwhile(cloud: Any) -> None:
    with pytest.raises(DeploymentNotReady, match="was removed"):
        online_containers.wait(cloud, "gone", 5)


def test_one_that_can_not_be_started(cloud: Any, runtime: Any) -> None:
    runtime.refusal = "exec: no such file"
    image = Image.write(cloud.content, ImageConfig(), []).manifest_digest
    with pytest.raises(DeploymentNotReady, match="exec: no such file"):
        online_containers.start(cloud, ContainerSpec("one", "one", image))


def test_one_that_is_still_made_goes_with_its_group(
    online: Online, runtime: Any, cloud: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    online.endpoint()
    began, start = threading.Event(), runtime.start

    def start_slowly(spec: ContainerSpec) -> None:
        start(spec)
        runtime.states[spec.id] = RUNNING
        began.set()

    monkeypatch.setattr(runtime, "start", start_slowly)
    response = online.arm.send("PUT", online.place("blue"), online.quick("blue"))
    assert began.wait(10)
    online.arm.delete(online.arm.group)
    assert online.arm.operation(response)["status"] == "Failed"
    assert runtime.states == {}
    assert cloud.store.list("online-deployments") == []
    assert not [found for found in cloud.store.list("operations") if found.get("error", {}).get("code") == DEFECT]
