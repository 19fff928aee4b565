"""Who may reach an account: `networkAcls`, as Azure Storage checks them. Here they close nothing."""

from __future__ import annotations

from ipaddress import IPv4Network, ip_network
from typing import TYPE_CHECKING, Any

from localcloud.arm.errors import BadRequest
from localcloud.arm.ids import ResourceId

if TYPE_CHECKING:
    from localcloud.arm.resource_type import Request

_LONGEST_RANGE = 30
"""Azure Storage takes ranges up to /30 and single addresses without a prefix."""


class InvalidNetworkRule(BadRequest):
    """A network rule that can't be one; the wording is localcloud's own."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, "InvalidValuesForRequestParameters")


def check(request: Request) -> None:
    """Raises InvalidNetworkRule."""
    acls: dict[str, Any] = request.properties["networkAcls"]
    if acls.get("defaultAction") not in {"Allow", "Deny"}:
        raise InvalidNetworkRule("networkAcls.defaultAction has to be Allow or Deny.")
    for rule in acls.get("ipRules") or []:
        _check_range(str(rule.get("value")))
    for rule in acls.get("virtualNetworkRules") or []:
        subnet = ResourceId.parse(rule.get("id") or "")
        if request.cloud.resources.find(subnet) is None:
            raise InvalidNetworkRule(f"The subnet '{subnet}' of a network rule was not found.")
        rule.setdefault("action", "Allow")
        rule["state"] = "Succeeded"


def _check_range(text: str) -> None:
    try:
        found = ip_network(text)
    except ValueError:
        raise InvalidNetworkRule(f"'{text}' is no IPv4 address or range.") from None
    if not isinstance(found, IPv4Network) or found.is_private:
        raise InvalidNetworkRule(f"'{text}' is no public IPv4 address or range.")
    if "/" in text and found.prefixlen > _LONGEST_RANGE:
        raise InvalidNetworkRule(f"'{text}' is too small a range: name its addresses without a prefix.")
