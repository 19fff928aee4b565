"""Interfaces: what is refused, and what is made for one resource."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest
from azureml_scoring._component import Component
from azureml_scoring.interfaces import Subject, attach, interface_problems, registry_encryption, workspace_encryption
from azureml_scoring.pull._grants import grant_name

from tests.components.mocked import GROUP_ID, Registered, deploy

RESOURCE = f"{GROUP_ID}/providers/Microsoft.ContainerRegistry/registries/contoso"
LOGS = f"{GROUP_ID}/providers/Microsoft.OperationalInsights/workspaces/logs"
SUBNET = f"{GROUP_ID}/providers/Microsoft.Network/virtualNetworks/hub/subnets/endpoints"
ZONE = f"{GROUP_ID}/providers/Microsoft.Network/privateDnsZones/privatelink.azurecr.io"
VAULT = f"{GROUP_ID}/providers/Microsoft.KeyVault/vaults/keys"
IDENTITY = f"{GROUP_ID}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/reader"
ACR_PUSH = "8311e382-0749-4cb8-b61a-304f252e45ec"

ALL: dict[str, Any] = {
    "diagnostic_settings": [{"workspace_resource_id": LOGS}],
    "lock": {"kind": "CanNotDelete", "notes": "production"},
    "role_assignments": [{"principal_id": "ci", "role": "AcrPush", "principal_type": "ServicePrincipal"}],
    "private_endpoints": [{"subnet_resource_id": SUBNET, "private_dns_zone_resource_ids": [ZONE]}],
    "customer_managed_key": {"key_vault_resource_id": VAULT, "key_identifier": "https://v.example/keys/scoring"},
}


def attached(**inputs: Any) -> Registered:
    """What is registered for a resource with these inputs."""

    def program() -> None:
        component = Component("hub", None)
        other = pulumi.CustomResource("azure-native:containerregistry:Token", "below", {})
        subject = Subject(
            component=component,
            name="hub",
            resource_id=pulumi.Output.from_input(RESOURCE),
            resource_group_name="group",
            location="westeurope",
            tags={"team": "ml"},
            sub_resource="registry",
        )
        attach(subject, inputs, [other])

    return deploy(program)


def problems(key: str, value: Any) -> list[str]:
    """What is wrong with one input."""
    return [str(problem) for problem in interface_problems({key: value})]


def test_complete_inputs_have_no_problem_and_other_inputs_are_not_looked_at() -> None:
    assert interface_problems(ALL | {"sku": 1}) == []


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("lock", {"kind": "Forever"}, "lock.kind must be one of CanNotDelete, ReadOnly; got 'Forever'"),
        ("lock", {}, "lock.kind is required; got nothing"),
        ("lock", {"kind": "ReadOnly", "note": ""}, "lock.note is no input of this part; got 'a value'; e.g. notes"),
        ("lock", {"kind": "ReadOnly", "notes": "x" * 513}, "lock.notes must have up to 512 characters"),
        ("diagnostic_settings", [{}], "diagnostic_settings[0] must have a destination; got nothing"),
        (
            "diagnostic_settings",
            [{"workspace_resource_id": RESOURCE}],
            "diagnostic_settings[0].workspace_resource_id must be the ARM id of a Microsoft.OperationalInsights/",
        ),
        (
            "diagnostic_settings",
            [{"name": "a", "workspace_resource_id": LOGS}] * 2,
            "diagnostic_settings must each have a name of their own; got 'a'",
        ),
        (
            "diagnostic_settings",
            [{"workspace_resource_id": LOGS, "event_hub_name": "logs"}],
            "diagnostic_settings[0].event_hub_name is taken only with event_hub_authorization_rule_resource_id",
        ),
        (
            "role_assignments",
            [{"principal_id": "ci", "role": "AcrPul"}],
            (
                "role_assignments[0].role must be the name of a built-in role, the GUID of a role definition or its "
                "full id; got 'AcrPul'; e.g. AcrPull"
            ),
        ),
        (
            "role_assignments",
            [{"principal_id": "ci", "role": "Reader", "principal_type": "Robot"}],
            "role_assignments[0].principal_type must be one of User, Group, ServicePrincipal",
        ),
        (
            "role_assignments",
            [{"principal_id": "ci", "role": "AcrPush"}, {"principal_id": "ci", "role": ACR_PUSH}],
            "role_assignments must not give a principal the same role twice; got 'ci'",
        ),
        ("private_endpoints", [{}], "private_endpoints[0].subnet_resource_id is required"),
        (
            "private_endpoints",
            [{"subnet_resource_id": SUBNET, "private_dns_zone_resource_ids": [ZONE, SUBNET]}],
            "private_endpoints[0].private_dns_zone_resource_ids[1] must be the ARM id of a Microsoft.Network/private",
        ),
        (
            "customer_managed_key",
            {"key_vault_resource_id": VAULT, "key_identifier": "scoring"},
            "customer_managed_key.key_identifier must be the URI of a key; got 'scoring'",
        ),
        (
            "customer_managed_key",
            {"key_vault_resource_id": LOGS, "key_identifier": "https://v.example/keys/scoring/0a1b"},
            "customer_managed_key.key_vault_resource_id must be the ARM id of a Microsoft.KeyVault/vaults",
        ),
    ],
)
def test_a_wrong_input_is_named_with_its_fix(key: str, value: Any, expected: str) -> None:
    (found,) = problems(key, value)
    assert found.startswith(expected)


def test_every_problem_is_told_at_once() -> None:
    found = interface_problems({"lock": {"kind": "x"}, "private_endpoints": [{}], "role_assignments": [{}, {}]})
    assert len(found) == 6


def test_an_id_that_is_known_only_later_is_azures_to_check() -> None:
    found: list[Any] = []
    deploy(
        lambda: found.extend(
            interface_problems({"private_endpoints": [{"subnet_resource_id": pulumi.Output.from_input("later")}]})
        )
    )
    assert found == []


def test_nothing_is_made_without_inputs() -> None:
    assert [request.name for request in attached()] == ["hub", "below"]


def test_everything_is_parented_named_and_tagged() -> None:
    _, _, *children = attached(**ALL)
    role = f"hub-role-{grant_name('', 'ci', ACR_PUSH)[:8]}"
    names = {child.name for child in children}
    assert names == {"hub-diagnostics", role, "hub-endpoint", "hub-endpoint-dns", "hub-lock"}
    assert {child.parent for child in children} == {"hub"}
    assert [child.inputs["tags"] for child in children if child.name == "hub-endpoint"] == [{"team": "ml"}]


def test_all_logs_and_metrics_go_to_the_destination_unless_some_are_chosen() -> None:
    made = attached(**ALL).one("DiagnosticSetting").inputs
    assert (made["resourceUri"], made["workspaceId"]) == (RESOURCE, LOGS)
    assert made["logs"] == [{"categoryGroup": "allLogs", "enabled": True}]
    assert made["metrics"] == [{"category": "AllMetrics", "enabled": True}]
    setting = {"storage_account_resource_id": LOGS, "log_category_groups": ["audit"], "metric_categories": []}
    chosen = attached(diagnostic_settings=[setting]).one("DiagnosticSetting").inputs
    assert (chosen["storageAccountId"], chosen["logs"]) == (LOGS, [{"categoryGroup": "audit", "enabled": True}])
    assert chosen.get("metrics", []) == []


def test_a_role_is_given_at_the_resource_under_a_name_that_stays() -> None:
    made = attached(**ALL).one("RoleAssignment").inputs
    assert made["roleAssignmentName"] == grant_name(RESOURCE, "ci", ACR_PUSH)
    assert made["roleDefinitionId"].endswith(f"/providers/Microsoft.Authorization/roleDefinitions/{ACR_PUSH}")
    assert (made["scope"], made["principalId"], made["principalType"]) == (RESOURCE, "ci", "ServicePrincipal")


@pytest.mark.parametrize(
    "role",
    [
        ACR_PUSH.upper(),
        f"/providers/Microsoft.Authorization/roleDefinitions/{ACR_PUSH}",
        f"/subscriptions/1/providers/Microsoft.Authorization/roleDefinitions/{ACR_PUSH}",
    ],
)
def test_a_role_is_the_same_by_guid_and_by_full_id(role: str) -> None:
    made = attached(role_assignments=[{"principal_id": "ci", "role": role}]).one("RoleAssignment")
    assert made.inputs["roleAssignmentName"] == grant_name(RESOURCE, "ci", ACR_PUSH)
    assert made.name == f"hub-role-{grant_name('', 'ci', ACR_PUSH)[:8]}"


def test_a_role_that_is_there_already_keeps_its_name() -> None:
    name = "6f1e5d5e-0d5c-4b7a-9a57-0c9b8d4a1f1e"
    made = attached(role_assignments=[{"principal_id": "ci", "role": "AcrPush", "name": name}]).one("RoleAssignment")
    assert made.inputs["roleAssignmentName"] == name
    (problem,) = interface_problems({"role_assignments": [{"principal_id": "ci", "role": "AcrPush", "name": "push"}]})
    assert str(problem).startswith("role_assignments[0].name must be a GUID; got 'push'")


def test_the_order_of_roles_changes_no_resource() -> None:
    first, second = {"principal_id": "a", "role": "Reader"}, {"principal_id": "b", "role": "Reader"}

    def made(*roles: Any) -> dict[str, str]:
        found = attached(role_assignments=list(roles))[2:]
        return {request.name: request.inputs["principalId"] for request in found}

    assert made(first, second) == made(second, first)
    assert made(second).items() <= made(first, second).items()


def test_principals_known_only_later_have_names_of_their_own() -> None:
    def later() -> Any:
        return {"principal_id": pulumi.Output.from_input("ci"), "role": "Reader"}

    def program() -> None:
        component = Component("hub", None)
        subject = Subject(component, "hub", pulumi.Output.from_input(RESOURCE), "group", None, None, "registry")
        attach(subject, {"role_assignments": [later(), later()]}, [])

    names = [request.name for request in deploy(program)[1:]]
    assert len(set(names)) == 2


def test_a_private_endpoint_reaches_the_resource_and_has_its_zones() -> None:
    registered = attached(**ALL)
    made, zones = registered.one("PrivateEndpoint"), registered.one("PrivateDnsZoneGroup").inputs
    assert made.inputs["subnet"] == {"id": SUBNET}
    assert made.inputs["privateLinkServiceConnections"] == [
        {"name": "hub-endpoint", "privateLinkServiceId": RESOURCE, "groupIds": ["registry"]}
    ]
    assert (made.inputs["resourceGroupName"], made.inputs["location"]) == ("group", "westeurope")
    assert zones["privateDnsZoneConfigs"] == [{"name": "privatelink-azurecr-io", "privateDnsZoneId": ZONE}]
    assert (zones["privateDnsZoneGroupName"], zones["privateEndpointName"]) == ("default", "hub-endpoint")


def test_a_named_private_endpoint_keeps_its_resource_when_the_list_changes() -> None:
    first = {"subnet_resource_id": SUBNET, "name": "pe-hub", "location": "northeurope"}
    second = {"subnet_resource_id": SUBNET}
    both = [request.name for request in attached(private_endpoints=[second, first])[2:]]
    assert both == ["hub-endpoint", "hub-endpoint-pe-hub"]
    (alone,) = attached(private_endpoints=[first])[2:]
    assert alone.name == "hub-endpoint-pe-hub"
    assert (alone.inputs["privateEndpointName"], alone.inputs["location"]) == ("pe-hub", "northeurope")


def test_a_lock_comes_after_everything_below_the_resource() -> None:
    registered = attached(**ALL)
    lock = registered.one("ManagementLockByScope")
    assert (lock.inputs["scope"], lock.inputs["level"], lock.inputs["notes"]) == (
        RESOURCE,
        "CanNotDelete",
        "production",
    )
    awaited = {urn.rpartition("::")[2] for urn in lock.options.dependencies}
    made = {request.name for request in registered if request.name.startswith("hub-")} - {"hub-lock"}
    assert awaited >= made | {"below"}


def test_a_key_becomes_the_encryption_of_a_registry_or_a_workspace() -> None:
    key: Any = ALL["customer_managed_key"] | {
        "user_assigned_identity_resource_id": IDENTITY,
        "user_assigned_identity_client_id": "client",
    }
    uri = "https://v.example/keys/scoring"
    assert registry_encryption(key) == {
        "status": "enabled",
        "key_vault_properties": {"identity": "client", "key_identifier": uri},
    }
    assert workspace_encryption(key) == {
        "status": "Enabled",
        "key_vault_properties": {"key_vault_arm_id": VAULT, "key_identifier": uri},
        "identity": {"user_assigned_identity": IDENTITY},
    }
    assert "identity" not in workspace_encryption(ALL["customer_managed_key"])
