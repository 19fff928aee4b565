"""Network rules of a vault; shapes from createVaultWithNetworkAcls.json."""

from __future__ import annotations

from typing import Any

import pytest

VAULT = "Microsoft.KeyVault/vaults/sample-vault"
TENANT = "00000000-0000-0000-0000-000000000000"
NETWORK = "Microsoft.Network/virtualNetworks/test-vnet"


def body(**acls: Any) -> dict[str, Any]:
    sku = {"family": "A", "name": "standard"}
    return {"location": "westus", "properties": {"tenantId": TENANT, "sku": sku, "networkAcls": acls}}


def test_addresses_become_ranges_and_subnets_have_to_be_there(arm: Any) -> None:
    subnets = [{"name": "subnet1", "properties": {"addressPrefix": "10.0.0.0/24"}}]
    network = {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}, "subnets": subnets}
    subnet = arm.put(NETWORK, {"location": "westus", "properties": network})["properties"]["subnets"][0]["id"]
    rules = {"ipRules": [{"value": "124.56.78.91"}], "virtualNetworkRules": [{"id": subnet}]}
    acls = arm.put(VAULT, body(defaultAction="Deny", bypass="AzureServices", **rules))["properties"]["networkAcls"]

    assert acls["ipRules"] == [{"value": "124.56.78.91/32"}]
    assert acls["virtualNetworkRules"] == [{"id": subnet.lower()}]


@pytest.mark.parametrize(
    "acls",
    [
        {"defaultAction": "Block"},
        {"bypass": "Everybody"},
        {"ipRules": [{"value": "here"}]},
        {"virtualNetworkRules": [{"id": "/subscriptions/s/resourceGroups/g/providers/A.B/c/d"}]},
    ],
)
def test_a_rule_that_is_none_is_refused(arm: Any, acls: dict[str, Any]) -> None:
    assert arm.refused(VAULT, body(**acls))[:2] == (400, "InvalidNetworkAcls")
