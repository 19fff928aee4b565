"""What samples of registry_credentials can't say: the provider's logins, days from today, outputs, secrets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from azureml_scoring.policy_kit import wire
from pulumi.runtime.proto import analyzer_pb2 as messages

from tests.policy.driver import UNKNOWN, Driver, driver, process, secret, urn_of
from tools.policies import copy_elsewhere

GROUP = "azure-native:containerinstance:ContainerGroup"
IMAGE = "docker:index/remoteImage:RemoteImage"
PASSWORD = "azuread:index/servicePrincipalPassword:ServicePrincipalPassword"
CANARY = "canary-of-a-password"


@pytest.fixture
def pack() -> Iterator[Driver]:
    with driver("registry_credentials") as one:
        one.start()
        yield one


def rules(lines: list[Any]) -> list[str]:
    return [line.rule for line in lines]


def group(password: Any, server: str = "contoso.azurecr.io") -> dict[str, Any]:
    """A container group with one image and one credential."""
    credential = {"server": server, "username": "puller", "password": password}
    return {"containers": [{"name": "a", "image": "contoso.azurecr.io/a:1"}], "imageRegistryCredentials": [credential]}


def test_a_copied_pack_runs_as_a_process_of_its_own(tmp_path: Path) -> None:
    with process(copy_elsewhere("registry_credentials", tmp_path / "another name")) as pack:
        assert pack.info().name == "registry-credentials"
        pack.start()
        assert rules(pack.analyze(GROUP, group(CANARY))) == ["password-plaintext"]
        assert pack.analyze(GROUP, group(secret(CANARY))) == []


@pytest.mark.parametrize("server", ["contoso.azurecr.io", "https://contoso.azurecr.io", "other.azurecr.io"])
@pytest.mark.parametrize("wrapped", [True, False])
def test_no_message_shows_a_password(pack: Driver, server: str, *, wrapped: bool) -> None:
    lines = pack.analyze(GROUP, group(secret(CANARY) if wrapped else CANARY, server))
    assert CANARY not in str(lines)
    assert ("password-plaintext" in rules(lines)) is not wrapped


def test_what_is_unknown_and_a_secret_is_no_plain_text(pack: Driver) -> None:
    assert pack.analyze(GROUP, group(secret(UNKNOWN)))[0].rule == "registry-credential"
    assert [line for line in pack.analyze(GROUP, group(secret(UNKNOWN))) if "plaintext" in line.text] == []
    (line,) = pack.analyze(GROUP, group(UNKNOWN))
    assert "is not checked yet by password-plaintext, registry-credential: " in line.text


@pytest.mark.parametrize(("days", "refused"), [(1, False), (180, False), (181, True)])
def test_days_are_counted_from_today(pack: Driver, days: int, *, refused: bool) -> None:
    end = dt.datetime.now(dt.UTC) + dt.timedelta(days=days)
    lines = pack.analyze(PASSWORD, {"endDate": end.strftime("%Y-%m-%dT%H:%M:%SZ")})
    assert rules(lines) == ["password-end-date"] * refused


@pytest.mark.parametrize(
    ("registry_auth", "level"),
    [
        ('[{"address": "https://contoso.azurecr.io", "username": "puller", "password": "x"}]', None),
        ('[{"address": "contoso.azurecr.io.evil.example", "username": "puller", "password": "x"}]', "mandatory"),
        (None, "advisory"),
        (UNKNOWN, "advisory"),
    ],
)
def test_an_engines_image_is_judged_by_its_providers_logins(
    pack: Driver, registry_auth: str | None, level: str | None
) -> None:
    request = messages.AnalyzeRequest(
        type=IMAGE,
        urn=urn_of(IMAGE, "image"),
        name="image",
        properties=wire.struct({"name": "contoso.azurecr.io/app:1"}),
        provider=messages.AnalyzerProviderResource(
            type="pulumi:providers:docker",
            name="engine",
            properties=wire.struct({} if registry_auth is None else {"registryAuth": secret(registry_auth)}),
        ),
    )
    found = [(one.policyName, one.enforcementLevel) for one in pack.stub.Analyze(request).diagnostics]
    wanted = {"mandatory": 1, "advisory": 0}
    assert found == ([] if level is None else [("registry-credential", wanted[level])])


def test_outputs_without_credentials_are_judged_by_what_was_declared(pack: Driver) -> None:
    """Azure gives neither a connection's credentials back nor the workspace that it lies in."""
    ml = "azure-native:machinelearningservices"
    group_id = "/subscriptions/9c622397-3a50-4c8b-b262-4a71d5ccf450/resourceGroups/g"
    registry = f"{group_id}/providers/Microsoft.ContainerRegistry/registries/own"
    there = {"category": "ContainerRegistry", "target": "own.azurecr.io"}
    credentials = {"username": "puller", "password": secret(CANARY)}
    connection = f"{ml}:WorkspaceConnection"
    assert pack.analyze(connection, {"workspaceName": "team", "properties": there | {"credentials": credentials}}) == []
    lines = pack.analyze_stack(
        [
            {"type": f"{ml}:Workspace", "name": "w", "properties": {"name": "team", "containerRegistry": registry}},
            {"type": connection, "properties": {"name": "there", "properties": there}},
        ]
    )
    assert rules(lines) == ["credential-needless"]
    assert CANARY not in str(lines)
