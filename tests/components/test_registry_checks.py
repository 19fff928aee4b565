"""Inputs of a ContainerRegistry that can't be, or can't go together: all told at once."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pulumi
import pytest
from azureml_scoring import ContainerRegistry, InvalidInput
from azureml_scoring import _registry_checks as checks
from azureml_scoring.container_registry import registry_problems
from azureml_scoring.pull import PullMode

from tests.components import inputs
from tests.components.mocked import GROUP_ID, deploy

ADOPTED = {"container_registry_id": inputs.REGISTRY_ID}
PREMIUM = {"sku": "Premium"}
TOKEN = {"pull": "token", "token_repositories": ["base"]}
KEY = {
    "key_vault_resource_id": f"{GROUP_ID}/providers/Microsoft.KeyVault/vaults/keys",
    "key_identifier": "https://keys.vault.azure.net/keys/data",
}
SUBNET = {"subnet_resource_id": f"{GROUP_ID}/providers/Microsoft.Network/virtualNetworks/net/subnets/endpoints"}


@pytest.fixture(autouse=True)
def frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "now", lambda: datetime(2026, 11, 22, 12, tzinfo=UTC))


def told(args: dict[str, Any], name: str = "hub") -> list[str]:
    return [str(problem) for problem in registry_problems(name, args)]


def group(**changes: Any) -> dict[str, Any]:
    return {"resource_group_name": "group"} | changes


@pytest.mark.parametrize(
    "args",
    [
        group(),
        group(**PREMIUM, public_network_access=False, private_endpoints=[SUBNET]),
        group(**PREMIUM, allowed_ip_ranges=["203.0.113.0/24", "198.51.100.7"], retention_policy_days=0),
        group(**PREMIUM, retention_policy_days=365.0, zone_redundancy=True),
        group(**PREMIUM, location="West Europe", replications=[{"location": "northeurope"}, {"location": "uksouth"}]),
        group(sku="Basic", public_network_access=True, zone_redundancy=False, replications=[]),
        group(rotation=3.0, password_valid_days=730.0, expiry_warning_days=0),
        group(password_expires_on="2028-11-21T12:00:00Z"),
        group(pull="anonymous"),
        group(pull="workspace"),
        group(pull="managed_identity"),
        group(**TOKEN, token_name="a-B-1", token_password=inputs.CANARY),
        ADOPTED,
        ADOPTED | TOKEN,
        ADOPTED | group(pull="managed_identity"),
        {"resource_group_name": None, "registry_name": None},
        {"container_registry_id": None},
    ],
)
def test_what_goes_together_passes(args: dict[str, Any]) -> None:
    outputs: list[list[str]] = []

    def program() -> None:
        # An Output is known to Azure alone.
        later = {key: pulumi.Output.from_input("later") for key, value in args.items() if value is None}
        outputs.append(told(args | later))

    deploy(program)
    assert outputs == [[]]


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        ({}, "resource_group_name is required without container_registry_id; got nothing; e.g. rg-scoring"),
        (group(registry_name="x-y-z"), "registry_name must be 5 to 50 letters and digits; got 'x-y-z'"),
        (group(sku="Gold"), "sku must be one of Basic, Standard, Premium; got 'Gold'"),
        (group(pull="admin"), "pull must be one of service_principal, workspace, managed_identity, token, anonymous"),
        (group(role_assignment_mode="abac"), "role_assignment_mode must be one of LegacyRegistryPermissions, Abac"),
        (group(rotation=-1), "rotation must be a whole number of 0 or more; got -1; e.g. 1"),
        (group(rotation=1.5), "rotation must be a whole number of 0 or more; got 1.5"),
        (group(rotation="one"), "rotation must be a whole number of 0 or more; got 'one'"),
        (group(rotation=True), "rotation must be a whole number of 0 or more; got True"),
        (group(password_valid_days=0), "password_valid_days must be a whole number from 1 to 730; got 0; e.g. 180"),
        (group(password_valid_days=731), "password_valid_days must be a whole number from 1 to 730; got 731"),
        (group(expiry_warning_days=-1), "expiry_warning_days must be a whole number from 0 to 730; got -1"),
        (
            group(password_expires_on="2026-11-22T12:00:00Z"),
            "password_expires_on must be a moment to come, 730 days away at most; got '2026-11-22T12:00:00Z'; e.g. 20",
        ),
        (group(password_expires_on="2028-11-21T12:00:01Z"), "password_expires_on must be a moment to come, 730 days"),
        (group(password_expires_on="2027-01-01"), "password_expires_on must be a moment as RFC 3339, with its time"),
        (
            group(password_expires_on="2027-01-01T00:00:00Z", password_valid_days=90),
            "password_expires_on is not taken with password_valid_days",
        ),
        (group(pull="anonymous", sku="Basic"), "pull must not be anonymous if sku is Basic; got 'anonymous'; e.g. sku"),
        (group(sku="Standard", public_network_access=False), "public_network_access must be true if sku is Standard"),
        (
            group(sku="Basic", private_endpoints=[SUBNET]),
            "private_endpoints is not taken if sku is Basic; got 'a value'",
        ),
        (group(retention_policy_days=0), "retention_policy_days is not taken if sku is Standard"),
        (group(allowed_ip_ranges=["192.0.2.1"]), "allowed_ip_ranges is not taken if sku is Standard"),
        (group(zone_redundancy=True), "zone_redundancy is not taken if sku is Standard; got 'a value'; e.g. sku=Prem"),
        (group(replications=[{"location": "uksouth"}]), "replications is not taken if sku is Standard"),
        (group(**PREMIUM, retention_policy_days=366), "retention_policy_days must be a whole number from 0 to 365"),
        (
            group(**PREMIUM, public_network_access=False, allowed_ip_ranges=["192.0.2.1"]),
            "allowed_ip_ranges is not taken if public_network_access is false",
        ),
        (group(**PREMIUM, allowed_ip_ranges=[]), "allowed_ip_ranges must hold one range at least; got []"),
        (group(**PREMIUM, allowed_ip_ranges=["::1"]), "allowed_ip_ranges[0] must be an IPv4 address or range ("),
        (
            group(**PREMIUM, allowed_ip_ranges=["192.0.2.1", "192.0.2.1/24"]),
            "allowed_ip_ranges[1] must be an IPv4 address or range (192.0.2.1/24 has host bits set); got '192.",
        ),
        (group(**PREMIUM, replications=[{}]), "replications[0].location is required"),
        (group(**PREMIUM, replications=[{"location": "uksouth", "zone": 1}]), "replications[0].zone is no input of"),
        (group(**PREMIUM, replications=[{"location": "uk_"}]), "replications[0].location must be an Azure region"),
        (
            group(**PREMIUM, location="West Europe", replications=[{"location": "westeurope"}]),
            "replications[0].location must be neither the registry's own region nor given twice; got 'westeurope'",
        ),
        (
            group(**PREMIUM, replications=[{"location": "uksouth"}, {"location": "UK South"}]),
            "replications[1].location must be neither the registry's own region nor given twice; got 'UK South'",
        ),
        (
            group(token_name="abcde"),
            "token_name is not taken if pull is service_principal; got 'a value'; e.g. pull=tok",
        ),
        (group(pull="workspace", rotation=1), "rotation is not taken if pull is workspace"),
        (group(pull="anonymous", password_valid_days=9), "password_valid_days is not taken if pull is anonymous"),
        (group(pull_identity_id=inputs.REGISTRY_ID), "pull_identity_id is not taken if pull is service_principal"),
        (
            group(pull="managed_identity", pull_identity_id=inputs.REGISTRY_ID),
            "pull_identity_id must be the ARM id of a Microsoft.ManagedIdentity/userAssignedIdentities",
        ),
        (
            ADOPTED | {"pull": "managed_identity"},
            "resource_group_name is required for the identity that is made: without pull_identity_id",
        ),
        (group(pull="token"), "token_repositories must hold one repository at least if pull is token; got nothing"),
        (group(pull="token", token_repositories=[]), "token_repositories must hold one repository at least if pull"),
        (group(**TOKEN, token_name="a_bcd"), "token_name must be 5 to 50 letters, digits and hyphens; got 'a_bcd'"),
        (group(pull="token", token_repositories=["ok", "No*"]), "token_repositories[1] must be 1 to 255 lower-case"),
        ({"container_registry_id": "contoso"}, "container_registry_id must be the ARM id of a Microsoft.Container"),
        (
            ADOPTED | {"registry_name": "contoso"},
            "registry_name is not taken with container_registry_id; got 'a value'",
        ),
        (ADOPTED | {"tag": {}}, "tag is no input of this component; got 'a value'; e.g. tags"),
    ],
)
def test_each_rule_is_told_alone(args: dict[str, Any], sentence: str) -> None:
    (found,) = told(args)
    assert found.startswith(sentence), found


def test_the_key_of_a_registry_needs_an_identity_that_reads_it() -> None:
    found = told(group(**PREMIUM, customer_managed_key=KEY))
    assert [sentence.partition(" ")[0] for sentence in found] == [
        "customer_managed_key.user_assigned_identity_resource_id",
        "customer_managed_key.user_assigned_identity_client_id",
    ]


def test_an_adopted_registry_stays_as_it_is() -> None:
    changes = {key: inputs.CANARY for key in checks._OF_A_MADE_ONE if key not in {"sku", "replications"}}
    args = ADOPTED | changes | {"sku": "Premium", "replications": [], "customer_managed_key": KEY}
    found = [sentence for sentence in told(args) if "is not taken with container_registry_id" in sentence]
    assert [sentence.partition(" ")[0] for sentence in found] == list(checks._OF_A_MADE_ONE)


@pytest.mark.parametrize("mode", PullMode)
def test_a_pull_mode_takes_its_own_inputs_only(mode: PullMode) -> None:
    for other, keys in checks._OF_A_MODE.items():
        for key in keys:
            problems = checks.check_pull("hub", {key: inputs.CANARY, "token_repositories": ["base"]}, mode)
            refused = any(problem.subject == key and "is not taken if pull is" in problem.rule for problem in problems)
            assert refused is (other is not mode), f"{key} with {mode.value}"


def test_a_component_name_that_makes_a_wrong_name_is_told() -> None:
    assert told(group(pull="managed_identity"), "x" * 128)[0].startswith("name makes a managed identity name")
    assert told(group(**TOKEN), "a_b")[0].startswith("token_name must be 5 to 50 letters, digits and hyphens")


def test_all_problems_are_told_together_without_the_secret_and_nothing_is_registered() -> None:
    args = inputs.registry(
        sku="Basic",
        pull="anonymous",
        token_password=inputs.CANARY,
        rotation=-1,
        public_network_access=False,
        lock={"kind": "Always"},
        colour="blue",
    )
    raised: list[InvalidInput] = []

    def program() -> None:
        with pytest.raises(InvalidInput) as error:
            ContainerRegistry("hub", args)
        raised.append(error.value)

    assert deploy(program) == []
    subjects = [problem.subject for problem in raised[0].problems]
    assert sorted(subjects) == sorted(
        ["colour", "pull", "token_password", "rotation", "rotation", "public_network_access", "lock.kind"]
    )
    assert inputs.CANARY not in str(raised[0])
