"""The managed network of a workspace and its outbound rules; shapes from Workspace_get.json."""

from __future__ import annotations

from typing import Any

from tests.localcloud.services.machinelearning.conftest import WORKSPACE, changed

RULE = f"{WORKSPACE}/outboundRules/pypi"
FQDN = {"type": "FQDN", "destination": "pypi.example"}
APPROVED = {"isolationMode": "AllowOnlyApprovedOutbound"}


def test_rules_are_shown_in_the_network_wherever_they_were_written(arm: Any, body: dict[str, Any]) -> None:
    inline = APPROVED | {"outboundRules": {"conda": FQDN}}
    arm.put(WORKSPACE, changed(body, managedNetwork=inline))
    rule = arm.put(RULE, {"properties": FQDN})
    network = arm.get(WORKSPACE)["properties"]["managedNetwork"]

    assert rule["properties"] == FQDN | {"category": "UserDefined", "status": "Inactive"}
    assert network["isolationMode"] == "AllowOnlyApprovedOutbound"
    assert network["outboundRules"].keys() == {"conda", "pypi"}
    assert len(network["networkId"]) == 36


def test_the_network_stays_when_it_is_left_out(arm: Any, body: dict[str, Any]) -> None:
    before = arm.put(WORKSPACE, changed(body, managedNetwork=APPROVED))
    after = arm.put(WORKSPACE, body)

    assert after["properties"]["managedNetwork"] == before["properties"]["managedNetwork"]


def test_a_network_does_not_end(arm: Any, body: dict[str, Any]) -> None:
    arm.put(WORKSPACE, changed(body, managedNetwork=APPROVED))
    off = {"isolationMode": "Disabled"}

    assert "isolationMode" in arm.refused(WORKSPACE, changed(body, managedNetwork=off))[2]
    assert "Enabled" in arm.refused(WORKSPACE, changed(body, managedNetwork={"isolationMode": "Enabled"}))[2]


def test_a_rule_needs_a_network_a_type_and_a_destination(arm: Any, body: dict[str, Any]) -> None:
    arm.put(WORKSPACE, body)
    assert "isolationMode" in arm.refused(RULE, {"properties": FQDN})[2]
    arm.put(WORKSPACE, changed(body, managedNetwork=APPROVED))

    assert "type" in arm.refused(RULE, {"properties": {"destination": "a"}})[2]
    assert "destination" in arm.refused(RULE, {"properties": {"type": "FQDN"}})[2]
