"""The subscriptions and their providers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.localcloud.harness import Plane

GUID = "33333333-3333-3333-3333-333333333333"
READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"


def _added(plane: Plane, name: str = "research") -> str:
    answer = plane.client.post("/localcloud/subscriptions", {"name": name})
    assert answer.status_code == 200
    return f"/subscriptions/{answer.json()['value'][0]['subscriptionId']}"


def test_at_first_there_is_one_subscription(plane: Plane) -> None:
    listed = plane.client.get("/subscriptions").json()["value"]
    assert listed == [plane.client.get(plane.subscription).json()]
    assert (listed[0]["id"], listed[0]["state"]) == (plane.subscription, "Enabled")
    assert listed[0]["tenantId"] == plane.client.get("/tenants").json()["value"][0]["tenantId"]
    unknown = plane.client.get("/subscriptions/00000000-0000-0000-0000-000000000000")
    assert (unknown.status_code, unknown.json()["error"]["code"]) == (404, "SubscriptionNotFound")


def test_more_are_added_by_name_or_id_and_the_first_stays_the_default(plane: Plane) -> None:
    research = _added(plane)
    assert _added(plane, "Research") == research
    assert _added(plane, GUID.upper()) == f"/subscriptions/{GUID}"
    listed = plane.client.get("/subscriptions").json()["value"]
    assert listed[0]["id"] == plane.subscription
    assert sorted(found["displayName"] for found in listed) == sorted(["localcloud", "research", GUID.upper()])
    assert plane.client.get(research).json()["displayName"] == "research"
    shown = plane.client.get("/localcloud/subscriptions").json()["value"]
    assert shown[0] == {"subscriptionId": listed[0]["subscriptionId"], "displayName": "localcloud"}
    assert len(shown) == 3


@pytest.mark.parametrize("body", [{}, {"name": " "}, {"name": 5}])
def test_a_subscription_needs_a_name(plane: Plane, body: dict[str, object]) -> None:
    assert plane.client.post("/localcloud/subscriptions", body).status_code == 400
    assert len(plane.client.get("/subscriptions").json()["value"]) == 1


def test_resources_live_in_each(plane: Plane) -> None:
    other = _added(plane)
    plane.group()
    body = {"location": "westeurope"}
    assert plane.client.put(f"{other}/resourceGroups/group", body).json()["id"] == f"{other}/resourceGroups/group"
    vault = f"{other}/resourceGroups/group/providers/Microsoft.ManagedIdentity/userAssignedIdentities/puller"
    assert plane.client.put(vault, body).status_code == 201
    assert plane.client.get(vault.replace(other, plane.subscription)).status_code == 404
    assert plane.client.get(f"{plane.subscription}/resources").json() == {"value": []}
    assert [found["id"] for found in plane.client.get(f"{other}/resources").json()["value"]] == [vault]
    assert plane.client.get(f"{other}/providers/Microsoft.Storage").json()["id"].startswith(other)


def test_a_right_in_one_is_none_in_another(plane: Plane) -> None:
    other = _added(plane)
    plane.client.put(f"{other}/resourceGroups/group", {"location": "westeurope"})
    principal, _ = plane.service_principal()
    client = plane.as_principal(principal)
    assert plane.assign(principal, READER, other, GUID).status_code == 201
    assert client.get(f"{other}/resourceGroups/group").status_code == 200
    assert client.get(plane.group()).status_code == 403


def test_a_registry_name_is_taken_in_all_of_them(plane: Plane) -> None:
    other = _added(plane)
    registry = plane.registry()
    plane.client.put(f"{other}/resourceGroups/group", {"location": "westeurope"})
    again = registry.replace(plane.subscription, other)
    assert plane.client.put(again, {"location": "westeurope", "sku": {"name": "Basic"}}).status_code == 409


def test_every_provider_is_registered(plane: Plane) -> None:
    listed = plane.client.get(f"{plane.subscription}/providers").json()["value"]
    assert "Microsoft.Storage" in [found["namespace"] for found in listed]
    registered = plane.client.post(f"{plane.subscription}/providers/microsoft.containerregistry/register")
    assert registered.json()["registrationState"] == "Registered"
    assert registered.json()["namespace"] == "Microsoft.ContainerRegistry"
    unknown = plane.client.get(f"{plane.subscription}/providers/Microsoft.Nothing")
    assert (unknown.status_code, unknown.json()["error"]["code"]) == (404, "InvalidResourceNamespace")
