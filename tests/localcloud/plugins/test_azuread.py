"""Applications, service principals and passwords."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from localcloud.plugins.azuread import azuread
from localcloud.plugins.values import Secret
from tests.localcloud.plugins.engine import ERRORS, Engine, drive
from tests.localcloud.plugins.fake_cloud import FakeCloud

Connect = Callable[[str], Engine]
APPLICATION = "azuread:index/application:Application"
PRINCIPAL = "azuread:index/servicePrincipal:ServicePrincipal"
PASSWORD = "azuread:index/servicePrincipalPassword:ServicePrincipalPassword"
SP = "/v1.0/servicePrincipals/sp-1"
PASSWORD_INPUTS: dict[str, Any] = {
    "servicePrincipalId": "/servicePrincipals/sp-1",
    "endDate": "2027-06-01T00:00:00Z",
    "rotateWhenChanged": {"rotation": "0"},
}


def test_an_application_is_made_and_read_until_the_directory_knows_it() -> None:
    cloud = FakeCloud()
    made = {"id": "app-1", "appId": "client-1", "displayName": "puller", "signInAudience": "AzureADMyOrg", "tags": []}
    cloud.answer("POST /v1.0/applications", 201, made)
    for status in (404, 404, 200):
        cloud.answer("GET /v1.0/applications/app-1", status, made if status == 200 else None)

    async def scenario(connect: Connect) -> None:
        application = await connect(APPLICATION).start()
        inputs, failures = await application.check({"displayName": "puller"})
        assert failures == []
        resource_id, outputs = await application.create(inputs)
        assert resource_id == "/applications/app-1"
        assert outputs["clientId"] == "client-1"
        assert outputs["objectId"] == "app-1"
        assert cloud.last("POST").body == {"displayName": "puller", "signInAudience": "AzureADMyOrg"}
        assert (await application.check({}))[1] == ["Missing required argument 'displayName'"]

    drive(azuread(), cloud, scenario)


def test_an_application_is_changed_in_place_and_deleted() -> None:
    document = {"id": "app-1", "appId": "client-1", "displayName": "new"}
    cloud = FakeCloud(documents={"/v1.0/applications/app-1": document})
    cloud.answer("PATCH /v1.0/applications/app-1", 204)

    async def scenario(connect: Connect) -> None:
        application = await connect(APPLICATION).start()
        old = {"displayName": "old", "tags": ["a"]}
        assert list((await application.diff(old, {"displayName": "new"})).replaces) == []
        outputs = await application.update("/applications/app-1", old, {"displayName": "new"}, {})
        assert cloud.last("PATCH").body == {"displayName": "new", "tags": []}
        assert outputs["displayName"] == "new"
        _, _, inputs = await application.read("/applications/app-1", old, {"displayName": "old"})
        assert inputs == old | {"displayName": "new"}
        await application.delete("/applications/app-1")
        assert (await application.read("/applications/app-1", old))[0] == ""
        await application.delete("/applications/app-1")

    drive(azuread(), cloud, scenario)


def test_a_service_principal_can_be_taken_over_and_then_stays() -> None:
    cloud = FakeCloud(documents={SP.lower(): {"id": "sp-1", "appId": "client-1", "accountEnabled": True}})
    cloud.answer("GET /v1.0/servicePrincipals", 200, {"value": [{"id": "sp-1"}]})

    async def scenario(connect: Connect) -> None:
        principal = await connect(PRINCIPAL).start()
        inputs, _ = await principal.check({"clientId": "client-1", "useExisting": True})
        resource_id, outputs = await principal.create(inputs)
        assert resource_id == "/servicePrincipals/sp-1"
        assert outputs["objectId"] == "sp-1"
        assert cloud.seen[0].query == {"$filter": "appId eq 'client-1'"}
        await principal.delete(resource_id, inputs)
        assert "DELETE" not in {request.method for request in cloud.seen}
        assert list((await principal.diff(inputs, inputs | {"clientId": "other"})).replaces) == ["clientId"]

    drive(azuread(), cloud, scenario)


def test_a_password_is_secret_and_another_rotation_is_another_password() -> None:
    cloud = FakeCloud()
    cloud.answer(f"POST {SP}/addPassword", 404, {"error": {"code": "Request_ResourceNotFound", "message": "not yet"}})
    cloud.answer(f"POST {SP}/addPassword", 200, {"keyId": "key-1", "secretText": "canary", "startDateTime": "now"})

    async def scenario(connect: Connect) -> None:
        password = await connect(PASSWORD).start()
        resource_id, outputs = await password.create(PASSWORD_INPUTS)
        assert resource_id == "sp-1/password/key-1"
        assert outputs["value"] == Secret("canary")
        assert outputs["keyId"] == "key-1"
        assert outputs["endDate"] == "2027-06-01T00:00:00Z"
        assert cloud.last("POST").body == {"passwordCredential": {"endDateTime": "2027-06-01T00:00:00Z"}}
        answer = await password.diff(PASSWORD_INPUTS, PASSWORD_INPUTS | {"rotateWhenChanged": {"rotation": "1"}})
        assert list(answer.replaces) == ["rotateWhenChanged.rotation"]
        assert not answer.deleteBeforeReplace
        _, preview = await password.create(PASSWORD_INPUTS, preview=True)
        assert "value" not in preview

    drive(azuread(), cloud, scenario)


def test_a_password_is_read_from_its_owner_and_removed_there() -> None:
    credential = {"keyId": "KEY-1", "endDateTime": "2027-06-01T00:00:00.0000000Z"}
    cloud = FakeCloud(documents={SP.lower(): {"id": "sp-1", "passwordCredentials": [credential]}})
    cloud.answer(f"POST {SP}/removePassword", 204)
    cloud.answer(f"POST {SP}/removePassword", 400, {"error": {"message": "No password credential found with keyId."}})
    cloud.answer(f"POST {SP}/removePassword", 403, {"error": {"code": "Forbidden", "message": "no"}})

    async def scenario(connect: Connect) -> None:
        password = await connect(PASSWORD).start()
        resource_id = "sp-1/password/key-1"
        state = {"value": Secret("canary")}
        found, outputs, inputs = await password.read(resource_id, PASSWORD_INPUTS, state)
        assert found == resource_id
        assert outputs["value"] == Secret("canary")
        assert inputs == PASSWORD_INPUTS
        assert (await password.read("sp-1/password/other", PASSWORD_INPUTS, state))[0] == ""
        await password.delete(resource_id)
        assert cloud.last("POST").body == {"keyId": "key-1"}
        await password.delete(resource_id)
        with pytest.raises(ERRORS, match='Code="Forbidden"'):
            await password.delete(resource_id)

    drive(azuread(), cloud, scenario)


def test_inputs_that_are_not_there_are_named() -> None:
    async def scenario(connect: Connect) -> None:
        application = await connect(APPLICATION).start()
        with pytest.raises(ERRORS, match="does not emulate the input of azuread:index/application:Application 'web'"):
            await application.check({"displayName": "a", "web": {}})
        with pytest.raises(ERRORS, match="is not an id of applications"):
            await application.read("/servicePrincipals/x")

    drive(azuread(), FakeCloud(), scenario)


def test_what_is_missing_and_what_is_known_before() -> None:
    async def scenario(connect: Connect) -> None:
        password = await connect(PASSWORD).start()
        assert (await password.check({}))[1] == ["Missing required argument 'servicePrincipalId'"]
        with pytest.raises(ERRORS, match=r"does not emulate the input of .*Password 'endDateRelative'"):
            await password.check(PASSWORD_INPUTS | {"endDateRelative": "1h"})
        with pytest.raises(ERRORS, match=r"is not an id of a password; e\.g\."):
            await password.delete("sp-1")
        principal = await connect(PRINCIPAL).start()
        inputs = {"clientId": "client-1"}
        assert (await principal.create(inputs, preview=True))[1] == inputs
        update = await principal.update("id", inputs, inputs, {"objectId": "sp-1", "notes": "x"}, preview=True)
        assert update == inputs | {"objectId": "sp-1"}

    drive(azuread(), FakeCloud(), scenario)
