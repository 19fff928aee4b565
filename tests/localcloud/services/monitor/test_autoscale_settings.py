"""Autoscale settings: what is stored, and what could not be obeyed."""

from __future__ import annotations

import copy
from typing import Any

import pytest

SETTING = "Microsoft.Insights/autoscalesettings/scale"
TARGET = "Microsoft.Storage/storageAccounts/account1"


@pytest.fixture
def target(arm: Any) -> str:
    """Anything that is there."""
    body = {"location": "eastus", "kind": "StorageV2", "sku": {"name": "Standard_LRS"}}
    return str(arm.put(TARGET, body)["id"])


def setting(target: str) -> dict[str, Any]:
    """A setting with one rule."""
    trigger = {
        "metricName": "CpuUtilizationPercentage",
        "metricResourceUri": target,
        "operator": "GreaterThan",
        "statistic": "Average",
        "threshold": 70,
        "timeAggregation": "Average",
        "timeGrain": "PT1M",
        "timeWindow": "PT5M",
    }
    action = {"direction": "Increase", "type": "ChangeCount", "value": "1", "cooldown": "PT5M"}
    profile = {
        "name": "usual",
        "capacity": {"minimum": "1", "default": "1", "maximum": "3"},
        "rules": [{"metricTrigger": trigger, "scaleAction": action}],
    }
    return {"location": "eastus", "properties": {"targetResourceUri": target, "enabled": True, "profiles": [profile]}}


def changed(body: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """A body with another value at a path."""
    result = copy.deepcopy(body)
    *parents, last = path.split(".")
    place: Any = result["properties"]
    for name in parents:
        place = place[int(name) if name.isdecimal() else name]
    place[last] = value
    return result


def test_it_is_stored(arm: Any, target: str) -> None:
    found = arm.put(SETTING, setting(target))
    assert found["properties"]["name"] == "scale"
    assert found["properties"]["profiles"] == setting(target)["properties"]["profiles"]
    arm.delete(SETTING)


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        ("targetResourceUri", "/subscriptions/nowhere", "was not found"),
        ("profiles", [], "profiles"),
        ("profiles.0.capacity.minimum", "4", "minimum 4"),
        ("profiles.0.capacity.maximum", 3, "needs minimum, maximum and default"),
        ("profiles.0.rules.0.metricTrigger.operator", "Above", "'operator'"),
        ("profiles.0.rules.0.metricTrigger.threshold", None, "'threshold'"),
        ("profiles.0.rules.0.metricTrigger.timeWindow", "PT1M", "'timeWindow'"),
        ("profiles.0.rules.0.scaleAction.direction", "Up", "'direction'"),
        ("profiles.0.rules.0.scaleAction.cooldown", "5 minutes", "'cooldown'"),
        ("profiles.0.rules", [{}] * 11, "more than 10 rules"),
        ("name", "other", "'other'"),
    ],
)
def test_what_could_not_be_obeyed_is_refused(arm: Any, target: str, path: str, value: Any, named: str) -> None:
    status, code, message = arm.refused(SETTING, changed(setting(target), path, value))
    assert (status, code) == (400, "InvalidAutoscaleSetting")
    assert named in message


def test_a_resource_has_one(arm: Any, target: str) -> None:
    arm.put(SETTING, setting(target))
    status, code, message = arm.refused(f"{SETTING}-2", setting(target))
    assert status == 409
    assert "'scale'" in message
    assert code == "AutoscaleTargetAlreadyHasSetting"
