"""Functions of azure-native and azuread."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable

import pytest

from localcloud.plugins.azure_native import azure_native
from localcloud.plugins.azuread import azuread
from localcloud.plugins.control_plane import Address
from localcloud.plugins.values import Secret
from tests.localcloud.plugins.engine import ERRORS, Engine, drive
from tests.localcloud.plugins.fake_cloud import GROUP, SUBSCRIPTION, TENANT, URL, FakeCloud

Connect = Callable[[str], Engine]
ACCOUNT = f"{GROUP}/providers/Microsoft.Storage/storageAccounts/acct"
REGISTRY = f"{GROUP}/providers/Microsoft.ContainerRegistry/registries/models"


def test_actions_post_and_mark_what_is_secret() -> None:
    cloud = FakeCloud()
    cloud.answer(f"POST {ACCOUNT}/listKeys", 200, {"keys": [{"keyName": "key1", "value": "canary"}]})
    cloud.answer(f"POST {ACCOUNT}/ListServiceSas", 200, {"serviceSasToken": "sig=canary"})

    async def scenario(connect: Connect) -> None:
        engine = await connect("").start()
        account = {"resourceGroupName": "rg", "accountName": "acct"}
        keys = await engine.invoke("azure-native:storage:listStorageAccountKeys", **account, expand="kerb")
        assert keys == {"keys": Secret([{"keyName": "key1", "value": "canary"}])}
        assert cloud.last("POST").query == {"api-version": "2024-01-01", "$expand": "kerb"}
        sas = await engine.invoke(
            "azure-native:storage:listStorageAccountServiceSAS",
            **account,
            canonicalizedResource="/blob/acct/c",
            resource="c",
            permissions=Secret("r"),
            sharedAccessExpiryTime="2027-01-01",
        )
        assert isinstance(sas["serviceSasToken"], Secret)
        assert cloud.last("POST").body == {
            "canonicalizedResource": "/blob/acct/c",
            "signedResource": "c",
            "signedPermission": "r",
            "signedExpiry": "2027-01-01",
        }

    drive(azure_native(), cloud, scenario)


def test_an_action_may_have_arguments_in_its_path() -> None:
    cloud = FakeCloud()
    cloud.answer(f"POST {REGISTRY}/runs/r1/listLogSasUrl", 200, {"logLink": "https://127.0.0.1/log?sig=canary"})

    async def scenario(connect: Connect) -> None:
        engine = await connect("").start()
        arguments = {"resourceGroupName": "rg", "registryName": "models", "runId": "r1"}
        log = await engine.invoke("azure-native:containerregistry:listRunLogSasUrl", **arguments)
        assert isinstance(log["logLink"], Secret)

    drive(azure_native(), cloud, scenario)


def test_get_reads_a_resource_with_its_id() -> None:
    cloud = FakeCloud(documents={REGISTRY.lower(): {"id": REGISTRY, "properties": {"loginServer": "127.0.0.9:443"}}})

    async def scenario(connect: Connect) -> None:
        engine = await connect("").start()
        token = "azure-native:containerregistry:getRegistry"
        found = await engine.invoke(token, resourceGroupName="rg", registryName="models")
        assert found["id"] == REGISTRY
        assert found["loginServer"] == "127.0.0.9:443"
        absent = REGISTRY.replace("models", "none")
        with pytest.raises(ERRORS, match=f'request failed {absent}: Status=404 Code="ResourceNotFound" Message="'):
            await engine.invoke(token, resourceGroupName="rg", registryName="none")
        with pytest.raises(ERRORS, match="missing required property 'registryName'"):
            await engine.invoke(token, resourceGroupName="rg")

    drive(azure_native(), cloud, scenario)


def test_the_token_of_the_caller_is_secret() -> None:
    async def scenario(connect: Connect) -> None:
        engine = await connect("").start()
        found = await engine.invoke(
            "azure-native:authorization:getClientToken", endpoint="https://management.azure.com"
        )
        assert found == {"token": Secret("owner-token")}

    drive(azure_native(), FakeCloud(), scenario)


def test_what_lies_below_a_scope_is_read_by_its_name() -> None:
    assignment_id = f"{REGISTRY}/providers/Microsoft.Authorization/roleAssignments/a"
    role_id = "/providers/Microsoft.Authorization/roleDefinitions/r"
    cloud = FakeCloud(
        documents={
            assignment_id.lower(): {"id": assignment_id, "properties": {"roleDefinitionId": role_id}},
            f"{GROUP}{role_id}".lower(): {"id": role_id, "properties": {"roleName": "AcrPull"}},
        }
    )

    async def scenario(connect: Connect) -> None:
        engine = await connect("").start()
        found = await engine.invoke(
            "azure-native:authorization:getRoleAssignment", scope=REGISTRY, roleAssignmentName="a"
        )
        assert found["roleDefinitionId"] == role_id
        role = await engine.invoke("azure-native:authorization:getRoleDefinition", scope=GROUP, roleDefinitionId="r")
        assert role["roleName"] == "AcrPull"

    drive(azure_native(), cloud, scenario)


def test_the_credentials_of_a_connection_are_asked_for_and_secret() -> None:
    workspace = f"{GROUP}/providers/Microsoft.MachineLearningServices/workspaces/w"
    answer = {"id": "c", "properties": {"credentials": {"password": "canary"}}}
    cloud = FakeCloud()
    cloud.answer(f"POST {workspace}/connections/acr/listsecrets", 200, answer)
    cloud.answer(f"POST {workspace}/listKeys", 200, {"containerRegistryCredentials": {"username": "u"}})

    async def scenario(connect: Connect) -> None:
        engine = await connect("").start()
        place = {"resourceGroupName": "rg", "workspaceName": "w"}
        token = "azure-native:machinelearningservices:listWorkspaceConnectionSecrets"
        found = await engine.invoke(token, **place, connectionName="acr")
        assert found == {"id": "c", "properties": Secret(answer["properties"])}
        keys = await engine.invoke("azure-native:machinelearningservices:listWorkspaceKeys", **place)
        assert keys == {"containerRegistryCredentials": Secret({"username": "u"})}

    drive(azure_native(), cloud, scenario)


def test_a_provider_of_another_subscription_reads_there() -> None:
    other = REGISTRY.replace(SUBSCRIPTION, "hub")
    cloud = FakeCloud(
        documents={REGISTRY.lower(): {"id": REGISTRY}, other.lower(): {"id": other}},
    )

    async def scenario(connect: Connect) -> None:
        default, hub = await connect("").start(), await connect("").start(subscriptionId="hub")
        token, arguments = (
            "azure-native:containerregistry:getRegistry",
            {"resourceGroupName": "rg", "registryName": "models"},
        )
        assert (await hub.invoke(token, **arguments))["id"] == other
        assert (await default.invoke(token, **arguments))["id"] == REGISTRY

    drive(azure_native(), cloud, scenario)


def test_a_function_that_is_not_there_is_named_with_those_that_are() -> None:
    async def scenario(connect: Connect) -> None:
        engine = await connect("").start()
        with pytest.raises(ERRORS, match="does not emulate the function 'azure-native:compute:getDisk'"):
            await engine.invoke("azure-native:compute:getDisk")

    drive(azure_native(), FakeCloud(), scenario)


def test_the_client_is_the_one_in_the_token() -> None:
    claims = base64.urlsafe_b64encode(json.dumps({"oid": "the-object", "appid": "the-app"}).encode()).decode()
    cloud = FakeCloud(address=Address(URL, f"head.{claims.rstrip('=')}.signature"))

    async def scenario(connect: Connect) -> None:
        engine = await connect("").start(subscriptionId="mine")
        assert await engine.invoke("azure-native:authorization:getClientConfig") == {
            "clientId": "the-app",
            "objectId": "the-object",
            "subscriptionId": "mine",
            "tenantId": TENANT,
        }

    drive(azure_native(), cloud, scenario)


@pytest.mark.parametrize("token", ["opaque", "a.%%%.c", "a.bm8.c", "a.W10.c"])
def test_a_token_without_claims_asks_who_it_is(token: str) -> None:
    cloud = FakeCloud(address=Address(URL, token))
    cloud.answer("GET /v1.0/me", 200, {"id": "the-object"})

    async def scenario(connect: Connect) -> None:
        client = await (await connect("").start()).invoke("azuread:index/getClientConfig:getClientConfig")
        assert client["objectId"] == "the-object"
        assert client["tenantId"] == TENANT
        assert SUBSCRIPTION not in client.values()

    drive(azuread(), cloud, scenario)
