"""Connections of a workspace; shapes from WorkspaceConnection_create.json and WorkspaceConnection_listSecrets.json."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.localcloud.services.conftest import stored_text
from tests.localcloud.services.machinelearning.conftest import WORKSPACE

if TYPE_CHECKING:
    from localcloud.cloud import Cloud

CONNECTION = f"{WORKSPACE}/connections/connection-1"
CANARY = "canary-of-the-connection"
NONE: dict[str, Any] = {
    "category": "ContainerRegistry",
    "expiryTime": "2024-03-15T14:30:00Z",
    "target": "registry.example",
    "authType": "None",
}
PASSWORD: dict[str, Any] = NONE | {
    "authType": "UsernamePassword",
    "credentials": {"username": "puller", "password": CANARY},
}

pytestmark = pytest.mark.usefixtures("workspace")


def test_a_connection_has_the_shape_of_the_example(arm: Any) -> None:
    connection = arm.put(CONNECTION, {"properties": NONE})

    assert connection["type"] == "Microsoft.MachineLearningServices/workspaces/connections"
    assert NONE.items() <= connection["properties"].items()
    assert "credentials" not in arm.post(f"{CONNECTION}/listsecrets")["properties"]


def test_credentials_are_shown_by_listsecrets_alone(arm: Any, cloud: Cloud) -> None:
    written = arm.send("PUT", CONNECTION, {"properties": PASSWORD})
    shown = arm.post(f"{CONNECTION}/listsecrets")

    assert "credentials" not in written.json()["properties"]
    assert "credentials" not in arm.get(CONNECTION)["properties"]
    assert shown["properties"]["credentials"] == PASSWORD["credentials"]
    assert shown["properties"]["category"] == "ContainerRegistry"
    assert CANARY not in stored_text(cloud)


def test_an_update_changes_the_credentials_and_a_removal_forgets_them(arm: Any, cloud: Cloud) -> None:
    arm.put(CONNECTION, {"properties": PASSWORD})
    other = PASSWORD | {"credentials": {"username": "other", "password": "other-password"}}
    arm.put(CONNECTION, {"properties": other})
    assert arm.post(f"{CONNECTION}/listsecrets")["properties"]["credentials"]["username"] == "other"
    arm.delete(CONNECTION)

    assert cloud.store.list("ml-connection-secrets") == []


def test_a_managed_identity_needs_no_secret(arm: Any) -> None:
    identity = {"clientId": "11111111-1111-1111-1111-111111111111", "resourceId": "/subscriptions/s"}
    arm.put(CONNECTION, {"properties": NONE | {"authType": "ManagedIdentity", "credentials": identity}})

    assert arm.post(f"{CONNECTION}/listsecrets")["properties"]["credentials"] == identity


@pytest.mark.parametrize(
    ("properties", "said"),
    [
        (NONE | {"authType": "Password"}, "authType"),
        (NONE | {"category": ""}, "category"),
        (NONE | {"target": None}, "target"),
        (PASSWORD | {"credentials": {"username": "puller"}}, "credentials.password"),
    ],
)
def test_what_is_missing_is_said(arm: Any, properties: dict[str, Any], said: str) -> None:
    status, _, message = arm.refused(CONNECTION, {"properties": properties})

    assert status == 400
    assert said in message
    assert CANARY not in message
