"""Who reaches a registry's data plane: public network access and IP rules, by the client's address."""

from __future__ import annotations

from ipaddress import IPv4Network, ip_address
from typing import TYPE_CHECKING, Any

from localcloud.registry.errors import AddressDenied
from localcloud.services.containerregistry.errors import NetworkRuleInvalid

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localcloud.arm.store import Document

AZURE_ADDRESS = "20.33.0.1"
"""Where Azure's own services come from (an address of Microsoft's): container groups and ACR Tasks."""

_TASKS_DENIED = (
    "failed to login, ran out of retries: failed to set docker credentials: Error response from daemon: Get "
    '"https://{login_server}/v2/": denied: {refusal}'
)


def admits(properties: Mapping[str, Any], address: str) -> bool:
    """Whether a client at this address (empty: unknown) gets an answer of a registry with these properties."""
    if properties.get("publicNetworkAccess") == "Disabled":
        return False
    rules = properties.get("networkRuleSet") or {}
    if rules.get("defaultAction", "Allow") == "Allow":
        return True
    return bool(address) and any(ip_address(address) in _network(rule["value"]) for rule in rules.get("ipRules") or [])


def admits_tasks(properties: Mapping[str, Any], task_run: Document) -> bool:
    """Whether a task run reaches its own registry: by its address, or past the rules by its system-assigned identity.

    The latter needs both of `networkRuleBypassOptions` and `networkRuleBypassAllowedForTasks`.
    """
    bypass = properties.get("networkRuleBypassOptions") == "AzureServices"
    has_identity = "SystemAssigned" in (task_run.get("identity") or {}).get("type", "")
    allowed = bypass and bool(properties.get("networkRuleBypassAllowedForTasks")) and has_identity
    return allowed or admits(properties, AZURE_ADDRESS)


def check(properties: Mapping[str, Any]) -> None:
    """Raises NetworkRuleInvalid for a rule that can't be read."""
    for rule in (properties.get("networkRuleSet") or {}).get("ipRules") or []:
        _network(rule.get("value") if isinstance(rule, dict) else rule)


def has_rules(properties: Mapping[str, Any]) -> bool:
    """Whether some addresses are treated unlike others."""
    rules = properties.get("networkRuleSet") or {}
    return rules.get("defaultAction", "Allow") != "Allow" or bool(rules.get("ipRules"))


def tasks_refusal(login_server: str) -> str:
    """The sentence that a run of ACR Tasks ends with where it can't sign in to its own registry."""
    return _TASKS_DENIED.format(login_server=login_server, refusal=AddressDenied(AZURE_ADDRESS).message)


def _network(value: object) -> IPv4Network:
    try:
        return IPv4Network(value if isinstance(value, str) else "", strict=False)
    except ValueError:
        raise NetworkRuleInvalid(value) from None
