"""Where a group is: subnets, zones, graphics cards, and that it does not move."""

from __future__ import annotations

from typing import Any

import pytest

from tests.localcloud.services.containerinstance.conftest import GROUP

NETWORK = "Microsoft.Network/virtualNetworks/net"
PRIVATE = {"type": "Private", "ports": [{"port": 80, "protocol": "TCP"}]}
GPU = {"requests": {"cpu": 1, "memoryInGB": 1.5, "gpu": {"count": 1, "sku": "V100"}}}


@pytest.fixture
def subnet(arm: Any) -> str:
    """A subnet for container groups."""
    return make_subnet(arm, "Microsoft.ContainerInstance/containerGroups")


def make_subnet(arm: Any, *services: str, location: str = "westus") -> str:
    """A subnet that is delegated to services."""
    arm.put(NETWORK, {"location": location, "properties": {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}}})
    delegations = [{"name": f"d{n}", "properties": {"serviceName": name}} for n, name in enumerate(services)]
    properties = {"addressPrefix": "10.0.1.0/24", "delegations": delegations}
    return str(arm.put(f"{NETWORK}/subnets/aci", {"properties": properties})["id"])


def test_a_group_in_a_subnet_has_a_private_address(groups: Any, subnet: str) -> None:
    found = groups.put(groups.body(ipAddress=PRIVATE, subnetIds=[{"id": subnet}]))["properties"]
    assert found["ipAddress"]["type"] == "Private"
    assert found["ipAddress"]["ip"].startswith("127.")
    assert "fqdn" not in found["ipAddress"]
    assert found["subnetIds"] == [{"id": subnet}]


def test_a_subnet_that_a_group_is_in_stays(groups: Any, subnet: str) -> None:
    groups.put(groups.body(ipAddress=PRIVATE, subnetIds=[{"id": subnet}]))
    refusal = groups.arm.send("DELETE", subnet)
    assert refusal.status_code == 400
    assert refusal.json()["error"]["code"] == "InUseSubnetCannotBeDeleted"
    groups.arm.delete(GROUP)
    groups.arm.delete(subnet)


def test_a_subnet_needs_the_delegation(groups: Any) -> None:
    other = make_subnet(groups.arm, "Microsoft.Web/serverFarms")
    status, code, message = groups.refused(groups.body(ipAddress=PRIVATE, subnetIds=[{"id": other}]))
    assert (status, code) == (400, "SubnetMissingRequiredDelegation")
    assert message.startswith(f"Subnet {other} requires any of the following delegation(s)")


def test_a_subnet_is_there_and_in_the_groups_region(groups: Any) -> None:
    wanted = groups.arm.id(f"{NETWORK}/subnets/aci")
    body = groups.body(ipAddress=PRIVATE, subnetIds=[{"id": wanted}])
    assert groups.refused(body)[:2] == (400, "InvalidResourceReference")
    make_subnet(groups.arm, "Microsoft.ContainerInstance/containerGroups", location="eastus")
    assert "another region" in groups.refused(body)[2]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"ipAddress": {"type": "Public", "ports": [{"port": 80}]}}, "has a Private ipAddress"),
        ({"ipAddress": PRIVATE | {"dnsNameLabel": "demo"}}, "needs a Public ipAddress"),
        ({"resources": GPU}, "have no gpu"),
    ],
)
def test_what_a_group_in_a_subnet_can_not_have_is_refused(
    groups: Any, subnet: str, change: dict[str, Any], words: str
) -> None:
    inner = {"resources": change["resources"]} if "resources" in change else None
    address = change.get("ipAddress", PRIVATE)
    assert words in groups.refused(groups.body(inner, ipAddress=address, subnetIds=[{"id": subnet}]))[2]


def test_a_zone_is_one_and_for_life(groups: Any) -> None:
    assert groups.put(groups.body() | {"zones": ["1"]})["zones"] == ["1"]
    assert groups.refused(groups.body() | {"zones": ["2"]})[1] == "InvalidContainerGroupUpdate"
    assert groups.refused(groups.body())[1] == "InvalidContainerGroupUpdate"
    groups.arm.delete(GROUP)
    assert "one zone" in groups.refused(groups.body() | {"zones": ["1", "2"]})[2]


def test_graphics_cards_are_taken_and_for_life(groups: Any) -> None:
    found = groups.put(groups.body({"resources": GPU}))
    assert found["properties"]["containers"][0]["properties"]["resources"] == GPU
    assert groups.refused(groups.body())[1] == "InvalidContainerGroupUpdate"


def test_logs_go_where_they_went_for_life(groups: Any) -> None:
    def sent_to(workspace: str) -> dict[str, Any]:
        key = {"workspaceKey": "a-very-secret-value"}
        body: dict[str, Any] = groups.body(diagnostics={"logAnalytics": {"workspaceId": workspace, **key}})
        return body

    groups.put(sent_to("first"))
    assert groups.refused(sent_to("second"))[1] == "InvalidContainerGroupUpdate"
    assert groups.put(sent_to("first"))["properties"]["diagnostics"] == {"logAnalytics": {"workspaceId": "first"}}
