"""Locks and what they forbid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    import httpx

    from tests.localcloud.harness import Plane

ACR_PULL = "7f951dda-4ed3-4680-a7ca-43fe172d538d"
CONTRIBUTOR = "b24988ac-6180-42a0-ab88-20f7382dd24c"
NAME = "11111111-1111-1111-1111-111111111111"
KIND = "providers/Microsoft.Authorization/locks"


def _lock(plane: Plane, scope: str, level: str = "CanNotDelete", **properties: Any) -> str:
    path = f"{scope}/{KIND}/keep"
    assert plane.client.put(path, {"properties": {"level": level, **properties}}).status_code == 201
    return path


def _locked(answer: httpx.Response) -> str:
    assert answer.status_code == 409, answer.text
    error: dict[str, str] = answer.json()["error"]
    assert error["code"] == "ScopeLocked"
    return error["message"]


def test_a_lock_is_as_azure_answers_it(plane: Plane) -> None:
    path = _lock(plane, plane.group(), notes="do not touch")
    document = plane.client.get(path).json()
    assert document == {
        "id": path,
        "name": "keep",
        "type": "Microsoft.Authorization/locks",
        "properties": {"level": "CanNotDelete", "notes": "do not touch"},
    }
    assert plane.client.put(path, {"properties": {"level": "ReadOnly"}}).status_code == 200


@pytest.mark.parametrize("properties", [{}, {"level": "Everything"}, {"level": "ReadOnly", "notes": "x" * 513}])
def test_what_is_no_lock_is_refused(plane: Plane, properties: dict[str, str]) -> None:
    answer = plane.client.put(f"{plane.group()}/{KIND}/keep", {"properties": properties})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "InvalidRequestContent")


@pytest.mark.parametrize("locked", ["registry", "group", "subscription"])
def test_nothing_below_a_locked_scope_is_removed(plane: Plane, locked: str) -> None:
    registry = plane.registry()
    scope = {"registry": registry, "group": plane.group(), "subscription": plane.subscription}[locked]
    lock = _lock(plane, scope)
    assert _locked(plane.client.delete(registry)) == (
        f"The scope '{registry}' cannot perform delete operation because following scope(s) are locked: '{scope}'. "
        "Please remove the lock and try again."
    )
    assert plane.client.patch(registry, {"tags": {"a": "b"}}).is_success
    assert plane.client.delete(lock).status_code == 200
    plane.finish(plane.client.delete(registry))


def test_a_group_is_not_removed_with_a_locked_resource_in_it(plane: Plane) -> None:
    registry = plane.registry()
    lock = _lock(plane, registry)
    message = _locked(plane.client.delete(plane.group()))
    assert message.startswith(f"The scope '{plane.group()}' cannot perform delete operation")
    assert f"locked: '{registry}'" in message
    assert plane.client.get(registry).status_code == 200
    plane.client.delete(lock)
    plane.finish(plane.client.delete(plane.group()))


def test_a_lock_beside_does_not_matter(plane: Plane) -> None:
    registry, other = plane.registry("registry1"), plane.registry("registry12")
    _lock(plane, registry)
    plane.finish(plane.client.delete(other))


def test_role_assignments_inherit_the_lock(plane: Plane) -> None:
    principal, _ = plane.service_principal()
    registry = plane.registry()
    assignment = plane.assign(principal, ACR_PULL, registry, NAME).json()["id"]
    lock = _lock(plane, registry)
    assert f"locked: '{registry}'" in _locked(plane.client.delete(assignment))
    plane.client.delete(lock)
    assert plane.client.delete(assignment).status_code == 200


def test_read_only_forbids_writes_and_actions_and_nothing_else(plane: Plane) -> None:
    principal, _ = plane.service_principal()
    registry = plane.registry(adminUserEnabled=True)
    lock = _lock(plane, plane.group(), "ReadOnly")
    writes = f"cannot perform write operation because following scope(s) are locked: '{plane.subscription}/resourceG"
    body = {"location": "westeurope", "sku": {"name": "Basic"}}
    assert writes in _locked(plane.client.put(registry, body))
    assert writes in _locked(plane.client.patch(registry, {"tags": {"a": "b"}}))
    assert writes in _locked(plane.client.put(registry.replace("registry1", "registry2"), body))
    assert writes in _locked(plane.client.put(lock.partition("/providers/")[0], {"location": "westeurope"}))
    assert writes in _locked(plane.assign(principal, ACR_PULL, registry, NAME))
    assert writes in _locked(plane.client.post(f"{registry}/listCredentials"))
    _locked(plane.client.delete(registry))
    assert plane.client.get(registry).status_code == 200
    assert plane.client.delete(lock).status_code == 200
    assert plane.client.post(f"{registry}/listCredentials").status_code == 200


def test_locks_are_listed_at_a_scope_and_below(plane: Plane) -> None:
    registry = plane.registry()
    upper, lower = _lock(plane, plane.group()), _lock(plane, registry)

    def ids(scope: str, **query: str) -> list[str]:
        return sorted(found["id"] for found in plane.client.get(f"{scope}/{KIND}", **query).json()["value"])

    assert ids(plane.subscription) == sorted([upper, lower])
    assert ids(plane.group(), **{"$filter": "atScope()"}) == [upper]
    assert ids(registry) == [lower]
    assert plane.client.get(f"{plane.group()}/{KIND}", **{"$filter": "level eq 'x'"}).status_code == 501


def test_a_contributor_may_not_take_a_lock_away(plane: Plane) -> None:
    principal, _ = plane.service_principal()
    lock = _lock(plane, plane.group())
    plane.assign(principal, CONTRIBUTOR, plane.subscription, NAME)
    assert plane.as_principal(principal).delete(lock).status_code == 403
