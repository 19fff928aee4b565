"""The life of an ARM resource through the gRPC server: create, read, update, delete."""

from __future__ import annotations

import pytest

from localcloud.plugins.azure_native import azure_native
from localcloud.plugins.values import Secret
from tests.localcloud.plugins.engine import ERRORS, drive
from tests.localcloud.plugins.fake_cloud import GROUP, FakeCloud
from tests.localcloud.plugins.registry import INPUTS, REGISTRY, REGISTRY_ID, Connect

CONTAINER_GROUP = "azure-native:containerinstance:ContainerGroup"


def test_create_puts_envelope_and_properties_and_reads_the_result() -> None:
    cloud = FakeCloud()

    async def scenario(connect: Connect) -> None:
        registry = await connect(REGISTRY).start()
        resource_id, outputs = await registry.create(
            INPUTS | {"azureApiVersion": "2023-01-01-preview", "__createBeforeDelete": True, "tags": {"a": "b"}}
        )
        assert resource_id == REGISTRY_ID
        put = cloud.last("PUT")
        assert put.query == {"api-version": "2023-01-01-preview"}
        assert put.body == {
            "location": "westeurope",
            "sku": {"name": "Basic"},
            "tags": {"a": "b"},
            "properties": {"adminUserEnabled": False},
        }
        assert put.headers["authorization"] == "Bearer owner-token"
        assert cloud.lines()[-3:] == [f"GET {REGISTRY_ID}", f"PUT {REGISTRY_ID}", f"GET {REGISTRY_ID}"]
        assert outputs["adminUserEnabled"] is False
        assert outputs["name"] == "models"
        assert "id" not in outputs
        assert outputs["azureApiVersion"] == "2023-01-01-preview"

    drive(azure_native(), cloud, scenario)


def test_create_refuses_what_is_there() -> None:
    cloud = FakeCloud(documents={REGISTRY_ID.lower(): {"id": REGISTRY_ID}})

    async def scenario(connect: Connect) -> None:
        registry = await connect(REGISTRY).start()
        with pytest.raises(ERRORS) as caught:
            await registry.create(INPUTS)
        assert caught.value.details() == f"cannot create already existing resource '{REGISTRY_ID}'"
        assert "PUT" not in {request.method for request in cloud.seen}

    drive(azure_native(), cloud, scenario)


def test_read_refreshes_what_changed_in_the_cloud_and_keeps_the_rest_of_the_inputs() -> None:
    live = {
        "id": REGISTRY_ID,
        "name": "models",
        "location": "westeurope",
        "sku": {"name": "Premium", "tier": "Premium"},
        "tags": {"owner": "me"},
        "properties": {"adminUserEnabled": False, "loginServer": "127.0.0.9:443", "publicNetworkAccess": "Enabled"},
    }
    cloud = FakeCloud(documents={REGISTRY_ID.lower(): live})
    outputs = {"sku": {"name": "Basic", "tier": "Basic"}, "adminUserEnabled": False, "publicNetworkAccess": "Enabled"}
    outputs |= {"location": "westeurope"}

    async def scenario(connect: Connect) -> None:
        registry = await connect(REGISTRY).start()
        resource_id, state, inputs = await registry.read(REGISTRY_ID, INPUTS, outputs)
        assert resource_id == REGISTRY_ID
        assert state["loginServer"] == "127.0.0.9:443"
        assert inputs == INPUTS | {"sku": {"name": "Premium"}, "tags": {"owner": "me"}}
        _, _, imported = await registry.read(REGISTRY_ID)
        assert imported["registryName"] == "models"
        assert imported["resourceGroupName"] == "rg"
        assert imported["sku"] == {"name": "Premium"}
        assert "loginServer" not in imported
        gone, _, _ = await registry.read(REGISTRY_ID.replace("models", "other"), INPUTS, outputs)
        assert gone == ""

    drive(azure_native(), cloud, scenario)


def test_update_sends_secrets_again_and_marks_them_in_the_outputs() -> None:
    cloud = FakeCloud()
    group_id = f"{GROUP}/providers/Microsoft.ContainerInstance/containerGroups/g"
    inputs = {
        "resourceGroupName": "rg",
        "containerGroupName": "g",
        "containers": [
            {"name": "a", "image": "i", "environmentVariables": [{"name": "KEY", "secureValue": Secret("canary")}]}
        ],
        "identity": {"type": "UserAssigned", "userAssignedIdentities": ["/an/identity"]},
    }

    async def scenario(connect: Connect) -> None:
        group = await connect(CONTAINER_GROUP).start()
        outputs = await group.update(group_id, inputs, inputs, {})
        body = cloud.last("PUT").body
        assert body["properties"]["containers"] == [
            {
                "name": "a",
                "properties": {"image": "i", "environmentVariables": [{"name": "KEY", "secureValue": "canary"}]},
            }
        ]
        assert body["identity"]["userAssignedIdentities"] == {"/an/identity": {}}
        assert isinstance(outputs["containers"], Secret)
        assert outputs["containers"].value[0]["image"] == "i"

    drive(azure_native(), cloud, scenario)


def test_a_vault_keeps_access_policies_that_are_resources_of_their_own() -> None:
    vault_id = f"{GROUP}/providers/Microsoft.KeyVault/vaults/v"
    cloud = FakeCloud()
    inputs = {"resourceGroupName": "rg", "vaultName": "v", "properties": {"tenantId": "t"}}

    async def scenario(connect: Connect) -> None:
        vault = await connect("azure-native:keyvault:Vault").start()
        await vault.create(inputs)
        assert cloud.last("PUT").body["properties"]["accessPolicies"] == []
        cloud.documents[vault_id.lower()]["properties"]["accessPolicies"] = [{"objectId": "x"}]
        outputs = await vault.update(vault_id, inputs, inputs, {})
        assert cloud.last("PUT").body["properties"]["accessPolicies"] == [{"objectId": "x"}]
        assert outputs["properties"]["tenantId"] == "t"

    drive(azure_native(), cloud, scenario)


def test_an_error_never_shows_a_secret_of_the_request() -> None:
    cloud = FakeCloud()
    group_id = f"{GROUP}/providers/Microsoft.ContainerInstance/containerGroups/g"
    message = "The credential 'canary-password' is wrong."
    cloud.answer(f"PUT {group_id}", 400, {"error": {"code": "InvalidImageRegistryCredentials", "message": message}})
    inputs = {
        "resourceGroupName": "rg",
        "containerGroupName": "g",
        "containers": [],
        "imageRegistryCredentials": [{"server": "s", "username": "u", "password": Secret("canary-password")}],
    }

    async def scenario(connect: Connect) -> None:
        with pytest.raises(ERRORS) as caught:
            await (await connect(CONTAINER_GROUP).start()).create(inputs)
        assert "canary" not in str(caught.value)
        assert "The credential '[secret]' is wrong." in str(caught.value.details())

    drive(azure_native(), cloud, scenario)


def test_role_assignments_lie_below_their_scope() -> None:
    cloud = FakeCloud()

    async def scenario(connect: Connect) -> None:
        assignment = await connect("azure-native:authorization:RoleAssignment").start()
        wanted = {
            "scope": REGISTRY_ID,
            "principalId": "p",
            "roleDefinitionId": "r",
            "principalType": "ServicePrincipal",
        }
        inputs, failures = await assignment.check(wanted)
        assert failures == []
        assert len(inputs["roleAssignmentName"]) == 36
        assert "location" not in inputs
        resource_id, _ = await assignment.create(inputs)
        name = inputs["roleAssignmentName"]
        assert resource_id == f"{REGISTRY_ID}/providers/Microsoft.Authorization/roleAssignments/{name}"
        _, _, imported = await assignment.read(resource_id)
        assert imported["scope"] == REGISTRY_ID
        assert imported["roleAssignmentName"] == name

    drive(azure_native(), cloud, scenario)


def test_an_existence_that_cannot_be_asked_for_ends_the_create() -> None:
    cloud = FakeCloud()
    cloud.answer(f"GET {REGISTRY_ID}", 403, {"error": {"code": "AuthorizationFailed", "message": "no right"}})

    async def scenario(connect: Connect) -> None:
        registry = await connect(REGISTRY).start()
        with pytest.raises(ERRORS) as caught:
            await registry.create(INPUTS)
        details = str(caught.value.details())
        assert details.startswith(f"cannot check existence of resource '{REGISTRY_ID}': status code 403, ")
        assert '"AuthorizationFailed"' in details
        assert '"no right"' in details
        cloud.answer("GET /wrong", 200, {"id": "/wrong"})
        with pytest.raises(ERRORS, match=r"failed to parse ./wrong. against the path"):
            await registry.read("/wrong")

    drive(azure_native(), cloud, scenario)
