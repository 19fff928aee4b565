"""Diagnostic settings; shapes from createOrUpdateDiagnosticSetting.json and listDiagnosticSettingsCategories.json."""

from __future__ import annotations

from typing import Any

import pytest

SETTING = "providers/Microsoft.Insights/diagnosticSettings/mysetting"
ALL: dict[str, Any] = {
    "logs": [{"categoryGroup": "allLogs", "enabled": True}],
    "metrics": [{"category": "AllMetrics", "enabled": True}],
}


@pytest.fixture
def logs(arm: Any) -> str:
    """A Log Analytics workspace's id."""
    found: str = arm.put("Microsoft.OperationalInsights/workspaces/logs", {"location": "eastus"})["id"]
    return found


def test_a_setting_has_the_shape_of_the_example(arm: Any, registry: dict[str, Any], logs: str) -> None:
    made = arm.put(f"{registry['id']}/{SETTING}", {"properties": ALL | {"workspaceId": logs}})
    none = {"retentionPolicy": {"days": 0, "enabled": False}}

    assert (made["type"], made["name"]) == ("Microsoft.Insights/diagnosticSettings", "mysetting")
    assert made["id"] == f"{registry['id']}/{SETTING}"
    assert made["properties"]["logs"] == [ALL["logs"][0] | none]
    assert made["properties"]["metrics"] == [ALL["metrics"][0] | none]
    assert arm.get(f"{registry['id']}/{SETTING.rpartition('/')[0]}")["value"] == [made]
    arm.delete(f"{registry['id']}/{SETTING}")


def test_a_destination_is_needed_and_has_to_be_there(arm: Any, registry: dict[str, Any], logs: str) -> None:
    path = f"{registry['id']}/{SETTING}"

    assert arm.refused(path, {"properties": ALL})[2] == "At least one data sink needs to be specified."
    assert arm.refused(path, {"properties": ALL | {"workspaceId": f"{logs}x"}})[1] == "ResourceNotFound"
    assert arm.refused(path, {"properties": ALL | {"workspaceId": registry["id"]}})[1] == "ResourceNotFound"
    assert arm.refused(path, {"properties": ALL | {"storageAccountId": logs}})[1] == "ResourceNotFound"


@pytest.mark.parametrize(
    "entries",
    [
        {"logs": [{"categoryGroup": "everything"}]},
        {"logs": [{"category": "AuditEvent"}]},
        {"metrics": [{"category": "Transaction"}]},
    ],
)
def test_categories_are_those_of_the_resource(
    arm: Any, registry: dict[str, Any], logs: str, entries: dict[str, Any]
) -> None:
    refused = arm.refused(f"{registry['id']}/{SETTING}", {"properties": entries | {"workspaceId": logs}})

    assert refused[:2] == (400, "BadRequest")
    assert refused[2].endswith("is not supported.")


def test_the_same_is_not_sent_twice_to_the_same_place(arm: Any, registry: dict[str, Any], logs: str) -> None:
    body = {"properties": ALL | {"workspaceId": logs}}
    arm.put(f"{registry['id']}/{SETTING}", body)
    arm.put(f"{registry['id']}/{SETTING}", body)
    refused = arm.refused(f"{registry['id']}/{SETTING}2", body)

    assert refused[:2] == (409, "Conflict")
    assert "already used in diagnostic setting 'mysetting' for category 'AllMetrics'" in refused[2]
    metrics = {"properties": {"logs": [{"categoryGroup": "audit"}], "workspaceId": logs}}
    assert arm.put(f"{registry['id']}/{SETTING}2", metrics)["name"] == "mysetting2"


def test_a_setting_needs_its_resource(arm: Any, logs: str) -> None:
    nowhere = arm.id("Microsoft.ContainerRegistry/registries/nowhere")

    assert arm.refused(f"{nowhere}/{SETTING}", {"properties": ALL | {"workspaceId": logs}})[0] == 404


def test_the_categories_of_a_resource(arm: Any, registry: dict[str, Any]) -> None:
    path = f"{registry['id']}/providers/Microsoft.Insights/diagnosticSettingsCategories"
    found = {each["name"]: each["properties"] for each in arm.get(path)["value"]}

    assert found["ContainerRegistryLoginEvents"] == {"categoryType": "Logs", "categoryGroups": ["allLogs", "audit"]}
    assert found["AllMetrics"] == {"categoryType": "Metrics"}
    assert arm.get(f"{path}/AllMetrics")["name"] == "AllMetrics"
    assert arm.send("GET", f"{path}/Nothing").status_code == 404
    assert arm.send("PUT", f"{path}/AllMetrics", {}).status_code == 405
