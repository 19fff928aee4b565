"""Diagnostic settings: which logs and metrics of a resource go where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from localcloud.arm.errors import MethodNotAllowed, ResourceNotFound
from localcloud.arm.ids import ResourceId
from localcloud.arm.resource_type import Facts, Request, ResourceType
from localcloud.services.monitor import categories
from localcloud.services.monitor.errors import (
    DestinationInUse,
    DestinationNotFound,
    NoDestination,
    UnsupportedCategory,
)

if TYPE_CHECKING:
    from localcloud.arm.store import Document
    from localcloud.cloud import Cloud

SETTING_TYPE = "Microsoft.Insights/diagnosticSettings"
_CATEGORY_TYPE = "Microsoft.Insights/diagnosticSettingsCategories"
_RESOURCES = {
    "workspaceId": "Microsoft.OperationalInsights/workspaces",
    "storageAccountId": "Microsoft.Storage/storageAccounts",
}
_SINKS = (*_RESOURCES, "eventHubAuthorizationRuleId", "marketplacePartnerId", "serviceBusRuleId")
_NO_RETENTION = {"days": 0, "enabled": False}


class DiagnosticSettings(ResourceType):
    """`Microsoft.Insights/diagnosticSettings`, at any scope."""

    type = SETTING_TYPE
    stateful = False
    extension = True
    facts = Facts(
        name_rule=r"[^*<>%&:\\?+/]{1,260}",
        objects=("properties.logs[]", "properties.metrics[]"),
        texts=tuple(f"properties.{name}" for name in _SINKS),
        defaults={
            "properties.logs": [],
            "properties.metrics": [],
            "properties.logs[].retentionPolicy": _NO_RETENTION,
            "properties.metrics[].retentionPolicy": _NO_RETENTION,
        },
    )

    def admit(self, request: Request) -> None:
        """A destination that is there, categories that the resource has, and no second way to the same place."""
        sinks = _sinks(request.properties)
        if not sinks:
            raise NoDestination
        for name, resource_type in _RESOURCES.items():
            if name in sinks:
                _check_destination(request.cloud, sinks[name], resource_type)
        known = categories.of_type(ResourceId.parse(request.id.scope).type)
        if known is not None:
            _check_categories(request.properties, known)
        for other in request.cloud.resources.below(request.id.scope, self.type):
            if other["id"].lower() != request.id.key and _scope(other) == request.id.scope.lower():
                _check_overlap(request, other)


class DiagnosticCategories(ResourceType):
    """`Microsoft.Insights/diagnosticSettingsCategories`: what a resource has; read-only."""

    type = _CATEGORY_TYPE
    stateful = False
    extension = True

    def admit(self, request: Request) -> None:
        """A resource's categories are what they are."""
        raise MethodNotAllowed("PUT", request.id.text)

    def read(self, cloud: Cloud, resource_id: ResourceId) -> Document:
        """One category."""
        found = self.listed(cloud, resource_id.scope, {})
        document = next((each for each in found if each["name"].lower() == resource_id.name.lower()), None)
        if document is None:
            raise ResourceNotFound(resource_id.type_and_name, resource_id.group)
        return document

    def listed(self, cloud: Cloud, scope: str, query: Mapping[str, str]) -> list[Document]:
        """All categories of the resource."""
        del query
        known = categories.of_type(ResourceId.parse(cloud.resources.get(ResourceId.parse(scope))["id"]).type)
        if known is None:
            return []
        groups = {"categoryGroups": list(known.groups)}
        logs = [_category(scope, name, {"categoryType": "Logs"} | groups) for name in known.logs]
        return logs + [_category(scope, name, {"categoryType": "Metrics"}) for name in known.metrics]


def _category(scope: str, name: str, properties: Document) -> Document:
    place = f"{scope}/providers/{_CATEGORY_TYPE}/{name}"
    return {"id": place, "name": name, "type": _CATEGORY_TYPE, "properties": properties}


def _sinks(properties: Mapping[str, Any]) -> dict[str, str]:
    return {name: properties[name] for name in _SINKS if properties.get(name)}


def _scope(setting: Document) -> str:
    return ResourceId.parse(setting["id"]).scope.lower()


def _check_destination(cloud: Cloud, resource_id: str, resource_type: str) -> None:
    parsed = ResourceId.parse(resource_id)
    if parsed.type.lower() != resource_type.lower() or cloud.resources.find(parsed) is None:
        raise DestinationNotFound(resource_id)


def _check_categories(properties: Mapping[str, Any], known: categories.Categories) -> None:
    for kind, names in (("logs", known.logs), ("metrics", known.metrics)):
        for entry in properties[kind]:
            group, name = entry.get("categoryGroup"), entry.get("category")
            if group and group not in known.groups:
                raise UnsupportedCategory("Category group", group)
            if not group and name not in names:
                raise UnsupportedCategory("Category", str(name))


def _asked(properties: Mapping[str, Any]) -> Iterator[str]:
    for entry in (*properties["logs"], *properties["metrics"]):
        if entry.get("enabled", True):
            yield entry.get("categoryGroup") or entry.get("category") or ""


def _check_overlap(request: Request, other: Document) -> None:
    shared = _sinks(request.properties).items() & _sinks(other["properties"]).items()
    both = set(_asked(request.properties)) & set(_asked(other["properties"]))
    if shared and both:
        sink = min(value for _, value in shared)
        raise DestinationInUse(sink, other["name"], min(both), request.id.scope)
