"""Virtual networks and subnets; shapes from VirtualNetworkCreateSubnet.json."""

from __future__ import annotations

from typing import Any

import pytest

from tests.localcloud.services.network.conftest import NETWORK, SUBNET, network


def test_a_network_shows_its_subnets_wherever_they_were_written(arm: Any) -> None:
    arm.put(NETWORK, network(("test-1", "10.0.0.0/24")))
    arm.put(f"{NETWORK}/subnets/test-2", {"properties": {"addressPrefixes": ["10.0.1.0/24"]}})
    subnets = arm.get(NETWORK)["properties"]["subnets"]

    assert [subnet["name"] for subnet in subnets] == ["test-1", "test-2"]
    assert subnets[0]["id"] == arm.get(SUBNET)["id"]
    assert subnets[0]["properties"]["addressPrefix"] == "10.0.0.0/24"
    assert subnets[0]["properties"]["privateEndpointNetworkPolicies"] == "Disabled"
    assert subnets[0]["properties"].keys() == arm.get(SUBNET)["properties"].keys()


def test_subnets_that_are_left_out_stay(arm: Any) -> None:
    arm.put(NETWORK, network(("test-1", "10.0.0.0/24")))

    assert [subnet["name"] for subnet in arm.put(NETWORK, network())["properties"]["subnets"]] == ["test-1"]


@pytest.mark.parametrize(
    ("prefix", "code"),
    [
        ("10.1.0.0/24", "NetcfgInvalidSubnet"),
        ("fd00::/64", "NetcfgInvalidSubnet"),
        ("10.0.0.128/25", "NetcfgSubnetRangesOverlap"),
        ("10.0.0.1/24", "InvalidAddressPrefixFormat"),
        ("", "MissingJsonProperty"),
    ],
)
def test_a_subnet_has_addresses_of_its_own(arm: Any, prefix: str, code: str) -> None:
    arm.put(NETWORK, network(("test-1", "10.0.0.0/24")))
    alone = arm.refused(f"{NETWORK}/subnets/test-2", {"properties": {"addressPrefix": prefix}})
    inline = arm.refused(NETWORK, network(("test-1", "10.0.0.0/24"), ("test-2", prefix)))

    assert alone[:2] == inline[:2] == (400, code)


def test_a_network_needs_addresses_and_a_subnet_a_network(arm: Any) -> None:
    assert "addressPrefixes" in arm.refused(NETWORK, {"location": "eastus", "properties": {}})[2]
    assert arm.refused(SUBNET, {"properties": {"addressPrefix": "10.0.0.0/24"}})[1] == "ParentResourceNotFound"


def test_a_network_goes_with_its_subnets(arm: Any, subnet: str) -> None:
    arm.delete(NETWORK)

    assert arm.send("GET", subnet).status_code == 404
