"""Scope maps; shapes from ScopeMapCreate.json and its neighbours."""

from __future__ import annotations

from typing import Any

import pytest

from localcloud.services.containerregistry.scope_maps import repositories, rights


def scope_map(*actions: str) -> dict[str, Any]:
    return {"properties": {"actions": list(actions)}}


def test_a_scope_map_has_the_shape_of_the_example(arm: Any, registry: dict[str, Any]) -> None:
    actions = ["repositories/myrepository/contentWrite", "repositories/myrepository/delete"]
    path = f"{registry['id']}/scopeMaps/myScopeMap"
    accepted = arm.send("PUT", path, {"properties": {"actions": actions, "description": "Developer Scopes"}})
    assert accepted.status_code == 201
    arm.operation(accepted)
    found = arm.get(path)

    assert (found["name"], found["type"]) == ("myScopeMap", "Microsoft.ContainerRegistry/registries/scopeMaps")
    properties = found["properties"]
    assert properties.pop("creationDate").endswith("Z")
    assert properties == {
        "actions": actions,
        "description": "Developer Scopes",
        "provisioningState": "Succeeded",
        "type": "UserDefined",
    }
    assert arm.send("PATCH", path, {"properties": {"actions": ["repositories/a/content/read"]}}).is_success
    assert arm.get(path)["properties"]["description"] == "Developer Scopes"
    arm.delete(path)


def test_a_registry_has_scope_maps_of_its_own(arm: Any, registry: dict[str, Any]) -> None:
    arm.put(f"{registry['id']}/scopeMaps/mine1", scope_map("repositories/app/content/read"))
    listed = [found["name"] for found in arm.get(f"{registry['id']}/scopeMaps")["value"]]

    assert listed == [
        "_repositories_admin",
        "_repositories_pull",
        "_repositories_pull_metadata_read",
        "_repositories_push",
        "_repositories_push_metadata_write",
        "mine1",
    ]
    pull = arm.get(f"{registry['id']}/scopeMaps/_repositories_pull")
    assert pull["properties"]["actions"] == ["repositories/*/content/read"]
    assert pull["properties"]["type"] == "SystemDefined"
    status, code, _ = arm.refused(pull["id"], scope_map("repositories/*/content/write"))
    assert (status, code) == (400, "SystemScopeMap")
    assert arm.send("GET", f"{registry['id']}/scopeMaps/nobody").status_code == 404


@pytest.mark.parametrize(
    "action",
    ["content/read", "repositories/app/content/all", "repositories/App/content/read", "repositories/a*/content/read"],
)
def test_an_action_that_there_is_not_is_refused_with_what_there_is(
    arm: Any, registry: dict[str, Any], action: str
) -> None:
    status, _, message = arm.refused(f"{registry['id']}/scopeMaps/mine1", scope_map(action))

    assert status == 400
    assert f"'{action}' is invalid" in message
    assert "content/read" in message


def test_a_scope_map_without_actions_is_refused(arm: Any, registry: dict[str, Any]) -> None:
    assert "at least one action" in arm.refused(f"{registry['id']}/scopeMaps/mine1", {"properties": {}})[2]


@pytest.mark.parametrize(
    ("action", "repository", "expected"),
    [
        ("repositories/team/app/content/read", "team/app", {"pull"}),
        ("repositories/team/app/content/write", "team/app", {"push"}),
        ("repositories/team/app/content/delete", "team/app", {"delete"}),
        ("repositories/team/app/metadata/read", "team/app", set()),
        ("repositories/team/app/content/read", "team/apple", set()),
        ("repositories/team/app/content/read", "team", set()),
        ("repositories/team/app/content/read", None, set()),
        ("repositories/team/*/content/read", "team/app", {"pull"}),
        ("repositories/team/*/content/read", "teams/app", set()),
        ("repositories/team/*/content/read", None, set()),
        ("repositories/*/content/read", "anything", {"pull"}),
        ("repositories/*/content/read", None, {"pull"}),
    ],
)
def test_an_action_holds_in_the_repositories_that_it_names(
    action: str, repository: str | None, expected: set[str]
) -> None:
    assert rights(scope_map(action), repository) == expected


def test_the_repositories_of_a_scope_map_are_told_once() -> None:
    found = repositories(scope_map("repositories/b/content/read", "repositories/a/*/delete", "repositories/b/delete"))
    assert found == ["b", "a/*"]
