"""Who pulls a deployment's image: any of those that Azure ML may sign in as; and Azure's words when none may."""

from __future__ import annotations

from typing import Any

import pytest

from tests.localcloud.services.machinelearning.conftest import WORKSPACE
from tests.localcloud.services.machinelearning.online import ENDPOINT, QUICK, ROUTES, Online

DENIED = "Endpoint identity does not have pull permission on the registry."


@pytest.fixture
def private(arm: Any, cloud: Any, workspace: dict[str, Any], pushed: Any) -> Online:
    """A registry that nobody of the workspace may pull from, and an endpoint with both kinds of identity."""
    found = Online(arm, cloud, workspace["id"], pushed("base:1", QUICK))
    found.make_environment("env", inferenceConfig=ROUTES)
    return found


def pulls(online: Online) -> str:
    """Empty when a deployment comes up, else why not; it is gone afterwards."""
    response = online.arm.send("PUT", online.place("blue"), online.quick("blue"))
    error = online.arm.operation(response).get("error") or {"code": "", "message": ""}
    assert error["code"] in {"", "BadArgument"}
    online.arm.delete(online.place("blue"))
    return str(error["message"])


def test_nobody_may(private: Online) -> None:
    private.endpoint()
    assert pulls(private).startswith(DENIED)


def test_the_endpoints_own_identity(private: Online) -> None:
    private.may_pull(private.endpoint()["identity"]["principalId"])
    assert pulls(private) == ""


def test_an_identity_that_was_given_to_it(private: Online, user_identity: dict[str, Any]) -> None:
    identity = {"type": "UserAssigned", "userAssignedIdentities": {user_identity["id"]: {}}}
    body = {"location": "eastus", "identity": identity, "properties": {"authMode": "Key"}}
    private.arm.put(private.id(ENDPOINT), body)
    assert pulls(private).startswith(DENIED)
    private.may_pull(user_identity["properties"]["principalId"])
    assert pulls(private) == ""


def test_the_workspaces_identity(private: Online, workspace: dict[str, Any]) -> None:
    private.endpoint()
    private.may_pull(workspace["identity"]["principalId"])
    assert pulls(private) == ""


def test_a_connection_with_a_password(private: Online, admin: dict[str, str]) -> None:
    private.endpoint()
    credentials = {"username": admin["username"], "password": "wrong"}
    properties = {
        "authType": "UsernamePassword",
        "category": "ContainerRegistry",
        "target": f"https://{admin['server']}",
    }
    place = f"{WORKSPACE}/connections/registry"
    private.arm.put(place, {"properties": properties | {"credentials": credentials}})
    assert pulls(private).startswith(DENIED)
    private.arm.put(place, {"properties": properties | {"credentials": credentials | {"password": admin["password"]}}})
    assert pulls(private) == ""


def test_an_image_that_is_not_there(online: Online) -> None:
    online.endpoint()
    online.make_environment("gone", image=online.image.replace("base:1", "base:2"), inferenceConfig=ROUTES)
    online.make_environment("elsewhere", image="registry.example/base:1", inferenceConfig=ROUTES)
    for name in ("gone", "elsewhere"):
        message = online.refused(name, online.quick(name, environmentId=f"azureml:{name}:1"))[2]
        assert message.startswith("Unable to download user container image."), message


def test_an_environment_with_packages_is_built_from_an_image_elsewhere(online: Online, runtime: Any) -> None:
    online.endpoint()
    online.make_environment("packages", image="registry.example/base:1", condaFile="dependencies: []\n")
    online.make_code("score")
    online.deploy("blue", online.body(environmentId="azureml:packages:1"))
    [spec] = [spec for spec in runtime.specs.values() if spec.id.startswith("online-")]
    assert spec.command == ("azmlinfsrv", "--entry_script", "/var/azureml-app/score/score.py", "--port", "5001")
    assert online.arm.get(online.workspace)["properties"]["containerRegistry"], "law L1: a build makes the registry"
