"""Private endpoints; shapes from PrivateEndpointCreate.json and PrivateEndpointCreateForManualApproval.json."""

from __future__ import annotations

from typing import Any

import pytest

from tests.localcloud.services.network.conftest import NETWORK, network

ENDPOINT = "Microsoft.Network/privateEndpoints/testPe"
REGISTRY = "Microsoft.ContainerRegistry/registries/premiumRegistry"


@pytest.fixture
def premium(arm: Any) -> str:
    """A Premium registry's id."""
    found: str = arm.put(REGISTRY, {"location": "eastus", "sku": {"name": "Premium"}, "properties": {}})["id"]
    return found


def endpoint(
    subnet: str, target: str, group: str = "registry", kind: str = "privateLinkServiceConnections"
) -> dict[str, Any]:
    connection = {"name": "pls", "properties": {"groupIds": [group], "privateLinkServiceId": target}}
    return {"location": "eastus", "properties": {"subnet": {"id": subnet}, kind: [connection]}}


def test_an_endpoint_is_connected_at_both_ends(arm: Any, subnet: str, premium: str) -> None:
    made = arm.put(ENDPOINT, endpoint(subnet, premium))
    connection = made["properties"]["privateLinkServiceConnections"][0]
    (far,) = arm.get(f"{premium}/privateEndpointConnections")["value"]

    assert connection["properties"]["privateLinkServiceConnectionState"]["status"] == "Approved"
    assert connection["id"] == f"{made['id']}/privateLinkServiceConnections/pls"
    assert far["properties"]["privateEndpoint"] == {"id": made["id"]}
    assert far["properties"]["privateLinkServiceConnectionState"]["description"] == "Auto-Approved"
    assert far["name"].startswith("testPe.")
    assert made["properties"]["customDnsConfigs"] == [
        {"fqdn": "premiumregistry.azurecr.io", "ipAddresses": ["10.0.0.4"]},
        {"fqdn": "premiumregistry.eastus.data.azurecr.io", "ipAddresses": ["10.0.0.5"]},
    ]
    (interface,) = made["properties"]["networkInterfaces"]
    assert "/providers/Microsoft.Network/networkInterfaces/testPe.nic." in interface["id"]


def test_a_second_write_changes_nothing(arm: Any, subnet: str, premium: str) -> None:
    first = arm.put(ENDPOINT, endpoint(subnet, premium))
    second = arm.put(ENDPOINT, endpoint(subnet, premium))

    assert second == first
    assert len(arm.get(f"{premium}/privateEndpointConnections")["value"]) == 1


def test_two_endpoints_have_different_addresses(arm: Any, subnet: str, premium: str) -> None:
    arm.put(ENDPOINT, endpoint(subnet, premium))
    second = arm.put(f"{ENDPOINT}2", endpoint(subnet, premium))

    assert [config["ipAddresses"] for config in second["properties"]["customDnsConfigs"]] == [
        ["10.0.0.6"],
        ["10.0.0.7"],
    ]


def test_an_endpoint_that_goes_disconnects(arm: Any, subnet: str, premium: str) -> None:
    arm.put(ENDPOINT, endpoint(subnet, premium))
    arm.delete(ENDPOINT)

    assert arm.get(f"{premium}/privateEndpointConnections")["value"] == []


def test_an_endpoint_sees_that_its_target_is_gone(arm: Any, subnet: str, premium: str) -> None:
    arm.put(ENDPOINT, endpoint(subnet, premium))
    arm.delete(premium)
    connection = arm.get(ENDPOINT)["properties"]["privateLinkServiceConnections"][0]

    assert connection["properties"]["privateLinkServiceConnectionState"]["status"] == "Disconnected"


def test_a_manual_connection_waits_for_its_approval(arm: Any, subnet: str, premium: str) -> None:
    kind = "manualPrivateLinkServiceConnections"
    made = arm.put(ENDPOINT, endpoint(subnet, premium, kind=kind))
    (far,) = arm.get(f"{premium}/privateEndpointConnections")["value"]
    approval = {"privateLinkServiceConnectionState": {"status": "Approved", "description": "by me"}}
    arm.put(far["id"], {"properties": approval})
    now = arm.get(ENDPOINT)["properties"][kind][0]["properties"]["privateLinkServiceConnectionState"]

    assert made["properties"][kind][0]["properties"]["privateLinkServiceConnectionState"]["status"] == "Pending"
    assert (now["status"], now["description"]) == ("Approved", "by me")
    assert arm.send("PUT", f"{premium}/privateEndpointConnections/other", {}).status_code == 405


def test_only_a_premium_registry_has_endpoints(arm: Any, subnet: str, registry: dict[str, Any]) -> None:
    refused = arm.refused(ENDPOINT, endpoint(subnet, registry["id"]))

    assert refused[0] == 400
    assert "Premium" in refused[2] or "Basic" in refused[2]


def test_what_an_endpoint_names_has_to_be_there(arm: Any, subnet: str, premium: str) -> None:
    assert arm.refused(ENDPOINT, endpoint(f"{subnet}x", premium))[1] == "InvalidResourceReference"
    assert arm.refused(ENDPOINT, endpoint(subnet, f"{premium}x"))[1] == "InvalidResourceReference"
    assert "registry" in arm.refused(ENDPOINT, endpoint(subnet, premium, "vault"))[2]
    elsewhere = arm.put(f"{NETWORK}2", network(("far", "10.0.0.0/24")) | {"location": "westus"})
    far = elsewhere["properties"]["subnets"][0]["id"]
    assert arm.refused(ENDPOINT, endpoint(far, premium))[1] == "InvalidResourceReference"
    assert arm.refused(ENDPOINT, {"location": "eastus", "properties": {"subnet": {"id": subnet}}})[0] == 400


def test_an_endpoint_stays_in_its_subnet(arm: Any, subnet: str, premium: str) -> None:
    arm.put(ENDPOINT, endpoint(subnet, premium))
    arm.put(f"{NETWORK}/subnets/test-2", {"properties": {"addressPrefix": "10.0.1.0/24"}})

    assert arm.refused(ENDPOINT, endpoint(subnet.replace("test-1", "test-2"), premium))[0] == 400


def test_a_subnet_with_an_endpoint_is_not_removed(arm: Any, subnet: str, premium: str) -> None:
    arm.put(ENDPOINT, endpoint(subnet, premium))
    refusals = [arm.send("DELETE", path).json()["error"] for path in (subnet, NETWORK)]

    assert [refusal["code"] for refusal in refusals] == ["InUseSubnetCannotBeDeleted"] * 2
    arm.delete(ENDPOINT)
    arm.delete(NETWORK)


def test_a_group_takes_its_endpoints_along(arm: Any, subnet: str, premium: str) -> None:
    arm.put(ENDPOINT, endpoint(subnet, premium))

    assert arm.operation(arm.send("DELETE", arm.group))["status"] == "Succeeded"


def test_a_full_subnet_has_no_place(arm: Any, premium: str) -> None:
    arm.put(NETWORK, network(("small", "10.0.9.0/30")))
    small = arm.get(f"{NETWORK}/subnets/small")["id"]

    assert arm.refused(ENDPOINT, endpoint(small, premium))[1] == "SubnetIsFull"


@pytest.mark.parametrize(
    ("target", "group", "body"),
    [
        (
            "Microsoft.KeyVault/vaults/testkv",
            "vault",
            {
                "properties": {
                    "tenantId": "00000000-0000-0000-0000-000000000000",
                    "sku": {"family": "A", "name": "standard"},
                }
            },
        ),
        (
            "Microsoft.Storage/storageAccounts/teststorage",
            "blob",
            {"kind": "StorageV2", "sku": {"name": "Standard_LRS"}},
        ),
    ],
)
def test_vaults_and_accounts_show_their_connections(
    arm: Any, subnet: str, target: str, group: str, body: dict[str, Any]
) -> None:
    made = arm.put(target, {"location": "eastus"} | body)
    assert made["properties"]["privateEndpointConnections"] == []
    arm.put(ENDPOINT, endpoint(subnet, made["id"], group))
    arm.put(target, {"location": "eastus"} | body)
    (connection,) = arm.get(target)["properties"]["privateEndpointConnections"]

    assert connection["properties"]["privateEndpoint"]["id"] == arm.id(ENDPOINT)
