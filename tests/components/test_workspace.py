"""What a workspace is made with, and what is made below it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pulumi
import pytest
from azureml_scoring import ComponentError, InvalidInput, IsolationMode, Workspace
from azureml_scoring._workspace_children import login_is_given

from tests.components import inputs
from tests.components.mocked import GROUP_ID, deploy, is_secret

TAGS = {"team": "ml"}
IDENTITY_ID = f"{GROUP_ID}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/people"
KEY = {
    "key_vault_resource_id": f"{GROUP_ID}/providers/Microsoft.KeyVault/vaults/contoso",
    "key_identifier": f"https://contoso.vault.azure.net/keys/scoring/{'0' * 32}",
}
APPROVED = IsolationMode.ALLOW_ONLY_APPROVED_OUTBOUND


def workspace(**changes: Any) -> Callable[[], Workspace]:
    return lambda: Workspace("ml", inputs.workspace(**changes))


def made(**changes: Any) -> dict[str, Any]:
    """The inputs of the workspace itself."""
    return deploy(workspace(**changes)).one("machinelearningservices:Workspace").inputs


def output(name: str, answers: dict[str, Any], **changes: Any) -> Any:
    values = []

    async def program() -> None:
        values.append(await getattr(workspace(**changes)(), name).future())

    deploy(program, answers=answers)
    return values[0]


def test_an_identity_of_ones_own_is_the_only_one_and_tells_its_principal() -> None:
    inputs_of = made(user_assigned_identity_id=IDENTITY_ID)
    assert inputs_of["identity"] == {"type": "UserAssigned", "userAssignedIdentities": [IDENTITY_ID]}
    assert inputs_of["primaryUserAssignedIdentity"] == IDENTITY_ID
    answers = {":UserAssignedIdentity": {"principalId": "object"}}
    assert output("principal_id", answers, user_assigned_identity_id=IDENTITY_ID) == "object"


def test_a_workspace_has_the_identities_that_its_connections_pull_as() -> None:
    connection = {"login_server": "contoso.azurecr.io", "identity_id": IDENTITY_ID, "identity_client_id": "client"}
    inputs_of = made(connections={"contoso": connection, "again": connection, "open": {"login_server": "ghcr.io"}})
    assert inputs_of["identity"] == {
        "type": "SystemAssigned,UserAssigned",
        "userAssignedIdentities": [IDENTITY_ID],
    }
    assert "primaryUserAssignedIdentity" not in inputs_of


def test_a_system_assigned_identity_tells_its_principal() -> None:
    answers = {"machinelearningservices:Workspace": {"identity": {"principalId": "object", "type": "SystemAssigned"}}}
    assert output("principal_id", answers) == "object"


def test_a_key_of_ones_own_encrypts_the_workspace_read_by_its_identity() -> None:
    assert made(customer_managed_key=KEY)["encryption"] == {
        "status": "Enabled",
        "keyVaultProperties": {"keyVaultArmId": KEY["key_vault_resource_id"], "keyIdentifier": KEY["key_identifier"]},
    }
    read_by = made(customer_managed_key={**KEY, "user_assigned_identity_resource_id": IDENTITY_ID})
    assert read_by["encryption"]["identity"] == {"userAssignedIdentity": IDENTITY_ID}
    assert read_by["identity"] == {
        "type": "SystemAssigned,UserAssigned",
        "userAssignedIdentities": [IDENTITY_ID],
    }


def test_a_managed_network_has_one_rule_for_each_host() -> None:
    network = {"isolation_mode": APPROVED, "outbound_fqdns": {"data": "data.contoso.com"}}
    registered = deploy(workspace(managed_network=network))
    created = registered.one("machinelearningservices:Workspace")
    assert created.inputs["managedNetwork"] == {"isolationMode": "AllowOnlyApprovedOutbound"}
    # Azure adds its own rules there.
    assert list(created.options.ignoreChanges) == ["managedNetwork.outboundRules", "managedNetwork.status"]
    rule = registered.one("ManagedNetworkSettingsRule")
    assert (rule.name, rule.inputs["ruleName"]) == ("ml-outbound-data", "data")
    assert rule.inputs["properties"] == {"type": "FQDN", "category": "UserDefined", "destination": "data.contoso.com"}


def test_a_workspace_builds_images_where_it_is_told() -> None:
    assert made(image_build_compute="cpu-cluster")["imageBuildCompute"] == "cpu-cluster"


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ({}, {"authType": "None"}),
        (
            {"identity_id": IDENTITY_ID, "identity_client_id": "client"},
            {"authType": "ManagedIdentity", "credentials": {"resourceId": IDENTITY_ID, "clientId": "client"}},
        ),
        (
            {"identity_id": IDENTITY_ID},
            {"authType": "ManagedIdentity", "credentials": {"resourceId": IDENTITY_ID}},
        ),
    ],
)
def test_the_keys_of_a_connection_decide_how_it_signs_in(keys: dict[str, str], expected: dict[str, Any]) -> None:
    connections = {"base": {"login_server": "contoso.azurecr.io", **keys}}
    made_below = deploy(workspace(connections=connections)).one("WorkspaceConnection")
    assert (made_below.name, made_below.inputs["connectionName"]) == ("ml-connection-base", "base")
    assert made_below.inputs["properties"] == {
        "category": "ContainerRegistry",
        "target": "contoso.azurecr.io",
        **expected,
    }


def test_the_password_of_a_connection_is_a_secret() -> None:
    login = {"login_server": "contoso.azurecr.io", "username": "puller", "password": inputs.CANARY}
    properties = deploy(workspace(connections={"base": login})).one("WorkspaceConnection").inputs["properties"]
    assert properties["authType"] == "UsernamePassword"
    assert properties["credentials"]["username"] == "puller"
    assert is_secret(properties["credentials"]["password"])


def test_a_connection_does_not_lead_nowhere() -> None:
    def program() -> Workspace:
        return workspace(connections={"base": {"login_server": pulumi.Output.from_input("")}})()

    with pytest.raises(ComponentError, match=r"^Workspace 'ml': connections.base.login_server is empty"):
        deploy(program)


@pytest.mark.parametrize("empty", ["username", "password"])
def test_a_connection_does_not_sign_in_with_what_is_empty(empty: str) -> None:
    """Told by a hook of the connection: an error where the value becomes known would end the update in its middle."""
    login: Any = {"login_server": "contoso.azurecr.io", "username": "puller", "password": inputs.CANARY}

    async def program() -> None:
        later = login | {empty: pulumi.Output.from_input("")}
        hook = login_is_given(workspace(connections={"base": later})(), "ml", "other", later)
        await hook.callback(pulumi.ResourceHookArgs("urn", "id", "ml-connection-base", "type"))  # type: ignore[misc]  # this hook is a coroutine function

    with pytest.raises(ComponentError, match=f"^Workspace 'ml': connections.other.{empty} is empty") as raised:
        deploy(program)
    assert inputs.CANARY not in str(raised.value)


def test_the_hook_of_a_connection_is_asked_before_it_is_made_or_changed() -> None:
    login: Any = {"login_server": "contoso.azurecr.io", "username": "puller", "password": inputs.CANARY}
    hooks = deploy(workspace(connections={"base": login})).one("WorkspaceConnection").options.hooks
    assert list(hooks.before_create) == list(hooks.before_update) == ["Workspace-ml-connection-base"]


def test_the_lock_comes_after_all_that_lies_below_the_workspace() -> None:
    registered = deploy(
        workspace(
            registry_mode="attached",
            lock={"kind": "CanNotDelete"},
            connections={"base": {"login_server": "contoso.azurecr.io"}},
            managed_network={"isolation_mode": APPROVED, "outbound_fqdns": {"data": "data.contoso.com"}},
            tags=TAGS,
        )
    )
    lock = registered.one("ManagementLockByScope")
    below = {dependency.rpartition("::")[2] for dependency in lock.options.dependencies}
    assert {"ml-connection-base", "ml-outbound-data"} <= below


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"materialize": True},
            "materialize is only taken if registry_mode is lazy; got True; e.g. registry_mode=lazy",
        ),
        ({"image_build_compute": "cpu-1"}, "image_build_compute must be 3 to 24 letters, digits and hyphens, starting"),
        ({"user_assigned_identity_id": inputs.REGISTRY_ID}, "user_assigned_identity_id must be the ARM id of a Micro"),
        (
            {"managed_network": {"isolation_mode": "Open"}},
            "managed_network.isolation_mode must be one of Disabled, AllowInternetOutbound, AllowOnlyApprovedOutbound",
        ),
        ({"managed_network": {}}, "managed_network.isolation_mode is required"),
        (
            {"managed_network": {"isolation_mode": "Disabled", "outbound_fqdns": {"data": "data.contoso.com"}}},
            "managed_network.outbound_fqdns is only taken if isolation_mode is AllowOnlyApprovedOutbound; got 'Disa",
        ),
        (
            {"managed_network": {"isolation_mode": APPROVED, "outbound_fqdns": {"data": "https://data.contoso.com/a"}}},
            "managed_network.outbound_fqdns.data must be a host, without scheme, port and path; got 'https://data",
        ),
        (
            {"customer_managed_key": {**KEY, "key_identifier": "https://contoso.vault.azure.net/keys/scoring"}},
            "customer_managed_key.key_identifier must name a version of the key",
        ),
        ({"lock": {"kind": "Shut"}}, "lock.kind must be one of CanNotDelete, ReadOnly; got 'Shut'"),
    ],
)
def test_a_workspace_names_the_input_and_its_rule(changes: dict[str, Any], sentence: str) -> None:
    (found,) = problems(inputs.workspace(**changes))
    assert found.startswith(sentence)


def test_a_lazy_workspace_takes_no_switch_about_a_registry_that_is_named() -> None:
    args = {"resource_group_name": "group", "registry_mode": "lazy", "allow_registry_change": True}
    (found,) = problems(args)
    assert found.startswith("allow_registry_change is only taken if registry_mode is attached; got True")
    switched_off: Any = {**args, "allow_registry_change": False, "materialize": False}
    deploy(lambda: Workspace("ml", switched_off))


@pytest.mark.parametrize(
    ("connection", "sentence"),
    [
        ({"login_server": "contoso.azureecr.io"}, "login_server must be spelt as"),
        ({"login_server": ""}, "login_server must be the host of a registry"),
        ({}, "login_server is required"),
        ({"login_server": "contoso.azurecr.io", "username": "puller"}, "password is required with username"),
        ({"login_server": "contoso.azurecr.io", "password": inputs.CANARY}, "username is required with password"),
        ({"login_server": "contoso.azurecr.io", "identity_client_id": "client"}, "identity_id is required with identi"),
        (
            {"login_server": "contoso.azurecr.io", "identity_id": "people"},
            "identity_id must be the ARM id of a Microso",
        ),
        ({"login_server": "contoso.azurecr.io", "usernam": "puller"}, "usernam is no input of this part"),
        (
            {
                "login_server": "contoso.azurecr.io",
                "username": "puller",
                "password": inputs.CANARY,
                "identity_id": IDENTITY_ID,
            },
            "username is not taken with identity_id",
        ),
    ],
)
def test_a_connection_names_the_input_and_its_rule(connection: dict[str, str], sentence: str) -> None:
    (found,) = problems(inputs.workspace(connections={"base": connection}))
    assert found.startswith(f"connections.base.{sentence}")
    assert inputs.CANARY not in found


def test_the_name_of_a_connection_has_a_form() -> None:
    (found,) = problems(inputs.workspace(connections={"a.b": {"login_server": "contoso.azurecr.io"}}))
    assert found.startswith("name of connections.a.b must be 3 to 33 letters, digits, underscores and hyphens")


def problems(args: Any) -> list[str]:
    """The sentences of the InvalidInput; nothing is registered."""
    raised: list[InvalidInput] = []

    def program() -> None:
        with pytest.raises(InvalidInput) as error:
            Workspace("ml", args)
        raised.append(error.value)

    assert deploy(program) == []
    return [str(problem) for problem in raised[0].problems]
