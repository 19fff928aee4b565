"""Azure Machine Learning workspaces; shapes from Workspace_create.json and Workspace_listKeys.json."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.localcloud.services.machinelearning.conftest import WORKSPACE, changed

if TYPE_CHECKING:
    from localcloud.cloud import Cloud


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


def test_delete(arm: Any, body: dict[str, Any]) -> None:
    arm.put(WORKSPACE, body)
    arm.delete(WORKSPACE)


def test_a_registry_of_another_group_and_a_change_of_registry(
    arm: Any, body: dict[str, Any], registry: dict[str, Any]
) -> None:
    other_group = arm.group.replace("resourceGroups/rg", "resourceGroups/other")
    arm.put(other_group, {"location": "westeurope"})
    registry_body = {"location": "westeurope", "sku": {"name": "Basic"}, "properties": {}}
    other = arm.put(f"{other_group}/providers/Microsoft.ContainerRegistry/registries/otherRegistry", registry_body)

    arm.put(WORKSPACE, changed(body, containerRegistry=registry["id"]))
    assert (
        arm.put(WORKSPACE, changed(body, containerRegistry=other["id"]))["properties"]["containerRegistry"]
        == (other["id"])
    )
    patched = arm.send("PATCH", WORKSPACE, {"properties": {"containerRegistry": registry["id"]}})
    arm.operation(patched)
    assert arm.get(WORKSPACE)["properties"]["containerRegistry"] == registry["id"]


def test_a_patch_carries_less_than_a_put(arm: Any, body: dict[str, Any], workspace: dict[str, Any]) -> None:
    carried = {"friendlyName": "New friendly name", "publicNetworkAccess": "Disabled", "imageBuildCompute": "cpu"}
    left_out = {"storageAccount": "/elsewhere", "keyVault": "/elsewhere", "hbiWorkspace": True}
    patch = {"properties": carried | left_out, "tags": {"team": "risk"}, "location": "westus"}
    arm.operation(arm.send("PATCH", WORKSPACE, patch))
    now = arm.get(WORKSPACE)

    assert carried.items() <= now["properties"].items()
    assert now["tags"] == {"team": "risk"}
    assert now["properties"]["storageAccount"] == body["properties"]["storageAccount"]
    assert (now["properties"]["hbiWorkspace"], now["location"]) == (False, workspace["location"])


def test_the_admin_credentials_are_there_only_while_the_admin_user_is_on(
    arm: Any, body: dict[str, Any], registry: dict[str, Any]
) -> None:
    arm.put(WORKSPACE, changed(body, containerRegistry=registry["id"]))
    off = {"location": "westeurope", "sku": {"name": "Basic"}, "properties": {"adminUserEnabled": False}}
    arm.put(registry["id"], off)

    assert arm.post(f"{WORKSPACE}/listKeys")["containerRegistryCredentials"] is None


def test_a_primary_identity_has_to_be_one_of_the_workspace(
    arm: Any, body: dict[str, Any], user_identity: dict[str, Any]
) -> None:
    user = {"type": "UserAssigned", "userAssignedIdentities": {user_identity["id"]: {}}}
    without = arm.refused(WORKSPACE, body | {"identity": user})
    foreign = arm.refused(WORKSPACE, changed(body, primaryUserAssignedIdentity=user_identity["id"]))
    workspace = arm.put(WORKSPACE, changed(body, primaryUserAssignedIdentity=user_identity["id"]) | {"identity": user})

    assert "primaryUserAssignedIdentity" in without[2]
    assert user_identity["id"] in foreign[2]
    assigned = workspace["identity"]["userAssignedIdentities"][user_identity["id"]]
    assert assigned["principalId"] == user_identity["properties"]["principalId"]


def encryption(vault_id: str) -> dict[str, Any]:
    key = {"keyVaultArmId": vault_id, "keyIdentifier": "https://testkv.vault.azure.net/keys/testkey/1"}
    return {"status": "Enabled", "keyVaultProperties": key}


def test_a_customer_managed_key_needs_purge_protection_and_only_its_key_changes(arm: Any, body: dict[str, Any]) -> None:
    vault_id = body["properties"]["keyVault"]
    refused = arm.refused(WORKSPACE, changed(body, encryption=encryption(vault_id)))
    vault = arm.get(vault_id)
    arm.put(vault_id, vault | {"properties": vault["properties"] | {"enablePurgeProtection": True}})
    arm.put(WORKSPACE, changed(body, encryption=encryption(vault_id)))
    rotated = {"status": "Disabled", "keyVaultProperties": {"keyIdentifier": "https://testkv.vault.azure.net/keys/k/2"}}
    arm.operation(arm.send("PATCH", WORKSPACE, {"properties": {"encryption": rotated}}))
    now = arm.get(WORKSPACE)["properties"]["encryption"]

    assert "purge protection" in refused[2]
    assert (now["status"], now["keyVaultProperties"]["keyIdentifier"][-1]) == ("Enabled", "2")
    assert (
        "encryption.status"
        in arm.refused(WORKSPACE, changed(body, encryption=encryption(vault_id) | {"status": "Disabled"}))[2]
    )


def test_a_workspace_gets_a_right_on_the_registry_that_it_is_given(
    arm: Any, body: dict[str, Any], registry: dict[str, Any]
) -> None:
    workspace = arm.put(WORKSPACE, changed(body, containerRegistry=registry["id"]))
    found = arm.get(f"{registry['id']}/providers/Microsoft.Authorization/roleAssignments")["value"]

    assert [each["properties"]["principalId"] for each in found] == [workspace["identity"]["principalId"]]
