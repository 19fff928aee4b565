"""Log Analytics workspaces; shapes from WorkspacesCreate.json."""

from __future__ import annotations

import base64
from typing import Any

WORKSPACE = "Microsoft.OperationalInsights/workspaces/oiautorest6685"
BODY: dict[str, Any] = {
    "location": "australiasoutheast",
    "tags": {"tag1": "val1"},
    "properties": {"sku": {"name": "PerGB2018"}, "retentionInDays": 30},
}


def test_a_workspace_has_the_shape_of_the_example(arm: Any) -> None:
    workspace = arm.put(WORKSPACE, BODY)
    expected = {
        "provisioningState": "Succeeded",
        "sku": {"name": "PerGB2018"},
        "retentionInDays": 30,
        "publicNetworkAccessForQuery": "Enabled",
        "publicNetworkAccessForIngestion": "Enabled",
    }

    assert expected.items() <= workspace["properties"].items()
    assert len(workspace["properties"]["customerId"]) == 36
    assert workspace["tags"] == {"tag1": "val1"}


def test_an_update_keeps_the_customer_id(arm: Any) -> None:
    before = arm.put(WORKSPACE, BODY)
    after = arm.put(WORKSPACE, BODY | {"properties": {"retentionInDays": 60}})

    assert after["properties"]["retentionInDays"] == 60
    assert after["properties"]["customerId"] == before["properties"]["customerId"]
    assert after["properties"]["createdDate"] == before["properties"]["createdDate"]


def test_what_can_not_be_is_refused(arm: Any) -> None:
    assert arm.refused(WORKSPACE, BODY | {"location": None})[1] == "LocationRequired"
    assert arm.refused(WORKSPACE, BODY | {"properties": {"retentionInDays": 1}})[1] == "InvalidParameter"
    assert "4-63" in arm.refused("Microsoft.OperationalInsights/workspaces/-ab-", BODY)[2]
    arm.put(WORKSPACE, BODY)
    assert "location" in arm.refused(WORKSPACE, BODY | {"location": "westus"})[2]


def test_shared_keys_are_two_and_in_no_document(arm: Any) -> None:
    arm.put(WORKSPACE, BODY)
    keys = arm.post(f"{WORKSPACE}/sharedKeys")

    assert set(keys) == {"primarySharedKey", "secondarySharedKey"}
    assert len(base64.b64decode(keys["primarySharedKey"])) == 64
    assert keys["primarySharedKey"] != keys["secondarySharedKey"]
    assert keys["primarySharedKey"] not in str(arm.get(WORKSPACE))


def test_an_action_that_is_not_built_is_named(arm: Any) -> None:
    arm.put(WORKSPACE, BODY)
    response = arm.send("POST", f"{WORKSPACE}/regenerateSharedKey", {})

    assert response.status_code == 501
    assert "regenerateSharedKey" in response.json()["error"]["message"]
    assert "sharedKeys" in response.json()["error"]["message"]


def test_delete(arm: Any) -> None:
    arm.put(WORKSPACE, BODY)
    arm.delete(WORKSPACE)
