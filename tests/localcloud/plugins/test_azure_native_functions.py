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
        with pytest.raises(ERRORS, match='Code="ResourceNotFound"'):
            await engine.invoke(token, resourceGroupName="rg", registryName="none")
        with pytest.raises(ERRORS, match="missing required property 'registryName'"):
            await engine.invoke(token, resourceGroupName="rg")

    drive(azure_native(), cloud, scenario)


def test_a_function_that_is_not_there_is_named_with_those_that_are() -> None:
    async def scenario(connect: Connect) -> None:
        engine = await connect("").start()
        with pytest.raises(ERRORS, match="does not emulate the function 'azure-native:authorization:getClientToken'"):
            await engine.invoke("azure-native:authorization:getClientToken")

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
