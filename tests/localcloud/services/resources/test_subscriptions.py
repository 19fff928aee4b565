"""The subscription and its providers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.localcloud.harness import Plane


def test_there_is_one_subscription(plane: Plane) -> None:
    listed = plane.client.get("/subscriptions").json()["value"]
    assert listed == [plane.client.get(plane.subscription).json()]
    assert (listed[0]["id"], listed[0]["state"]) == (plane.subscription, "Enabled")
    assert listed[0]["tenantId"] == plane.client.get("/tenants").json()["value"][0]["tenantId"]
    unknown = plane.client.get("/subscriptions/00000000-0000-0000-0000-000000000000")
    assert (unknown.status_code, unknown.json()["error"]["code"]) == (404, "SubscriptionNotFound")


def test_every_provider_is_registered(plane: Plane) -> None:
    listed = plane.client.get(f"{plane.subscription}/providers").json()["value"]
    assert "Microsoft.Storage" in [found["namespace"] for found in listed]
    registered = plane.client.post(f"{plane.subscription}/providers/microsoft.containerregistry/register")
    assert registered.json()["registrationState"] == "Registered"
    assert registered.json()["namespace"] == "Microsoft.ContainerRegistry"
    unknown = plane.client.get(f"{plane.subscription}/providers/Microsoft.Nothing")
    assert (unknown.status_code, unknown.json()["error"]["code"]) == (404, "InvalidResourceNamespace")
