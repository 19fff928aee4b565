"""Application Insights components; shapes from ComponentsCreate.json."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from localcloud.cloud import Cloud

COMPONENT = "Microsoft.Insights/components/my-component"
WORKSPACE = "Microsoft.OperationalInsights/workspaces/my-workspace"
BODY: dict[str, Any] = {"location": "South Central US", "kind": "web", "properties": {"Application_Type": "web"}}


def test_a_component_has_the_shape_of_the_example(arm: Any, cloud: Cloud) -> None:
    workspace = arm.put(WORKSPACE, {"location": "southcentralus"})["id"]
    component = arm.put(COMPONENT, BODY | {"properties": {"Application_Type": "web", "WorkspaceResourceId": workspace}})
    properties = component["properties"]
    expected = {
        "ApplicationId": "my-component",
        "Application_Type": "web",
        "Flow_Type": "Bluefield",
        "Request_Source": "rest",
        "TenantId": cloud.settings.tenant_id,
        "SamplingPercentage": 100.0,
        "WorkspaceResourceId": workspace,
        "ConnectionString": f"InstrumentationKey={properties['InstrumentationKey']}",
        "IngestionMode": "LogAnalytics",
        "provisioningState": "Succeeded",
    }

    assert component["kind"] == "web"
    assert expected.items() <= properties.items()
    assert properties["AppId"] != properties["InstrumentationKey"]


def test_an_update_keeps_the_key(arm: Any) -> None:
    before = arm.put(COMPONENT, BODY)
    after = arm.put(COMPONENT, BODY | {"tags": {"a": "b"}})

    assert after["tags"] == {"a": "b"}
    for name in ("InstrumentationKey", "CreationDate"):
        assert after["properties"][name] == before["properties"][name]


def test_what_is_required_is_said(arm: Any) -> None:
    assert "'kind'" in arm.refused(COMPONENT, {"location": "westus", "properties": {"Application_Type": "web"}})[2]
    for wrong in ({}, {"Application_Type": ["web"]}):
        assert "Application_Type" in arm.refused(COMPONENT, BODY | {"properties": wrong})[2]
    missing = {"Application_Type": "web", "WorkspaceResourceId": arm.id(WORKSPACE)}
    assert "Workspace not found" in arm.refused(COMPONENT, BODY | {"properties": missing})[2]


def test_the_location_stays_and_delete_removes(arm: Any) -> None:
    arm.put(COMPONENT, BODY)
    assert arm.put(COMPONENT, BODY | {"location": "southcentralus"})
    assert "location" in arm.refused(COMPONENT, BODY | {"location": "westus"})[2]
    arm.delete(COMPONENT)
