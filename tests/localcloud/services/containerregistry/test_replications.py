"""Replications; shapes from ReplicationCreate.json and ReplicationCreateZoneRedundant.json."""

from __future__ import annotations

from typing import Any

import pytest

REGISTRY = "Microsoft.ContainerRegistry/registries/myRegistry"
BODY = {"location": "eastus", "tags": {"key": "value"}}


@pytest.fixture
def premium(arm: Any) -> dict[str, Any]:
    found: dict[str, Any] = arm.put(REGISTRY, {"location": "westeurope", "sku": {"name": "Premium"}})
    return found


def test_a_replication_has_the_shape_of_the_example(arm: Any, premium: dict[str, Any]) -> None:
    found = arm.put(f"{premium['id']}/replications/eastus", BODY)

    assert found["tags"] == {"key": "value"}
    assert found["properties"].pop("status").keys() == {"displayStatus", "message", "timestamp"}
    assert found["properties"] == {
        "provisioningState": "Succeeded",
        "regionEndpointEnabled": True,
        "zoneRedundancy": "Disabled",
    }
    zones = {"properties": {"zoneRedundancy": "Enabled"}}
    assert "zoneRedundancy" in arm.refused(f"{premium['id']}/replications/eastus", BODY | zones)[2]
    arm.put(f"{premium['id']}/replications/eastus", BODY | {"properties": {"regionEndpointEnabled": False}})


@pytest.mark.parametrize("location", ["West Europe", "eastus"])
def test_no_place_has_two_copies(arm: Any, premium: dict[str, Any], location: str) -> None:
    arm.put(f"{premium['id']}/replications/eastus", BODY)
    status, code, message = arm.refused(f"{premium['id']}/replications/second", {"location": location})

    assert (status, code) == (409, "ReplicationLocationInUse")
    assert location.replace(" ", "").lower() in message


def test_only_premium_has_copies_and_keeps_its_sku_while_it_has(arm: Any, premium: dict[str, Any]) -> None:
    path = f"{premium['id']}/replications/eastus"
    arm.put(path, BODY)
    standard = {"location": "westeurope", "sku": {"name": "Standard"}}
    refused = arm.refused(REGISTRY, standard)
    assert refused[1] == "SkuChangeNotSupported"
    assert "has replications" in refused[2]
    arm.delete(path)
    arm.put(REGISTRY, standard)
    assert arm.refused(path, BODY)[1] == "FeatureNotSupportedForSku"


def test_a_replication_needs_a_location(arm: Any, premium: dict[str, Any]) -> None:
    assert arm.refused(f"{premium['id']}/replications/eastus", {})[1] == "LocationRequired"
