"""Nothing of production is reached from the public network."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from azureml_scoring.policy_kit import Resource, Result, Rule, Severity, Value
from azureml_scoring.rules import Problem

from ...kinds import ENDPOINT, ML, REGISTRY, TEMPLATE, WORKSPACE, body, endpoints, one_of
from ...settings import ScoringHardening, in_production

_VAULT: Final = "azure-native:keyvault:Vault"
_STORAGE: Final = "azure-native:storage:StorageAccount"
_KEY: Final = "publicNetworkAccess"
_WIDEST: Final = 8
"""Bits of the network's part of a range below which it is as good as everybody."""


def check(resource: Resource, settings: ScoringHardening) -> Iterator[Result]:
    """Refuse what everybody on the internet can reach."""
    if in_production(resource.run, settings, settings.private_stacks):
        yield from _CHECKS[resource.type](resource)


def _closed(holder: Value) -> Iterator[Result]:
    if not one_of(holder[_KEY], "Disabled"):
        yield Problem(f"{holder.path}.{_KEY}".lstrip("."), "must be Disabled", holder[_KEY].shown, "Disabled")


def _workspace(resource: Resource) -> Iterator[Result]:
    yield from _closed(resource.properties)
    if resource["allowPublicAccessWhenBehindVnet"].flag():
        yield Problem("allowPublicAccessWhenBehindVnet", "must not be true", "true", "false")


def _endpoint(resource: Resource) -> Iterator[Result]:
    for endpoint in endpoints(resource):
        # An endpoint on Kubernetes is reached as its cluster is.
        if endpoint["compute"].raw is None:
            yield from _closed(endpoint)


def _guarded(holder: Value, rules: Value, address: str) -> Iterator[Result]:
    """Either nobody, or by rules nobody but those who are listed."""
    if one_of(holder[_KEY], "Disabled"):
        return
    if not one_of(rules["defaultAction"], "Deny"):
        rule = f"must be Disabled, or {rules.path}.defaultAction Deny"
        yield Problem(f"{holder.path}.{_KEY}".lstrip("."), rule, holder[_KEY].shown, "Disabled")
        return
    for one in rules["ipRules"].elements():
        if _wide(one[address].text() or ""):
            yield Problem(f"{one.path}.{address}", "must not be everybody", one[address].shown, "203.0.113.0/24")


def _wide(text: str) -> bool:
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        return True
    return network.prefixlen < _WIDEST or network.network_address.is_unspecified


_CHECKS: Final[Mapping[str, Callable[[Resource], Iterator[Result]]]] = {
    WORKSPACE: _workspace,
    f"{ML}:Registry": lambda resource: _closed(body(resource) if body(resource).raw else resource.properties),
    ENDPOINT: _endpoint,
    TEMPLATE: _endpoint,
    REGISTRY: lambda resource: _guarded(resource.properties, resource["networkRuleSet"], "iPAddressOrRange"),
    _STORAGE: lambda resource: _guarded(resource.properties, resource["networkRuleSet"], "iPAddressOrRange"),
    _VAULT: lambda resource: _guarded(resource["properties"], resource["properties"]["networkAcls"], "value"),
}

RULE = Rule(
    id="public-network-access",
    summary="In production no workspace, registry, storage, key vault or endpoint is open to everybody.",
    severity=Severity.HIGH,
    link="https://learn.microsoft.com/azure/machine-learning/how-to-configure-private-link",
    remediation="Set publicNetworkAccess to Disabled, or defaultAction to Deny with a list of who may come.",
    reads={
        WORKSPACE: (_KEY, "allowPublicAccessWhenBehindVnet"),
        f"{ML}:Registry": (_KEY,),
        ENDPOINT: (f"properties.{_KEY}", "properties.compute"),
        TEMPLATE: (f"properties.template.resources[*].properties.{_KEY}",),
        REGISTRY: (_KEY, "networkRuleSet"),
        _STORAGE: (_KEY, "networkRuleSet"),
        _VAULT: (f"properties.{_KEY}", "properties.networkAcls"),
    },
    check=check,
    options=("production_stacks", "private_stacks"),
    nearest={
        "Checkov": "CKV_AZURE_139 (registry), CKV_AZURE_144 (workspace), CKV_AZURE_59, CKV_AZURE_189",
        "Trivy": "AZU-0012, AZU-0013 (storage, key vault: default action)",
        "Azure Policy": "438c38d2 (workspace), 0fdf0491 and d0793b48 (registry)",
    },
)
