"""ContainerRegistry: what is made of its inputs, and what each pull mode ends in."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest
from azureml_scoring import ComponentError, ContainerRegistry, PullMode, RegistrySku
from azureml_scoring.pull import ACR_PULL, REPOSITORY_READER, grant_name

from tests.components import inputs
from tests.components.mocked import GROUP_ID, Registered, deploy, is_secret

TAGS = {"team": "ml"}
LEAVES = ("login_server", "pull_username", "pull_password", "pull_identity_id", "pull_identity_client_id")
PREMIUM: Any = {"sku": RegistrySku.PREMIUM}
IDENTITY_ID = f"{GROUP_ID}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/puller"
TOKEN: Any = {"pull": "token", "token_name": "scoring", "token_repositories": ["base", "team/service"]}
CLIENT = {":getClientConfig": {"subscriptionId": GROUP_ID.split("/")[2]}}
ANSWERS = CLIENT | {
    "ServicePrincipal": {"objectId": "object", "clientId": "client"},
    "ServicePrincipalPassword": {"value": "made"},
    "UserAssignedIdentity": {"principalId": "identity-object", "clientId": "identity-client"},
}


def made(logged: list[str] | None = None, answers: Any = None, **changes: Any) -> tuple[Registered, dict[str, str]]:
    """What a registry registers, and its outputs for consumers."""
    leaves: dict[str, str] = {}

    async def program() -> None:
        component = ContainerRegistry("hub", inputs.registry(**changes))
        for name in (*LEAVES, "credential_expires_on", "resource_id", "resource_group_name", "name"):
            leaves[name] = await getattr(component, name).future()

    return deploy(program, logged, ANSWERS | (answers or {})), leaves


def types(registered: Registered) -> list[str]:
    return sorted(one.type.rpartition(":")[2] for one in registered[1:])


def pulls(leaves: dict[str, str]) -> tuple[str, ...]:
    return tuple(leaves[name] for name in LEAVES[1:])


def test_a_service_principal_pulls_by_default() -> None:
    registered, leaves = made()
    assert types(registered) == [
        "Application",
        "Registry",
        "RoleAssignment",
        "ServicePrincipal",
        "ServicePrincipalPassword",
    ]
    assert pulls(leaves) == ("client", "made", "", "")
    assert leaves["login_server"] == "hubacr.azurecr.io"


@pytest.mark.parametrize(
    ("mode", "role"),
    [("LegacyRegistryPermissions", ACR_PULL), ("AbacRepositoryPermissions", REPOSITORY_READER)],
)
def test_the_registrys_mode_decides_the_role(mode: str, role: str) -> None:
    grant = made(role_assignment_mode=mode)[0].one("RoleAssignment").inputs
    registry_id = f"{GROUP_ID}/providers/Microsoft.ContainerRegistry/registries/hubacr"
    assert (grant["scope"], grant["principalId"], grant["principalType"]) == (registry_id, "object", "ServicePrincipal")
    assert grant["roleDefinitionId"].endswith(f"/roleDefinitions/{role}")
    assert grant["roleAssignmentName"] == grant_name(registry_id, "object", role)


def test_nothing_is_made_for_pulls_as_the_workspace() -> None:
    registered, leaves = made(pull=PullMode.WORKSPACE)
    assert types(registered) == ["Registry"]
    assert pulls(leaves) == ("", "", "", "")
    assert leaves["credential_expires_on"] == ""


def test_an_identity_is_made_and_may_pull_before_anybody_gets_it() -> None:
    waited: set[str] = set()

    async def program() -> None:
        component = ContainerRegistry("hub", inputs.registry(pull="managed_identity", tags=TAGS))
        waited.update(one._name for one in await component.pull_identity_id.resources())

    registered = deploy(program, answers=ANSWERS)
    assert types(registered) == ["Registry", "RoleAssignment", "UserAssignedIdentity"]
    assert registered.one("UserAssignedIdentity").inputs == {"resourceGroupName": "group", "tags": TAGS}
    assert registered.one("RoleAssignment").inputs["principalId"] == "identity-object"
    assert "hub-pull-identity-grant" in waited


def test_an_identity_pulls_without_user_name_and_password() -> None:
    _, leaves = made(pull="managed_identity")
    identity = f"{GROUP_ID}/providers/Microsoft.Other/others/hub-pull-identity"
    assert pulls(leaves) == ("", "", identity, "identity-client")
    assert leaves["credential_expires_on"] == ""


def test_an_identity_that_exists_is_read() -> None:
    registered, leaves = made(pull="managed_identity", pull_identity_id=IDENTITY_ID)
    assert types(registered) == ["Registry", "RoleAssignment"]
    assert registered.read == [("hub-pull-identity", IDENTITY_ID)]
    assert pulls(leaves) == ("", "", IDENTITY_ID, "identity-client")


def test_a_token_may_read_its_repositories_and_no_other() -> None:
    registered, leaves = made(**TOKEN, token_password=inputs.CANARY)
    assert types(registered) == ["Registry", "ScopeMap", "Token"]
    scope_map, token = registered.one("ScopeMap").inputs, registered.one("Token").inputs
    assert scope_map["actions"] == [
        "repositories/base/content/read",
        "repositories/base/metadata/read",
        "repositories/team/service/content/read",
        "repositories/team/service/metadata/read",
    ]
    assert (token["tokenName"], token["status"]) == ("scoring", "enabled")
    assert token["registryName"] == scope_map["registryName"] == "hubacr"
    assert pulls(leaves)[1:] == (inputs.CANARY, "", "")
    assert leaves["credential_expires_on"] == ""


def test_a_token_is_named_after_its_component() -> None:
    registered, _ = made(pull="token", token_repositories=["base"])
    assert registered.one("Token").inputs["tokenName"] == "hub-pull-token"


def test_a_token_without_password_says_how_to_make_one() -> None:
    logged: list[str] = []
    _, leaves = made(logged, {":Token": {"name": "scoring"}}, **TOKEN)
    assert (leaves["pull_username"], leaves["pull_password"]) == ("scoring", "")
    (warning,) = logged
    assert "run `az acr token credential generate --registry hubacr --name scoring --password1`" in warning
    assert warning.endswith("give it as the secret token_password")


def test_a_token_in_another_subscription_needs_a_provider_of_that_subscription() -> None:
    other = "00000000-0000-0000-0000-00000000000b"
    adopted = inputs.REGISTRY_ID.replace(GROUP_ID.split("/")[2], other)
    with pytest.raises(ComponentError, match=r"provider's; got 0{8}-0000-0000-0000-00000000000b; e.g. opts=") as error:
        made(**TOKEN, container_registry_id=adopted)
    assert error.value.name == "hub"


def test_an_anonymous_registry_is_open_and_has_no_credentials() -> None:
    registered, leaves = made(pull="anonymous")
    assert types(registered) == ["Registry"]
    assert registered.one("Registry").inputs["anonymousPullEnabled"] is True
    assert registered.one("Registry").inputs["adminUserEnabled"] is False
    assert pulls(leaves) == ("", "", "", "")


def test_an_adopted_registry_has_to_be_open_for_anonymous_pulls() -> None:
    adopted: Any = {"container_registry_id": inputs.REGISTRY_ID, "pull": "anonymous"}
    assert pulls(made(None, {":Registry": {"anonymousPullEnabled": True}}, **adopted)[1]) == ("", "", "", "")
    with pytest.raises(ComponentError, match="the registry contoso, whose anonymous pull is off;"):
        made(None, {":Registry": {"anonymousPullEnabled": False}}, **adopted)


def test_an_adopted_registry_is_read_and_never_made() -> None:
    group: Any = {"resource_group_name": "other"}
    registered, leaves = made(container_registry_id=inputs.REGISTRY_ID, **group)
    assert registered.read == [("hub-acr", inputs.REGISTRY_ID)]
    assert "Registry" not in types(registered)
    assert registered.one("RoleAssignment").inputs["scope"] == inputs.REGISTRY_ID
    assert {name: leaves[name] for name in ("login_server", "resource_id", "resource_group_name", "name")} == {
        "login_server": "contoso.azurecr.io",
        "resource_id": inputs.REGISTRY_ID,
        "resource_group_name": "group",
        "name": "contoso",
    }


def test_the_registry_of_a_workspace_that_has_none_yet_is_told_with_the_ways_out() -> None:
    with pytest.raises(ComponentError, match="container_registry_id is empty: no container registry yet"):
        deploy(lambda: ContainerRegistry("hub", {"container_registry_id": pulumi.Output.from_input("")}))


@pytest.mark.parametrize(
    ("pull", "first"), [("service_principal", "Application"), ("managed_identity", "UserAssignedIdentity")]
)
def test_nothing_is_made_before_an_adopted_registry_has_been_read(pull: str, first: str) -> None:
    adopted = made(container_registry_id=inputs.REGISTRY_ID, pull=pull)[0].one(first)
    assert [urn.rpartition("::")[2] for urn in adopted.options.dependencies] == ["hub-acr"]
    assert list(made(pull=pull)[0].one(first).options.dependencies) == []


def test_a_registry_takes_all_that_azure_has_for_the_tier_premium() -> None:
    key = {
        "key_vault_resource_id": f"{GROUP_ID}/providers/Microsoft.KeyVault/vaults/keys",
        "key_identifier": "https://keys.vault.azure.net/keys/data",
        "user_assigned_identity_resource_id": IDENTITY_ID,
        "user_assigned_identity_client_id": "client",
    }
    premium: Any = {"allowed_ip_ranges": ["203.0.113.0/24", "198.51.100.7"], "retention_policy_days": 7.0}
    registered, _ = made(**PREMIUM, **premium, zone_redundancy=True, customer_managed_key=key)
    created = registered.one("Registry").inputs
    assert created["networkRuleSet"] == {
        "defaultAction": "Deny",
        "ipRules": [
            {"action": "Allow", "iPAddressOrRange": "203.0.113.0/24"},
            {"action": "Allow", "iPAddressOrRange": "198.51.100.7"},
        ],
    }
    assert created["policies"] == {"retentionPolicy": {"days": 7, "status": "enabled"}}
    assert (created["zoneRedundancy"], created["publicNetworkAccess"]) == ("Enabled", "Enabled")
    assert created["encryption"]["keyVaultProperties"]["identity"] == "client"
    assert created["identity"] == {"type": "UserAssigned", "userAssignedIdentities": {IDENTITY_ID: {}}}


def test_a_registry_can_be_private() -> None:
    registered, _ = made(**PREMIUM, public_network_access=False)
    assert registered.one("Registry").inputs["publicNetworkAccess"] == "Disabled"


def test_a_registry_without_ranges_says_so_where_azure_has_them() -> None:
    rules = {"defaultAction": "Allow", "ipRules": list[str]()}
    assert made(**PREMIUM)[0].one("Registry").inputs["networkRuleSet"] == rules
    assert "networkRuleSet" not in made()[0].one("Registry").inputs


def test_copies_are_named_after_their_regions_and_tagged() -> None:
    copies = [{"location": "North Europe", "zone_redundancy": True}, {"location": "uksouth"}]
    registered, _ = made(**PREMIUM, replications=copies, tags=TAGS)
    found = [one for one in registered if one.type.endswith(":Replication")]
    assert [one.name for one in found] == ["hub-replication-northeurope", "hub-replication-uksouth"]
    assert [one.inputs["replicationName"] for one in found] == ["northeurope", "uksouth"]
    assert [one.inputs["zoneRedundancy"] for one in found] == ["Enabled", "Disabled"]
    assert all(one.inputs["tags"] == TAGS for one in found)


@pytest.mark.parametrize(
    "changes", [{}, {"pull": "managed_identity"}, TOKEN, PREMIUM | {"replications": [{"location": "uksouth"}]}]
)
def test_a_lock_waits_for_all_that_lies_below_the_registry(changes: dict[str, Any]) -> None:
    registered, _ = made(**changes, lock={"kind": "CanNotDelete"})
    lock = registered.one("ManagementLockByScope").options
    waited = {urn.rpartition("::")[2] for urn in lock.dependencies}
    below = {"Registry", "Replication", "RoleAssignment", "ScopeMap", "Token"}
    assert waited >= {one.name for one in registered if one.type.rpartition(":")[2] in below}


def test_a_token_password_leaves_as_a_secret() -> None:
    secret: list[bool] = []

    async def program() -> None:
        component = ContainerRegistry("hub", inputs.registry(**TOKEN, token_password=inputs.CANARY))
        secret.append(await component.pull_password.is_secret())

    registered = deploy(program, answers=ANSWERS)
    assert secret == [True]
    assert not [one for one in registered if inputs.CANARY in str(one.inputs) and not is_secret(one.inputs)]
