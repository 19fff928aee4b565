"""Network rules of a storage account."""

from __future__ import annotations

from typing import Any

import pytest

ACCOUNT = "Microsoft.Storage/storageAccounts/teststorage"


def body(**acls: Any) -> dict[str, Any]:
    properties = {"properties": {"networkAcls": {"defaultAction": "Deny"} | acls}}
    return {"kind": "StorageV2", "location": "eastus", "sku": {"name": "Standard_LRS"}} | properties


def test_rules_are_kept_and_an_account_is_open_by_default(arm: Any) -> None:
    rules = [{"value": "124.56.78.91", "action": "Allow"}]
    closed = arm.put(ACCOUNT, body(ipRules=rules))["properties"]["networkAcls"]
    is_open = arm.put("Microsoft.Storage/storageAccounts/other", body() | {"properties": {}})["properties"]

    assert (closed["defaultAction"], closed["ipRules"]) == ("Deny", rules)
    assert is_open["networkAcls"] == {
        "bypass": "AzureServices",
        "defaultAction": "Allow",
        "ipRules": [],
        "virtualNetworkRules": [],
    }


@pytest.mark.parametrize(
    "acls",
    [
        {"defaultAction": "Block"},
        {"ipRules": [{"value": "here"}]},
        {"ipRules": [{"value": "10.0.0.1"}]},
        {"ipRules": [{"value": "124.56.78.90/31"}]},
        {"virtualNetworkRules": [{"id": "/subscriptions/s/resourceGroups/g/providers/A.B/c/d"}]},
    ],
)
def test_a_rule_that_is_none_is_refused(arm: Any, acls: dict[str, Any]) -> None:
    assert arm.refused(ACCOUNT, body(**acls))[:2] == (400, "InvalidValuesForRequestParameters")
