"""The traffic of an endpoint as a step of its own: a template deployment that writes the endpoint."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from localcloud.images.content import ContentStore
from localcloud.runtime.process import ProcessRuntime
from tests.localcloud.services.machinelearning.online import ENDPOINT, Online, score

DEPLOYMENT = "Microsoft.Resources/deployments/traffic"


@pytest.fixture
def runtime(tmp_path: Path) -> Iterator[ProcessRuntime]:
    """In place of the pretended one."""
    content = ContentStore(tmp_path / "home" / "blobs")
    real = ProcessRuntime(tmp_path / "home" / "containers", content, tmp_path / "cache")
    yield real
    for container in real.list():
        real.remove(container)


@pytest.fixture
def two(online: Online) -> Online:
    """An endpoint with `blue` and `green`, and no traffic."""
    online.endpoint()
    for name in ("blue", "green"):
        online.deploy(name, online.quick(name))
    return online


def step(**traffic: int) -> dict[str, Any]:
    """A template that gives the endpoint its traffic."""
    endpoint = {
        "type": "Microsoft.MachineLearningServices/workspaces/onlineEndpoints",
        "apiVersion": "2025-12-01",
        "name": f"testworkspace/{ENDPOINT.rpartition('/')[2]}",
        "location": "eastus",
        "identity": {"type": "SystemAssigned"},
        "properties": {"authMode": "Key", "traffic": traffic},
    }
    template = {"$schema": "https://schema.example/t.json#", "contentVersion": "1.0.0.0", "resources": [endpoint]}
    return {"properties": {"mode": "Incremental", "template": template}}


def who(online: Online) -> Counter[str]:
    """Who answers 20 requests."""
    with online.caller() as client:
        return Counter(score(client).json()["who"] for _ in range(20))


def test_the_traffic_moves_and_a_split_that_can_not_be_leaves_it_where_it_was(two: Online) -> None:
    arm = two.arm
    before = arm.get(two.id(ENDPOINT))["identity"]
    arm.put(DEPLOYMENT, step(blue=100))
    assert who(two) == {"blue": 20}
    found = arm.put(DEPLOYMENT, step(blue=0, green=100))
    assert who(two) == {"green": 20}
    assert found["properties"]["outputResources"] == [{"id": two.id(ENDPOINT)}]
    assert arm.get(two.id(ENDPOINT))["identity"] == before
    for traffic, said in (({"blue": 90}, "sum to 90"), ({"red": 100}, "Deployment red not found")):
        operation = arm.operation(arm.send("PUT", DEPLOYMENT, step(**traffic)))
        (detail,) = operation["error"]["details"]
        assert operation["error"]["code"] == "DeploymentFailed"
        assert detail["target"] == two.id(ENDPOINT)
        assert said in detail["message"]
        assert arm.get(DEPLOYMENT)["properties"]["error"]["details"] == [detail]
    assert who(two) == {"green": 20}
