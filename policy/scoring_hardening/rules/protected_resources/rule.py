"""Workspaces and registries can't be deleted by mistake."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from azureml_scoring.policy_kit import Located, NotChecked, Resource, Rule, Severity, Stack, Undecided
from azureml_scoring.rules import Problem

from ...kinds import REGISTRY, WORKSPACE, one_of
from ...links import ARM_TYPES, is_about, kept
from ...settings import ScoringHardening, in_production

_BY_SCOPE: Final = "azure-native:authorization:ManagementLockByScope"
_ON_RESOURCE: Final = "azure-native:authorization:ManagementLockAtResourceLevel"
_ON_GROUP: Final = "azure-native:authorization:ManagementLockAtResourceGroupLevel"
_FIX: Final = "lock: {kind: CanNotDelete}, or ResourceOptions(protect=True)"
_GROUP: Final = "resourceGroupName"


def check_stack(stack: Stack, settings: ScoringHardening) -> Iterator[Located]:
    """Ask for the option protect, or for a lock on the resource or its resource group."""
    if not in_production(stack.run, settings, settings.protected_stacks):
        return
    for resource in kept(stack):
        try:
            held = resource.protected or any(
                _locks(one, resource) for one in stack.of_type(_BY_SCOPE, _ON_RESOURCE, _ON_GROUP)
            )
        except Undecided as unknown:
            yield Located(resource, NotChecked(f"lock on {resource.name}", unknown.path))
            continue
        if not held:
            rule = "must be protected (option protect) or locked, as what goes with it can't be made again"
            yield Located(resource, Problem(resource.name, rule, None, _FIX))


def _locks(lock: Resource, resource: Resource) -> bool:
    if not one_of(lock["level"], "CanNotDelete", "ReadOnly"):
        return False
    if lock.type == _BY_SCOPE:
        return is_about(lock, "scope", resource) or _same_group(lock, "scope", resource)
    if lock.type == _ON_RESOURCE:
        return _names(lock, resource)
    return _same_group(lock, _GROUP, resource)


def _names(lock: Resource, resource: Resource) -> bool:
    name, kind = lock["resourceName"], ARM_TYPES[resource.type].partition("/")[2]
    if not one_of(lock["resourceType"], kind):
        return False
    if name.known and resource["name"].known:
        return one_of(name, resource["name"].text() or "")
    return resource.urn in lock.property_dependencies.get("resourceName", ())


def _same_group(lock: Resource, key: str, resource: Resource) -> bool:
    """Whether a lock is on the resource group of a resource: by its name, or by the same resource that makes it."""
    value, group = lock[key], resource[_GROUP]
    if value.known and isinstance(value.raw, str) and isinstance(group.raw, str) and group.known:
        name = value.raw.lower().partition("/resourcegroups/")[2] if key == "scope" else value.raw.lower()
        return name == group.raw.lower()
    makers = set(lock.property_dependencies.get(key, ())) & set(resource.property_dependencies.get(_GROUP, ()))
    return any("azure-native:resources:ResourceGroup" in urn for urn in makers)


RULE = Rule(
    id="protected-resources",
    summary="In production a workspace and a registry are protected from deletion.",
    severity=Severity.HIGH,
    link="https://www.pulumi.com/docs/iac/concepts/resources/options/protect/",
    remediation="Give the component a lock, or the option protect: lineage and images don't come back.",
    reads={
        WORKSPACE: ("option protect",),
        REGISTRY: ("option protect",),
        _BY_SCOPE: ("level", "scope"),
        _ON_RESOURCE: ("level", "resourceName", "resourceType"),
        _ON_GROUP: ("level", _GROUP),
    },
    check_stack=check_stack,
    options=("production_stacks", "protected_stacks"),
)
