"""Diagnostic settings: where the resource's logs and metrics go."""

from collections.abc import Sequence
from typing import NotRequired, TypedDict

import pulumi
from pulumi_azure_native import monitor

from .._component import key_problems
from ..rules import Problem
from ._subject import Subject, child_names, id_problems, repeated_names


class DiagnosticSetting(TypedDict):
    """Where logs and metrics of the resource go; one destination at least."""

    name: NotRequired[str]
    """Optional. Name of the setting. Default: made by Pulumi from the component's name."""

    workspace_resource_id: NotRequired[pulumi.Input[str]]
    """Conditional. ARM id of a Log Analytics workspace. Required if there is no other destination."""

    storage_account_resource_id: NotRequired[pulumi.Input[str]]
    """Conditional. ARM id of a storage account. Required if there is no other destination."""

    event_hub_authorization_rule_resource_id: NotRequired[pulumi.Input[str]]
    """Conditional. ARM id of an authorization rule of an Event Hubs namespace. Required if there is no other
    destination."""

    event_hub_name: NotRequired[pulumi.Input[str]]
    """Optional. Event hub in that namespace. Default: one for each category of logs, made by Azure."""

    log_category_groups: NotRequired[Sequence[str]]
    """Optional. Groups of log categories. Default: `["allLogs"]`. Example: `["audit"]`."""

    metric_categories: NotRequired[Sequence[str]]
    """Optional. Categories of metrics. Default: `["AllMetrics"]`."""


_DESTINATIONS = {
    "workspace_resource_id": "Microsoft.OperationalInsights/workspaces",
    "storage_account_resource_id": "Microsoft.Storage/storageAccounts",
    "event_hub_authorization_rule_resource_id": "Microsoft.EventHub/namespaces/authorizationRules",
}


def problems(settings: Sequence[DiagnosticSetting], subject: str) -> list[Problem]:
    """What is wrong with diagnostic settings."""
    found = repeated_names(subject, settings)
    for place, setting in enumerate(settings):
        entry = f"{subject}[{place}]"
        found += key_problems(DiagnosticSetting, setting, f"{entry}.")
        for key, resource_type in _DESTINATIONS.items():
            found += id_problems(f"{entry}.{key}", setting.get(key), resource_type)
        if not _DESTINATIONS.keys() & setting.keys():
            found.append(Problem(entry, "must have a destination", None, f"one of {', '.join(_DESTINATIONS)}"))
        if "event_hub_name" in setting and "event_hub_authorization_rule_resource_id" not in setting:
            rule = "is taken only with event_hub_authorization_rule_resource_id"
            found.append(Problem(f"{entry}.event_hub_name", rule, "a name", "both, or neither"))
    return found


def create(subject: Subject, settings: Sequence[DiagnosticSetting]) -> list[pulumi.Resource]:
    """Makes the settings."""
    return [
        monitor.DiagnosticSetting(
            name,
            resource_uri=subject.resource_id,
            name=setting.get("name"),
            workspace_id=setting.get("workspace_resource_id"),
            storage_account_id=setting.get("storage_account_resource_id"),
            event_hub_authorization_rule_id=setting.get("event_hub_authorization_rule_resource_id"),
            event_hub_name=setting.get("event_hub_name"),
            logs=[{"category_group": one, "enabled": True} for one in setting.get("log_category_groups", ["allLogs"])],
            metrics=[{"category": one, "enabled": True} for one in setting.get("metric_categories", ["AllMetrics"])],
            opts=subject.component.child(),
        )
        for name, setting in zip(child_names(f"{subject.name}-diagnostics", settings), settings, strict=True)
    ]
