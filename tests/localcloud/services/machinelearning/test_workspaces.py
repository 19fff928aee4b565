"""Azure Machine Learning workspaces; shapes from Workspace_create.json and Workspace_listKeys.json."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from localcloud.cloud import Cloud

WORKSPACE = "Microsoft.MachineLearningServices/workspaces/testworkspace"
TENANT = "00000000-0000-0000-0000-000000000000"


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


def changed(body: dict[str, Any], **properties: Any) -> dict[str, Any]:
    return body | {"properties": body["properties"] | properties}


def test_a_workspace_has_the_shape_of_the_example(arm: Any, body: dict[str, Any], cloud: Cloud) -> None:
    workspace = arm.put(WORKSPACE, body)
    properties = workspace["properties"]

    assert body["properties"].items() <= properties.items()
    assert properties["provisioningState"] == "Succeeded"
    assert properties["hbiWorkspace"] is False
    assert properties["discoveryUrl"] == f"{cloud.url}/discovery"
    assert properties["mlFlowTrackingUri"] == f"azureml://eastus.api.azureml.ms/mlflow/v1.0{workspace['id']}"
    assert properties["friendlyName"] == "testworkspace"
    assert len(properties["workspaceId"]) == 36
    assert workspace["identity"].keys() == {"type", "principalId", "tenantId"}
    assert workspace["sku"]["name"] == "Basic"


def test_l1_a_new_workspace_has_no_registry(arm: Any, body: dict[str, Any]) -> None:
    assert arm.put(WORKSPACE, body)["properties"]["containerRegistry"] is None
    assert arm.put(WORKSPACE, changed(body, containerRegistry=None))["properties"]["containerRegistry"] is None


def test_l1_a_registry_that_was_given_stays(arm: Any, body: dict[str, Any], registry: dict[str, Any]) -> None:
    given = arm.put(WORKSPACE, changed(body, containerRegistry=registry["id"]))
    left_out = arm.put(WORKSPACE, changed(body, description="new description"))
    erased = arm.put(WORKSPACE, changed(body, containerRegistry=""))

    assert given["properties"]["containerRegistry"] == registry["id"]
    assert left_out["properties"]["containerRegistry"] == registry["id"]
    assert left_out["properties"]["description"] == "new description"
    assert erased["properties"]["containerRegistry"] is None


@pytest.mark.parametrize("missing", ["storageAccount", "keyVault"])
def test_dependents_are_required(arm: Any, body: dict[str, Any], missing: str) -> None:
    response = arm.send("PUT", WORKSPACE, changed(body, **{missing: None}))

    assert response.status_code == 400
    assert response.json()["error"] == {
        "code": "ValidationError",
        "message": "Missing dependent resources in workspace json",
        "target": "workspace",
    }


def test_dependents_have_to_be_there(arm: Any, body: dict[str, Any]) -> None:
    nowhere = arm.id("Microsoft.ContainerRegistry/registries/nowhere")

    assert nowhere in arm.refused(WORKSPACE, changed(body, containerRegistry=nowhere))[2]


def test_storage_and_vault_are_for_life(arm: Any, body: dict[str, Any]) -> None:
    arm.put(WORKSPACE, body)
    other = f"{body['properties']['storageAccount']}2"

    refused = arm.refused(WORKSPACE, changed(body, storageAccount=other))
    assert refused == (400, "BadRequest", "Storage Account update is not supported yet")
    refused = arm.refused(WORKSPACE, changed(body, keyVault=other))
    assert refused == (400, "BadRequest", "Key Vault update is not supported yet")
    assert arm.get(WORKSPACE)["properties"]["storageAccount"] == body["properties"]["storageAccount"]


def test_names_identity_and_kind_are_checked(arm: Any, body: dict[str, Any]) -> None:
    assert arm.refused("Microsoft.MachineLearningServices/workspaces/-a", body)[0] == 400
    assert "identity" in arm.refused(WORKSPACE, body | {"identity": {"type": "None"}})[2]
    assert arm.refused(WORKSPACE, body | {"kind": "Hub"})[:2] == (501, "NotEmulated")


def test_the_keys_of_the_dependents(arm: Any, body: dict[str, Any], registry: dict[str, Any]) -> None:
    arm.put(WORKSPACE, changed(body, containerRegistry=registry["id"]))
    keys = arm.post(f"{WORKSPACE}/listKeys")

    assert keys.keys() == {
        "userStorageKey",
        "userStorageArmId",
        "appInsightsInstrumentationKey",
        "containerRegistryCredentials",
        "notebookAccessKeys",
    }
    assert keys["userStorageKey"] == arm.post(f"{body['properties']['storageAccount']}/listKeys")["keys"][0]["value"]
    credentials = arm.post(f"{registry['id']}/listCredentials")
    assert keys["containerRegistryCredentials"] == {"location": registry["location"], **credentials}


def test_jobs_are_not_there_yet_and_said_so(arm: Any, body: dict[str, Any]) -> None:
    arm.put(WORKSPACE, body)
    response = arm.send("PUT", f"{WORKSPACE}/jobs/first", {"properties": {}})

    assert response.status_code == 501
    assert "Microsoft.MachineLearningServices/workspaces" in response.json()["error"]["message"]


def test_delete(arm: Any, body: dict[str, Any]) -> None:
    arm.put(WORKSPACE, body)
    arm.delete(WORKSPACE)
