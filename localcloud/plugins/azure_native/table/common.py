"""What rows of several namespaces share."""

from __future__ import annotations

from typing import Final

GROUP: Final = "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}"
"""The path of a resource group."""
IDENTITY: Final = ("identity.principalId", "identity.tenantId")
"""What the service fills in of a resource's identity."""
LOCATION: Final = frozenset({"location"})
IP_RULES: Final = {
    "networkRuleSet.ipRules[].iPAddressOrRange": "value",
    "networkRuleSet.virtualNetworkRules[].virtualNetworkResourceId": "id",
}
"""Names on the wire inside a storage account's or a registry's network rules."""


def names(text: str) -> tuple[str, ...]:
    """The words of a text."""
    return tuple(text.split())
