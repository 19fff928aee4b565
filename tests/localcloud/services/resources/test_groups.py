"""Resource groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.localcloud.harness import Plane


def test_a_group_is_there_from_put_to_delete(plane: Plane) -> None:
    path = f"{plane.subscription}/resourcegroups/my-group"
    assert plane.client.request("HEAD", path, params={"api-version": "2024-03-01"}).status_code == 404
    created = plane.client.put(path, {"location": "West Europe", "tags": {"a": "b"}})
    assert created.status_code == 201
    assert created.json() == {
        "id": f"{plane.subscription}/resourceGroups/my-group",
        "name": "my-group",
        "type": "Microsoft.Resources/resourceGroups",
        "location": "westeurope",
        "tags": {"a": "b"},
        "properties": {"provisioningState": "Succeeded"},
    }
    assert plane.client.put(path, {"location": "westeurope"}).status_code == 200
    assert plane.client.request("HEAD", path, params={"api-version": "2024-03-01"}).status_code == 204
    removal = plane.client.delete(path)
    assert removal.status_code == 202
    assert removal.headers["location"]
    plane.finish(removal)
    assert plane.client.get(path).json()["error"]["code"] == "ResourceGroupNotFound"
    assert plane.client.delete(path).status_code == 404


def test_a_group_neither_moves_nor_comes_without_a_location(plane: Plane) -> None:
    moved = plane.client.put(plane.group(), {"location": "eastus"})
    assert (moved.status_code, moved.json()["error"]["code"]) == (409, "InvalidResourceGroupLocation")
    nowhere = plane.client.put(f"{plane.subscription}/resourceGroups/nowhere", {})
    assert (nowhere.status_code, nowhere.json()["error"]["code"]) == (400, "LocationRequired")


@pytest.mark.parametrize("name", ["ends.", "with space", "x" * 91])
def test_a_groups_name_has_rules(plane: Plane, name: str) -> None:
    answer = plane.client.put(f"{plane.subscription}/resourceGroups/{name}", {"location": "eastus"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "InvalidResourceName")


def test_a_group_lists_and_takes_along_what_is_inside(plane: Plane) -> None:
    registry = plane.registry()
    listed = plane.client.get(f"{plane.group()}/resources").json()["value"]
    assert [(found["id"], "properties" in found) for found in listed] == [(registry, False)]
    assert plane.client.get(f"{plane.subscription}/resources").json()["value"] == listed
    assert plane.finish(plane.client.delete(plane.group()))["status"] == "Succeeded"
    assert plane.cloud.store.list("resources") == []
    assert plane.cloud.store.list("addresses") == []
