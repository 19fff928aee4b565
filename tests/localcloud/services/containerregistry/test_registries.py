"""Registries; shapes from RegistryCreate_2025-11-01.json, RegistryListCredentials.json and their neighbours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from localcloud.services.containerregistry.registries import all_login_servers, by_login_server

if TYPE_CHECKING:
    from localcloud.cloud import Cloud

REGISTRY = "Microsoft.ContainerRegistry/registries/myRegistry"
BODY: dict[str, Any] = {
    "location": "westus",
    "tags": {"key": "value"},
    "sku": {"name": "Standard"},
    "properties": {"adminUserEnabled": True},
}


def changed(**properties: Any) -> dict[str, Any]:
    return BODY | {"properties": BODY["properties"] | properties}


def test_a_registry_has_the_shape_of_the_example(arm: Any, doors: Any) -> None:
    accepted = arm.send("PUT", REGISTRY, BODY)
    assert accepted.status_code == 201
    assert accepted.json()["properties"]["provisioningState"] == "Creating"
    arm.operation(accepted)
    registry = arm.get(REGISTRY)
    expected = {
        "provisioningState": "Succeeded",
        "adminUserEnabled": True,
        "networkRuleSet": {"defaultAction": "Allow", "ipRules": []},
        "encryption": {"status": "disabled"},
        "status": None,
        "dataEndpointEnabled": False,
        "dataEndpointHostNames": [],
        "privateEndpointConnections": [],
        "publicNetworkAccess": "Enabled",
        "networkRuleBypassOptions": "AzureServices",
        "networkRuleBypassAllowedForTasks": False,
        "zoneRedundancy": "Disabled",
        "anonymousPullEnabled": False,
        "roleAssignmentMode": "LegacyRegistryPermissions",
    }

    assert expected.items() <= registry["properties"].items()
    assert registry["sku"] == {"name": "Standard", "tier": "Standard"}
    assert registry["tags"] == {"key": "value"}
    assert doors.open == [registry["properties"]["loginServer"]]


def test_each_registry_has_an_address_of_its_own(arm: Any, cloud: Cloud) -> None:
    servers = [arm.put(f"{REGISTRY}{n}", BODY)["properties"]["loginServer"] for n in (1, 2)]

    assert len(set(servers)) == 2
    assert all(server.startswith("127.") and server.endswith(":5443") for server in servers)
    assert sorted(all_login_servers(cloud)) == sorted(servers)
    found = by_login_server(cloud, servers[1])
    assert found is not None
    assert found["name"] == "myRegistry2"


def test_an_update_keeps_the_address_and_switches_the_admin_user(arm: Any) -> None:
    before = arm.put(REGISTRY, BODY)
    after = arm.put(REGISTRY, changed(adminUserEnabled=False))

    assert after["properties"]["adminUserEnabled"] is False
    for name in ("loginServer", "creationDate"):
        assert after["properties"][name] == before["properties"][name]


def test_the_sku_is_required_and_known(arm: Any) -> None:
    assert arm.refused(REGISTRY, {name: value for name, value in BODY.items() if name != "sku"})[0] == 400
    assert "Basic, Standard, Premium" in arm.refused(REGISTRY, BODY | {"sku": {"name": "Golden"}})[2]


@pytest.mark.parametrize("name", ["abc", "my-registry", "a" * 51])
def test_a_name_has_to_follow_the_rule(arm: Any, name: str) -> None:
    status, _, message = arm.refused(f"Microsoft.ContainerRegistry/registries/{name}", BODY)

    assert status == 400
    assert "5 to 50 alphanumeric" in message


def test_a_name_belongs_to_one_registry_in_the_whole_cloud(arm: Any) -> None:
    arm.put(REGISTRY, BODY)
    other = arm.group.replace("resourceGroups/rg", "resourceGroups/other")
    arm.put(other, {"location": "westeurope"})

    status, code, message = arm.refused(f"{other}/providers/{REGISTRY.lower()}", BODY)

    assert (status, code) == (409, "AlreadyInUse")
    assert message.startswith("The registry DNS name myregistry.azurecr.io is already in use.")


def test_what_a_sku_or_an_update_does_not_allow_is_refused(arm: Any) -> None:
    refused = arm.refused(REGISTRY, changed(publicNetworkAccess="Disabled"))
    assert refused == (
        400,
        "DisablingPublicNetworkAccessNotSupported",
        (
            "Disabling public network access is not supported for the SKU Standard. For more information, please visit "
            "https://aka.ms/acr/private-link."
        ),
    )
    arm.put(REGISTRY, BODY)
    assert "zoneRedundancy" in arm.refused(REGISTRY, changed(zoneRedundancy="Enabled"))[2]


def test_credentials_have_the_shape_of_the_example_and_are_regenerated_one_by_one(arm: Any) -> None:
    arm.put(REGISTRY, BODY)
    before = arm.post(f"{REGISTRY}/listCredentials")
    after = arm.post(f"{REGISTRY}/regenerateCredential", {"name": "password"})

    assert before["username"] == "myRegistry"
    assert [password["name"] for password in before["passwords"]] == ["password", "password2"]
    assert before["passwords"][0] != after["passwords"][0]
    assert before["passwords"][1] == after["passwords"][1]
    assert before["passwords"][0]["value"] not in str(arm.get(REGISTRY))
    assert arm.send("POST", f"{REGISTRY}/regenerateCredential", {"name": "third"}).status_code == 400


def test_without_the_admin_user_there_are_no_credentials(arm: Any) -> None:
    registry = arm.put(REGISTRY, changed(adminUserEnabled=False))
    for action, body in (("listCredentials", {}), ("regenerateCredential", {"name": "password"})):
        error = arm.send("POST", f"{REGISTRY}/{action}", body).json()["error"]

        assert error["code"] == "UnAuthorizedForCredentialOperations"
        assert error["message"].startswith(
            f"Cannot perform credential operations for {registry['id']} as admin user is disabled."
        )


def test_delete_closes_the_address_and_forgets_repositories(arm: Any, doors: Any, cloud: Cloud, pushed: Any) -> None:
    reference = pushed("app:v1", "FROM scratch")
    login_server = reference.partition("/")[0]
    password = arm.post(f"{REGISTRY}/listCredentials")["passwords"][0]
    assert cloud.catalog.repositories(login_server) == ["app"]
    arm.delete(REGISTRY)

    assert doors.open == []
    assert cloud.catalog.repositories(login_server) == []
    arm.put(REGISTRY, BODY)
    assert arm.post(f"{REGISTRY}/listCredentials")["passwords"][0] != password


def test_whether_a_name_is_free(arm: Any, cloud: Cloud) -> None:
    check = (
        f"/subscriptions/{cloud.settings.subscription_id}/providers/Microsoft.ContainerRegistry/checkNameAvailability"
    )
    body = {"name": "myRegistry", "type": "Microsoft.ContainerRegistry/registries"}
    assert arm.post(check, body) == {"nameAvailable": True}
    arm.put(REGISTRY, BODY)

    assert arm.post(check, body) == {
        "nameAvailable": False,
        "reason": "AlreadyExists",
        "message": "The registry myRegistry is already in use.",
    }
    assert arm.post(check, body | {"name": "no"})["reason"] == "Invalid"
