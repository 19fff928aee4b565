"""What every test of a workspace needs: its dependents, and a workspace."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tests.localcloud.services.machinelearning.online import QUICK, ROUTES, Online

WORKSPACE = "Microsoft.MachineLearningServices/workspaces/testworkspace"
TENANT = "00000000-0000-0000-0000-000000000000"
_SECONDS = 10.0


@pytest.fixture
def body(arm: Any) -> dict[str, Any]:
    """A workspace with its dependents made, without a registry."""
    storage = {"kind": "StorageV2", "location": "eastus", "sku": {"name": "Standard_LRS"}}
    vault = {"location": "eastus", "properties": {"tenantId": TENANT, "sku": {"family": "A", "name": "standard"}}}
    insights = {"location": "eastus", "kind": "web", "properties": {"Application_Type": "web"}}
    return {
        "location": "eastus",
        "identity": {"type": "SystemAssigned"},
        "properties": {
            "description": "test description",
            "storageAccount": arm.put("Microsoft.Storage/storageAccounts/teststorage", storage)["id"],
            "keyVault": arm.put("Microsoft.KeyVault/vaults/testkv", vault)["id"],
            "applicationInsights": arm.put("Microsoft.Insights/components/testinsights", insights)["id"],
        },
    }


@pytest.fixture
def workspace(arm: Any, body: dict[str, Any]) -> dict[str, Any]:
    """A workspace without a registry."""
    found: dict[str, Any] = arm.put(WORKSPACE, body)
    return found


@pytest.fixture
def online(arm: Any, cloud: Any, workspace: dict[str, Any], pushed: Any) -> Online:
    """What a deployment needs, but for the endpoint."""
    found = Online(arm, cloud, workspace["id"], pushed("base:1", QUICK))
    found.may_pull(workspace["identity"]["principalId"])
    found.make_environment("env", inferenceConfig=ROUTES)
    return found


@pytest.fixture
def user_identity(arm: Any) -> dict[str, Any]:
    """A user-assigned identity."""
    found: dict[str, Any] = arm.put("Microsoft.ManagedIdentity/userAssignedIdentities/testuai", {"location": "eastus"})
    return found


def changed(body: dict[str, Any], **properties: Any) -> dict[str, Any]:
    """A body with other properties."""
    return body | {"properties": body["properties"] | properties}


def eventually(arm: Any, path: str, name: str, *wanted: Any) -> dict[str, Any]:
    """Reads until a property has one of some values; returns the document."""
    deadline = time.monotonic() + _SECONDS
    while True:
        found: dict[str, Any] = arm.get(path)
        if found["properties"].get(name) in wanted:
            return found
        assert time.monotonic() < deadline, found
        time.sleep(0.02)
