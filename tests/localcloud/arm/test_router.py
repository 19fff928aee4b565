"""What an ARM path names, and what is answered where it names nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.localcloud.harness import Plane

REGISTRY = {"location": "westeurope", "sku": {"name": "Basic"}}


@pytest.mark.parametrize(
    ("query", "code"),
    [({}, "MissingApiVersionParameter"), ({"api-version": "latest"}, "InvalidApiVersionParameter")],
)
def test_an_api_version_is_needed(plane: Plane, query: dict[str, str], code: str) -> None:
    answer = plane.client.request("GET", plane.group(), params=query)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)


def test_what_is_not_emulated_is_named_with_what_is(plane: Plane) -> None:
    group = plane.group()
    for path in (
        f"{group}/providers/Microsoft.Compute/virtualMachines/vm",
        f"{group}/providers/Microsoft.Compute/virtualMachines",
    ):
        answer = plane.client.get(path)
        assert (answer.status_code, answer.json()["error"]["code"]) == (501, "NotEmulated")
        message = answer.json()["error"]["message"]
        assert "'Microsoft.Compute/virtualMachines'" in message
        assert "Microsoft.ContainerRegistry/registries" in message
    action = plane.client.post(f"{plane.registry()}/importImage", {})
    assert (action.status_code, action.json()["error"]["code"]) == (501, "NotEmulated")
    assert "'importImage'" in action.json()["error"]["message"]
    assert "listCredentials" in action.json()["error"]["message"]


def test_other_errors_of_the_path_are_told_apart(plane: Plane) -> None:
    group = plane.group()
    missing = "/providers/Microsoft.ContainerRegistry/registries/registry1"
    cases = {
        f"{group}{missing}": (404, "ResourceNotFound"),
        f"{plane.subscription}/resourceGroups/none{missing}": (404, "ResourceGroupNotFound"),
        f"{plane.subscription}/resourceGroups/none": (404, "ResourceGroupNotFound"),
        f"/subscriptions/another/resourceGroups/group{missing}": (404, "SubscriptionNotFound"),
        f"{group}{missing}/taskRuns": (404, "ResourceNotFound"),
    }
    for path, expected in cases.items():
        answer = plane.client.get(path)
        assert (answer.status_code, answer.json()["error"]["code"]) == expected, path


def test_a_resource_needs_its_group_and_its_parent(plane: Plane) -> None:
    registry = f"{plane.subscription}/resourceGroups/group/providers/Microsoft.ContainerRegistry/registries/registry1"
    assert plane.client.put(registry, REGISTRY).json()["error"]["code"] == "ResourceGroupNotFound"
    plane.group()
    run = plane.client.put(f"{registry}/taskRuns/run01", {"properties": {}})
    assert (run.status_code, run.json()["error"]["code"]) == (404, "ParentResourceNotFound")


def test_lists_hold_what_is_at_and_below_a_scope(plane: Plane) -> None:
    registry = plane.registry("registry1")
    other = plane.group("other")
    types = "providers/Microsoft.ContainerRegistry/registries"
    for scope, names in {plane.group(): ["registry1"], other: [], plane.subscription: ["registry1"]}.items():
        assert [found["name"] for found in plane.client.get(f"{scope}/{types}").json()["value"]] == names
    assert plane.client.get(f"{registry}/taskRuns").json() == {"value": []}
    groups = plane.client.get(f"{plane.subscription}/resourceGroups").json()["value"]
    assert [found["name"] for found in groups] == ["group", "other"]


def test_a_patch_merges(plane: Plane) -> None:
    registry = plane.registry(adminUserEnabled=True)
    assert plane.client.patch(registry, {"tags": {"a": "1"}}).status_code == 202
    plane.client.get(registry)
    tagged = plane.client.get(registry).json()
    assert tagged["tags"] == {"a": "1"}
    assert tagged["properties"]["adminUserEnabled"] is True
    missing = plane.client.patch(f"{registry}x", {"tags": {}})
    assert missing.json()["error"]["code"] == "ResourceNotFound"


def test_a_resource_does_not_move(plane: Plane) -> None:
    moved = plane.client.put(plane.registry(), REGISTRY | {"location": "northeurope"})
    assert (moved.status_code, moved.json()["error"]["code"]) == (409, "InvalidResourceLocation")
    same = plane.client.put(plane.registry("registry2"), REGISTRY | {"location": "West Europe"})
    assert same.status_code == 200


@pytest.mark.parametrize("body", [None, [], "text", {"properties": []}])
def test_a_body_that_is_no_resource_is_refused(plane: Plane, body: object) -> None:
    answer = plane.client.put(f"{plane.group()}/providers/Microsoft.KeyVault/vaults/vault1", body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "InvalidRequestContent")


def test_text_that_is_no_json_is_refused(plane: Plane) -> None:
    path = plane.group()
    answer = plane.client.request("PUT", path, params={"api-version": "2024-01-01"}, content=b"{")
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "InvalidRequestContent")


def test_methods_that_an_address_does_not_take(plane: Plane) -> None:
    group = plane.group()
    answer = plane.client.put(f"{group}/providers/Microsoft.KeyVault/vaults", {})
    assert (answer.status_code, answer.json()["error"]["code"]) == (405, "HttpMethodNotSupported")
    assert (
        plane.client.get(f"{plane.subscription}/providers/X.Y/locations/global/operationStatuses/none").status_code
        == 404
    )


def test_null_properties_are_no_properties_and_text_is_no_object(plane: Plane) -> None:
    group = plane.client.put(f"{plane.subscription}/resourceGroups/nulls", {"location": "x", "properties": None})
    assert group.json()["properties"] == {"provisioningState": "Succeeded"}
    path = f"{plane.group()}/providers/Microsoft.ContainerRegistry/registries/registry1"
    refused = plane.client.put(path, REGISTRY | {"properties": {"policies": "strict"}})
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "InvalidRequestContent")
    assert "'policies'" in refused.json()["error"]["message"]
