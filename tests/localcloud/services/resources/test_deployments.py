"""Template deployments: what a template with literal values writes, and what is refused."""

from __future__ import annotations

import json
import threading
import time
import uuid
from typing import TYPE_CHECKING, Any

import pytest

from localcloud.arm.ids import ResourceId
from localcloud.services.resources import template_run
from tests.localcloud.services.conftest import stored_text

if TYPE_CHECKING:
    from tests.localcloud.harness import Plane

DEPLOYMENT = "Microsoft.Resources/deployments/traffic"
SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
CONTRIBUTOR = "b24988ac-6180-42a0-ab88-20f7382dd24c"
NETWORK = "Microsoft.Network/virtualNetworks"
ACCOUNT = {
    "type": "Microsoft.Storage/storageAccounts",
    "apiVersion": "2023-01-01",
    "name": "account1",
    "location": "eastus",
    "kind": "StorageV2",
    "sku": {"name": "Standard_LRS"},
}
NET = {
    "type": NETWORK,
    "apiVersion": "2023-05-01",
    "name": "net",
    "location": "eastus",
    "properties": {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}},
}
SUBNET = {
    "type": f"{NETWORK}/subnets",
    "apiVersion": "2023-05-01",
    "name": "net/one",
    "dependsOn": ["net"],
    "properties": {"addressPrefix": "10.0.1.0/24"},
}


GROUP = "Microsoft.ContainerInstance/containerGroups"


@pytest.fixture
def group(pushed: Any, admin: dict[str, str]) -> dict[str, Any]:
    """A template's container group with a secret."""
    variables = [{"name": "KEY", "secureValue": "a-very-secret-value"}]
    container = {"image": pushed("app:v1", "FROM scratch"), "environmentVariables": variables}
    properties = {"containers": [{"name": "web", "properties": container}], "imageRegistryCredentials": [admin]}
    return {"type": GROUP, "apiVersion": "2023-05-01", "name": "demo1", "location": "eastus", "properties": properties}


def template(*resources: Any, **more: Any) -> dict[str, Any]:
    """A body with a template."""
    content = {"$schema": SCHEMA, "contentVersion": "1.0.0.0", "resources": list(resources)} | more
    return {"properties": {"mode": "Incremental", "template": content}}


def test_its_resources_are_written_in_their_order(arm: Any) -> None:
    outputs = {"answer": {"type": "int", "value": 42}, "hidden": {"type": "secureString", "value": "s3cret"}}
    found = arm.put(DEPLOYMENT, template(SUBNET, NET, ACCOUNT, outputs=outputs))["properties"]
    ids = [arm.id(f"{NETWORK}/net/subnets/one"), arm.id(f"{NETWORK}/net"), arm.id(f"{ACCOUNT['type']}/account1")]
    assert {each["id"] for each in found["outputResources"]} == set(ids)
    assert arm.get(ids[0])["properties"]["addressPrefix"] == "10.0.1.0/24"
    assert found["provisioningState"] == "Succeeded"
    assert found["outputs"] == {"answer": {"type": "int", "value": 42}, "hidden": {"type": "secureString"}}
    assert found["dependencies"][0]["dependsOn"][0]["id"] == ids[1]
    assert "template" not in found


def test_it_may_be_written_again_and_changes_what_is_there(arm: Any) -> None:
    arm.put(DEPLOYMENT, template(ACCOUNT | {"tags": {"a": "1"}}))
    again = arm.put(DEPLOYMENT, template(ACCOUNT | {"tags": {"a": "2"}}))
    assert again["properties"]["provisioningState"] == "Succeeded"
    assert arm.get(again["properties"]["outputResources"][0]["id"])["tags"] == {"a": "2"}


def test_its_removal_leaves_the_resources(arm: Any) -> None:
    made = arm.put(DEPLOYMENT, template(ACCOUNT))["properties"]["outputResources"][0]["id"]
    arm.delete(DEPLOYMENT)
    assert arm.get(made)["name"] == "account1"


def test_what_a_service_refuses_at_once_stands_in_the_details(arm: Any) -> None:
    bad = ACCOUNT | {"name": "NO"}
    operation = arm.operation(arm.send("PUT", DEPLOYMENT, template(bad, NET)))
    error = operation["error"]
    assert (operation["status"], error["code"]) == ("Failed", "DeploymentFailed")
    assert error["message"].startswith("At least one resource deployment operation failed.")
    assert error["target"] == arm.id(DEPLOYMENT)
    (detail,) = error["details"]
    direct = arm.send("PUT", f"{bad['type']}/NO", {k: v for k, v in bad.items() if k not in {"type", "name"}})
    refusal = direct.json()["error"]
    assert detail == refusal | {"target": arm.id(f"{bad['type']}/NO")}
    found = arm.get(DEPLOYMENT)["properties"]
    assert (found["provisioningState"], found["error"]) == ("Failed", error)
    assert arm.get(f"{NETWORK}/net")["name"] == "net", "what did not depend on it was written"


def test_what_fails_after_it_was_accepted_is_one_level_deeper(arm: Any, runtime: Any, group: Any) -> None:
    runtime.refusal = "no such file"
    operation = arm.operation(arm.send("PUT", DEPLOYMENT, template(group)))
    (detail,) = operation["error"]["details"]
    assert detail["code"] == "ResourceDeploymentFailure"
    assert detail["target"] == arm.id(f"{GROUP}/demo1")
    assert detail["message"].endswith("it reached terminal provisioning state 'Failed'.")
    assert [inner["code"] for inner in detail["details"]] == ["ContainerGroupDeploymentFailed"]


def test_what_depends_on_a_failed_resource_is_not_written(arm: Any) -> None:
    broken = NET | {"properties": {"addressSpace": {"addressPrefixes": ["nowhere"]}}}
    arm.operation(arm.send("PUT", DEPLOYMENT, template(broken, SUBNET)))
    listed = arm.get(f"{DEPLOYMENT}/operations")["value"]
    assert [each["properties"]["targetResource"]["resourceName"] for each in listed] == ["net"]
    assert listed[0]["properties"]["provisioningState"] == "Failed"
    assert listed[0]["properties"]["statusMessage"]["error"]["code"]


def test_secrets_of_a_template_are_not_stored(arm: Any, cloud: Any, group: Any) -> None:
    arm.put(DEPLOYMENT, template(group))
    assert "a-very-secret-value" not in stored_text(cloud)


def test_a_resource_without_its_condition_is_left_out(arm: Any) -> None:
    found = arm.put(DEPLOYMENT, template(ACCOUNT | {"condition": False}, NET | {"dependsOn": ["account1"]}))
    assert [each["id"] for each in found["properties"]["outputResources"]] == [arm.id(f"{NETWORK}/net")]


def test_a_text_that_begins_with_a_bracket_is_escaped_by_another(arm: Any) -> None:
    arm.put(DEPLOYMENT, template(ACCOUNT | {"tags": {"a": "[[x]", "b": "[x"}}))
    assert arm.get(f"{ACCOUNT['type']}/account1")["tags"] == {"a": "[x]", "b": "[x"}


@pytest.mark.parametrize(
    ("resource", "path"),
    [
        (ACCOUNT | {"name": "[parameters('name')]"}, "resources[0].name"),
        (ACCOUNT | {"tags": {"a": "[resourceGroup().id]"}}, "resources[0].tags.a"),
    ],
)
def test_expressions_are_refused_by_where_they_stand(arm: Any, resource: Any, path: str) -> None:
    status, code, message = arm.refused(DEPLOYMENT, template(resource))
    assert (status, code) == (501, "NotEmulated")
    assert f"'{path}'" in message


@pytest.mark.parametrize(
    ("body", "named"),
    [
        (template(ACCOUNT, parameters={"a": {"type": "string"}}), "parameters"),
        (template(ACCOUNT | {"copy": {"name": "c", "count": 2}}), "copy"),
        (template(ACCOUNT | {"resources": [SUBNET]}), "resources"),
        (template(ACCOUNT | {"type": "Microsoft.Resources/deployments"}), "deployments inside"),
        ({"properties": {"mode": "Complete", "template": template()["properties"]["template"]}}, "Complete"),
        ({"properties": {"mode": "Incremental", "templateLink": {"uri": "https://a.b"}}}, "templateLink"),
    ],
)
def test_what_is_not_built_is_refused_by_name(arm: Any, body: Any, named: str) -> None:
    status, code, message = arm.refused(DEPLOYMENT, body)
    assert (status, code) == (501, "NotEmulated")
    assert named in message


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"properties": {"mode": "Incremental", "template": {"$schema": SCHEMA}}}, "'contentVersion' not found"),
        (template({"name": "a", "apiVersion": "2023-01-01"}), "'type' not found"),
        (template(SUBNET | {"name": "one"}), "incorrect segment lengths"),
        (template(ACCOUNT | {"dependsOn": ["nobody"]}), "'nobody' is not defined in the template"),
        (template(ACCOUNT, ACCOUNT), "defined multiple times"),
        (template(NET | {"dependsOn": ["net/one"]}, SUBNET), "Circular dependency detected"),
    ],
)
def test_what_is_no_template_is_refused(arm: Any, body: Any, message: str) -> None:
    status, code, said = arm.refused(DEPLOYMENT, body)
    assert (status, code) == (400, "InvalidTemplate")
    assert message in said


def test_a_location_is_refused_in_a_resource_group(arm: Any) -> None:
    status, code, message = arm.refused(DEPLOYMENT, template() | {"location": "eastus"})
    assert (status, code) == (400, "InvalidDeployment")
    assert message.startswith("The 'location' property is not allowed for 'traffic' at resource group scope.")


def test_a_template_may_be_json_in_a_text(arm: Any) -> None:
    body = template(ACCOUNT)
    body["properties"]["template"] = json.dumps(body["properties"]["template"])
    assert arm.put(DEPLOYMENT, body)["properties"]["outputResources"]
    status, code, _ = arm.refused(DEPLOYMENT, {"properties": {"mode": "Incremental", "template": "{"}})
    assert (status, code) == (400, "InvalidTemplate")


def test_a_principal_needs_the_right_to_every_resource(plane: Plane) -> None:
    principal, _ = plane.service_principal()
    path = f"{plane.group()}/providers/{DEPLOYMENT}"
    plane.finish(plane.client.put(path, template()))
    client = plane.as_principal(principal)
    assert client.put(path, template(ACCOUNT)).json()["error"]["code"] == "AuthorizationFailed"
    assert plane.assign(principal, CONTRIBUTOR, path, str(uuid.uuid4())).status_code == 201
    assert plane.finish(client.put(path, template()))["status"] == "Succeeded"
    refusal = client.put(path, template(NET, ACCOUNT))
    assert (refusal.status_code, refusal.json()["error"]["code"]) == (403, "InvalidTemplateDeployment")
    assert f"'{NETWORK}/write'" in refusal.json()["error"]["message"]
    assert plane.client.get(path).json()["properties"]["outputResources"] == []


def test_l8_it_is_accepted_runs_and_ends(arm: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """While it runs, it is neither written again nor removed."""
    goes_on = threading.Event()
    wait = template_run.run

    def run(*arguments: Any) -> Any:
        assert goes_on.wait(10)
        return wait(*arguments)

    monkeypatch.setattr(template_run, "run", run)
    created = arm.send("PUT", DEPLOYMENT, template(ACCOUNT))
    assert created.status_code == 201
    assert created.headers["retry-after"]
    assert created.json()["properties"]["provisioningState"] == "Running"
    assert arm.http.get(created.headers["azure-asyncoperation"]).json()["status"] == "InProgress"
    for method, body in (("PUT", template(ACCOUNT)), ("DELETE", None)):
        refusal = arm.send(method, DEPLOYMENT, body)
        assert (refusal.status_code, refusal.json()["error"]["code"]) == (409, "DeploymentActive")
    goes_on.set()
    assert arm.operation(created)["status"] == "Succeeded"
    assert arm.send("PUT", DEPLOYMENT, template(ACCOUNT)).status_code == 200


def test_a_template_with_secrets_is_not_run_again_after_a_crash(arm: Any, cloud: Any) -> None:
    arm.put(DEPLOYMENT, template(ACCOUNT))
    document = cloud.resources.get(ResourceId.parse(arm.id(DEPLOYMENT)))
    operation = cloud.operations.record(document["id"].lower(), "update")
    document["properties"]["provisioningState"] = "Updating"
    cloud.resources.save(document)
    cloud.resources.resume(cloud)
    deadline = time.monotonic() + 10
    while (ended := cloud.operations.get(operation["name"]))["status"] == "InProgress":
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert ended["error"]["code"] == "OperationInterrupted"
    assert arm.get(DEPLOYMENT)["properties"]["provisioningState"] == "Failed"
    assert arm.put(DEPLOYMENT, template(ACCOUNT))["properties"]["provisioningState"] == "Succeeded"


def test_a_patch_is_none_of_its_methods(arm: Any) -> None:
    arm.put(DEPLOYMENT, template())
    assert arm.send("PATCH", DEPLOYMENT, {"tags": {}}).status_code == 405


def test_a_subscription_has_none(arm: Any, cloud: Any) -> None:
    path = f"/subscriptions/{cloud.settings.subscription_id}/providers/{DEPLOYMENT}"
    assert arm.refused(path, template())[:2] == (501, "NotEmulated")


@pytest.mark.parametrize("properties", [{"mode": 5}, {"mode": "Incremental", "template": 5}, {}, {"template": {}}])
def test_a_wrong_shape_is_refused(arm: Any, properties: Any) -> None:
    assert arm.refused(DEPLOYMENT, {"properties": properties})[0] == 400
    body = template(ACCOUNT | {"properties": 5}, {"name": 5, "type": [], "apiVersion": {}})
    assert arm.refused(DEPLOYMENT, body)[0] == 400
