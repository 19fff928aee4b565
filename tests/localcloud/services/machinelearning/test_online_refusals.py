"""Endpoints, deployments and traffic that can't be: each is refused before anything is made."""

from __future__ import annotations

from typing import Any

import pytest

from tests.localcloud.services.conftest import stored_text
from tests.localcloud.services.machinelearning.online import ENDPOINT, Online

PROBE = {"period": "10 seconds"}


@pytest.fixture
def endpoint(online: Online) -> Online:
    """An endpoint with the deployments `blue` and `green`."""
    online.endpoint()
    for name in ("blue", "green"):
        online.deploy(name, online.quick(name))
    return online


@pytest.mark.parametrize(
    ("split", "reason"),
    [
        ({"traffic": {"blue": 90}}, "need to sum to 100 or 0; they sum to 90"),
        ({"traffic": {"blue": 90, "green": 20}}, "they sum to 110"),
        ({"traffic": {"blue": 101, "green": -1}}, "has to be 0 to 100; got 101"),
        ({"traffic": {"blue": 99.5, "green": 0.5}}, "has to be a whole number; got 99.5"),
        ({"traffic": {"a/b": 100}}, "a/b"),
        ({"traffic": {"yellow": 100}}, "Deployment yellow not found in endpoint endpoint-1, workspace testworkspace"),
        ({"traffic": {"blue": 100}, "mirrorTraffic": {"green": 60}}, "utmost 50; got 60"),
        ({"traffic": {"blue": 100}, "mirrorTraffic": {"blue": 10}}, "either live traffic or mirror traffic"),
        ({"mirrorTraffic": {"blue": 10, "green": 10}}, "to one deployment only"),
        ({"mirrorTraffic": {"yellow": 10}}, "Deployment yellow not found"),
    ],
)
def test_a_split_that_can_not_be_is_refused(endpoint: Online, split: dict[str, Any], reason: str) -> None:
    assert reason in endpoint.traffic_refused(**split)
    assert endpoint.arm.get(endpoint.id(ENDPOINT))["properties"]["traffic"] == {}


def test_numbers_may_come_as_floats_and_sum_to_nothing(endpoint: Online) -> None:
    assert endpoint.endpoint(traffic={"blue": 90.0, "green": 10.0})["properties"]["traffic"] == {
        "blue": 90,
        "green": 10,
    }
    assert endpoint.endpoint(traffic={"blue": 0, "green": 0})["properties"]["traffic"] == {"blue": 0, "green": 0}


def test_a_new_endpoint_has_no_traffic(online: Online) -> None:
    assert "it has no deployments yet" in online.traffic_refused(traffic={"blue": 100})


@pytest.mark.parametrize(
    ("split", "what"), [({"traffic": {"blue": 100}}, "traffic"), ({"mirrorTraffic": {"blue": 10}}, "mirrorTraffic")]
)
def test_a_deployment_with_traffic_stays(endpoint: Online, split: dict[str, Any], what: str) -> None:
    endpoint.endpoint(**split)
    refused = endpoint.arm.send("DELETE", endpoint.place("blue"))
    assert refused.status_code == 400
    message = refused.json()["error"]["message"]
    assert message.startswith("Can't delete deployment with non-zero traffic weight")
    assert f"percent of its {what}" in message
    endpoint.endpoint()
    endpoint.arm.delete(endpoint.place("blue"))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"endpointComputeType": "Serverless"}, "has to be Managed or Kubernetes"),
        ({"endpointComputeType": "Kubernetes"}, "takes deployments with endpointComputeType Managed only"),
        ({"environmentId": None}, "'environmentId' is required"),
        ({"environmentId": "azureml:gone:1"}, "gone"),
        ({"environmentId": "azureml:plain:1"}, "needs an environment with 'inferenceConfig'"),
        ({"environmentId": "azureml:built:1"}, "environments with 'build'"),
        ({"model": "azureml:gone:1"}, "models/gone/versions/1' was not found"),
        ({"codeConfiguration": {"codeId": "azureml:gone:1", "scoringScript": "score.py"}}, "codes/gone/versions/1"),
        ({"codeConfiguration": {"codeId": "azureml:gone:1"}}, "needs 'codeId' and 'scoringScript'"),
        ({"requestSettings": {"requestTimeout": "5"}}, "'5' is no duration"),
        ({"requestSettings": {"requestTimeout": "PT4M"}}, "at most PT3M"),
        ({"requestSettings": {"maxConcurrentRequestsPerInstance": 0}}, "has to be 1 or more"),
        ({"livenessProbe": PROBE}, "'10 seconds' is no duration"),
        ({"readinessProbe": {"failureThreshold": 0}}, "readinessProbe.failureThreshold has to be 1 or more"),
        ({"scaleSettings": {"scaleType": "TargetUtilization"}}, "has to be one of Default"),
    ],
)
def test_a_deployment_that_can_not_be_is_refused(endpoint: Online, changes: dict[str, Any], reason: str) -> None:
    endpoint.make_environment("plain")
    endpoint.make_environment("built", image=None, build={"contextUri": "https://example/context"})
    _, _, message = endpoint.refused("red", endpoint.quick("red", **changes))
    assert reason in message
    assert endpoint.arm.send("GET", endpoint.place("red")).status_code == 404


def test_what_a_deployment_keeps_for_life(endpoint: Online) -> None:
    assert endpoint.refused("blue", endpoint.quick("blue", instanceType="Standard_DS3_v2"))[0] == 400
    found = endpoint.arm.get(endpoint.place("blue"))["properties"]
    assert found["instanceType"] == "Standard_F4s_v2"
    assert found["scaleSettings"] == {"scaleType": "Default"}
    settings = {"maxConcurrentRequestsPerInstance": 1, "requestTimeout": "PT5S", "maxQueueWait": "PT0.5S"}
    assert found["requestSettings"] == settings


@pytest.mark.parametrize(
    ("properties", "reason"),
    [
        ({"authMode": "AADToken"}, "authMode 'AADToken'"),
        ({"authMode": None}, "authMode has to be Key, AMLToken or AADToken; got 'None'"),
        ({"publicNetworkAccess": "Maybe"}, "has to be Enabled or Disabled"),
        ({"compute": "nothing"}, "Cannot find Kubernetes compute."),
    ],
)
def test_an_endpoint_that_can_not_be_is_refused(online: Online, properties: dict[str, Any], reason: str) -> None:
    body = {"location": "eastus", "properties": {"authMode": "Key"} | properties}
    assert reason in online.arm.refused(online.id(ENDPOINT), body)[2]


@pytest.mark.parametrize("name", ["ab", "1abc", "a_b_c", "a" * 33, "abc-"])
def test_names_are_3_to_32_letters_digits_and_dashes(online: Online, name: str) -> None:
    body = {"location": "eastus", "properties": {"authMode": "Key"}}
    assert "at least 3 and at most 32" in online.arm.refused(online.id(f"onlineEndpoints/{name}"), body)[2]


def test_a_deployment_needs_its_endpoint_and_files(online: Online) -> None:
    body = {"location": "eastus", "properties": {"endpointComputeType": "Managed"}}
    assert online.refused("blue", body)[0] == 404
    online.endpoint()
    uri = f"{online.cloud.url}/blob/teststorage/assets/nothing"
    online.arm.put(online.id("codes/empty/versions/1"), {"properties": {"codeUri": uri}})
    state, code, message = online.refused("blue", online.body(online.id("codes/empty/versions/1")))
    assert (state, code) == (0, "BadArgument")
    assert f"there is nothing at '{uri}'" in message
    # It never came up, so it can only be made anew.
    again = online.body(online.id("codes/empty/versions/1"))
    assert online.refused("blue", again)[1] == "InferencingClientCallFailed"


def test_keys_that_are_given_are_the_keys_and_in_no_document(online: Online) -> None:
    made = online.endpoint(keys={"primaryKey": "first-secret", "secondaryKey": "second-secret"})
    assert "keys" not in made["properties"]
    assert online.keys() == {"primaryKey": "first-secret", "secondaryKey": "second-secret"}
    online.endpoint()
    assert online.keys()["primaryKey"] == "first-secret"
    assert "first-secret" not in stored_text(online.cloud)
    for body in ({"keyType": "Third"}, {}):
        assert online.arm.send("POST", f"{online.id(ENDPOINT)}/regenerateKeys", body).status_code == 400
    assert online.arm.send("POST", f"{online.id(ENDPOINT)}/token", {}).status_code == 400


def test_an_endpoint_with_tokens_has_no_keys(online: Online) -> None:
    online.endpoint(authMode="AMLToken")
    assert online.arm.send("POST", f"{online.id(ENDPOINT)}/listKeys", {}).status_code == 400
    body = {"location": "eastus", "properties": {"authMode": "Key"}}
    assert online.arm.refused(online.id(ENDPOINT), body)[1] == "PropertyChangeNotAllowed"


def test_a_patch_changes_tags_and_leaves_the_traffic(endpoint: Online) -> None:
    endpoint.endpoint(traffic={"blue": 100})
    patched = endpoint.arm.send("PATCH", endpoint.id(ENDPOINT), {"tags": {"a": "b"}, "properties": {"traffic": {}}})
    endpoint.arm.operation(patched)
    found = endpoint.arm.get(endpoint.id(ENDPOINT))
    assert (found["tags"], found["properties"]["traffic"]) == ({"a": "b"}, {"blue": 100})


def test_a_name_is_unique_in_its_region(online: Online, body: dict[str, Any]) -> None:
    online.endpoint()
    other = "Microsoft.MachineLearningServices/workspaces/otherworkspace"
    online.arm.put(other, body)
    endpoint = {"location": "eastus", "properties": {"authMode": "Key"}}
    assert online.arm.refused(f"{other}/{ENDPOINT}", endpoint)[1] == "EndpointAlreadyExists"
    online.arm.put(f"{other}/{ENDPOINT}", endpoint | {"location": "westus"})
