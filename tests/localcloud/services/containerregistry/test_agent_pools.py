"""Agent pools and runs on them; shapes from AgentPoolsCreate.json and AgentPoolsGetQueueStatus.json."""

from __future__ import annotations

from typing import Any

import pytest

BODY = {
    "location": "WESTUS",
    "properties": {"count": 1, "os": "Linux", "tier": "S1"},
    "tags": {"key": "value"},
}


@pytest.fixture
def premium(tasks: Any) -> Any:
    """A registry that can have pools."""
    document = tasks.arm.get(tasks.id)
    tasks.arm.put(tasks.id, {"location": document["location"], "sku": {"name": "Premium"}})
    return tasks


def test_a_pool_has_the_shape_of_the_example(premium: Any) -> None:
    path = f"{premium.id}/agentPools/myAgentPool"
    found = premium.arm.put(path, BODY)
    assert found["properties"] == {"count": 1, "os": "Linux", "provisioningState": "Succeeded", "tier": "S1"}
    assert (found["location"], found["tags"]) == ("westus", {"key": "value"})
    assert premium.arm.post(f"{path}/listQueueStatus") == {"count": 0}
    changed = BODY | {"properties": {"count": 3, "os": "Linux", "tier": "S1"}}
    assert premium.arm.put(path, changed)["properties"]["count"] == 3
    assert premium.arm.refused(path, BODY | {"properties": {"tier": "S2"}})[1] == "PropertyChangeNotAllowed"


def test_a_run_takes_a_pool_of_its_registry_and_says_so(premium: Any) -> None:
    premium.arm.put(f"{premium.id}/agentPools/builders", BODY)
    made = premium.run(premium.body(premium.upload(), "app:v1", agentPoolName="builders"))
    assert made["runResult"]["properties"]["agentPoolName"] == "builders"
    assert made["runResult"]["properties"]["status"] == "Succeeded"


def test_a_pool_that_is_not_there_refuses_the_run(tasks: Any) -> None:
    path, body = f"{tasks.id}/taskRuns/build-1", tasks.body(tasks.upload(), "app:v1", agentPoolName="builders")
    status, code, message = tasks.arm.refused(path, body)
    assert (status, code) == (400, "AgentPoolNotFound")
    assert "'builders' is not found in the registry" in message


def test_only_premium_has_pools_and_names_have_a_rule(premium: Any, tasks: Any) -> None:
    assert premium.arm.refused(f"{premium.id}/agentPools/a_b", BODY)[1] == "InvalidResourceName"
    tasks.arm.put(
        "Microsoft.ContainerRegistry/registries/standard", {"location": "westus", "sku": {"name": "Standard"}}
    )
    pool = "Microsoft.ContainerRegistry/registries/standard/agentPools/builders"
    assert tasks.arm.refused(pool, BODY)[1] == "FeatureNotSupportedForSku"
