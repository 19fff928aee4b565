"""Who may reach a vault: `networkAcls`, as Key Vault checks and writes them."""

from __future__ import annotations

from ipaddress import ip_network
from typing import TYPE_CHECKING, Any

from localcloud.arm.ids import ResourceId
from localcloud.services.keyvault.errors import InvalidNetworkRule

if TYPE_CHECKING:
    from localcloud.arm.resource_type import Request


def check(request: Request) -> None:
    """Raises InvalidNetworkRule; writes addresses as ranges and ids in lower case, as Key Vault does."""
    acls: dict[str, Any] = request.properties.get("networkAcls") or {}
    for name, allowed in (("defaultAction", {"Allow", "Deny"}), ("bypass", {"AzureServices", "None"})):
        if acls.get(name) not in allowed | {None}:
            raise InvalidNetworkRule(f"networkAcls.{name} has to be {' or '.join(sorted(allowed))}.")
    for rule in acls.get("ipRules") or []:
        rule["value"] = _range(rule.get("value"))
    for rule in acls.get("virtualNetworkRules") or []:
        subnet = ResourceId.parse(rule.get("id") or "")
        if request.cloud.resources.find(subnet) is None and not rule.get("ignoreMissingVnetServiceEndpoint"):
            raise InvalidNetworkRule(f"The subnet '{subnet}' of a network rule was not found.")
        rule["id"] = subnet.key


def _range(value: object) -> str:
    try:
        return str(ip_network(str(value)))
    except ValueError:
        raise InvalidNetworkRule(f"'{value}' is no IPv4 address or range.") from None
