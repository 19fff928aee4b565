"""Private DNS: zones, links and the zone groups of endpoints; shapes from PrivateEndpointDnsZoneGroupCreate.json."""

from __future__ import annotations

from typing import Any

import pytest

from tests.localcloud.services.network.conftest import NETWORK

ZONE = "Microsoft.Network/privateDnsZones/privatelink.azurecr.io"
ENDPOINT = "Microsoft.Network/privateEndpoints/testPe"
GLOBAL: dict[str, Any] = {"location": "global", "properties": {}}


@pytest.fixture
def endpoint(arm: Any, subnet: str) -> str:
    """An endpoint of a registry."""
    premium = {"location": "eastus", "sku": {"name": "Premium"}, "properties": {}}
    target = arm.put("Microsoft.ContainerRegistry/registries/premiumRegistry", premium)["id"]
    connection = {"name": "pls", "properties": {"groupIds": ["registry"], "privateLinkServiceId": target}}
    properties = {"subnet": {"id": subnet}, "privateLinkServiceConnections": [connection]}
    found: str = arm.put(ENDPOINT, {"location": "eastus", "properties": properties})["id"]
    return found


def group(arm: Any, zone: str) -> dict[str, Any]:
    config = {"name": "default", "properties": {"privateDnsZoneId": arm.id(zone)}}
    return {"properties": {"privateDnsZoneConfigs": [config]}}


def test_the_names_of_an_endpoint_are_written_in_its_zone(arm: Any, endpoint: str) -> None:
    arm.put(ZONE, GLOBAL)
    made = arm.put(f"{endpoint}/privateDnsZoneGroups/default", group(arm, ZONE))
    records = made["properties"]["privateDnsZoneConfigs"][0]["properties"]["recordSets"]

    assert [(record["recordSetName"], record["fqdn"], record["ipAddresses"]) for record in records] == [
        ("premiumregistry", "premiumregistry.privatelink.azurecr.io", ["10.0.0.4"]),
        ("premiumregistry.eastus.data", "premiumregistry.eastus.data.privatelink.azurecr.io", ["10.0.0.5"]),
    ]


def test_a_group_needs_zones_that_are_there(arm: Any, endpoint: str) -> None:
    path = f"{endpoint}/privateDnsZoneGroups/default"

    assert arm.refused(path, group(arm, ZONE))[1] == "InvalidResourceReference"
    assert arm.refused(path, {"properties": {"privateDnsZoneConfigs": []}})[1] == "MissingJsonProperty"


@pytest.mark.usefixtures("subnet")
def test_a_zone_is_linked_to_networks(arm: Any) -> None:
    arm.put(ZONE, GLOBAL)
    link = GLOBAL | {"properties": {"virtualNetwork": {"id": arm.id(NETWORK)}}}
    made = arm.put(f"{ZONE}/virtualNetworkLinks/link", link)

    assert made["properties"]["virtualNetworkLinkState"] == "Completed"
    assert made["properties"]["registrationEnabled"] is False
    assert arm.get(ZONE)["properties"]["numberOfVirtualNetworkLinks"] == 1
    assert arm.send("DELETE", ZONE).json()["error"]["code"] == "CannotDeleteResource"
    nowhere = GLOBAL | {"properties": {"virtualNetwork": {"id": f"{arm.id(NETWORK)}x"}}}
    assert arm.refused(f"{ZONE}/virtualNetworkLinks/other", nowhere)[1] == "InvalidResourceReference"


def test_a_zone_is_everywhere_and_has_two_labels(arm: Any) -> None:
    assert "global" in arm.refused(ZONE, GLOBAL | {"location": "eastus"})[2]
    assert arm.refused("Microsoft.Network/privateDnsZones/zone", GLOBAL)[0] == 400
