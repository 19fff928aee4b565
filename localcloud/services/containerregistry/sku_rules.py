"""What each SKU of a registry has: checked when a registry is written, and for what hangs below one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.services.containerregistry import network
from localcloud.services.containerregistry.errors import (
    EncryptionIsForLife,
    NeedsHigherSku,
    PublicNetworkAccessNeedsPremium,
    SkuChangeRefused,
)
from localcloud.services.privatelink.connections import connections

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from localcloud.arm.resource_type import Request
    from localcloud.arm.store import Document

PREMIUM = "Premium"
_BASIC = "Basic"
_REPLICATION_TYPE = "Microsoft.ContainerRegistry/registries/replications"


def _enabled(*path: str, value: str = "enabled") -> Callable[[Mapping[str, Any]], bool]:
    def asked(properties: Mapping[str, Any]) -> bool:
        found: Any = properties
        for name in path:
            found = (found or {}).get(name)
        return str(found).lower() == value.lower()

    return asked


_PREMIUM_ONLY: tuple[tuple[str, Callable[[Mapping[str, Any]], bool]], ...] = (
    ("networkRuleSet", network.has_rules),
    ("zoneRedundancy", _enabled("zoneRedundancy")),
    ("encryption with a customer-managed key", _enabled("encryption", "status")),
    ("policies.retentionPolicy", _enabled("policies", "retentionPolicy", "status")),
    ("policies.trustPolicy", _enabled("policies", "trustPolicy", "status")),
    ("policies.quarantinePolicy", _enabled("policies", "quarantinePolicy", "status")),
    ("policies.exportPolicy 'disabled'", _enabled("policies", "exportPolicy", "status", value="disabled")),
    ("dataEndpointEnabled", _enabled("dataEndpointEnabled", value="true")),
)
"""Feature, and whether properties ask for it."""


def check(request: Request) -> None:
    """Refuses a registry that asks for more than its SKU has, or leaves a SKU with what only that one has.

    Raises:
        PublicNetworkAccessNeedsPremium, NeedsHigherSku, SkuChangeRefused, EncryptionIsForLife: As named.
    """
    sku, properties = request.document["sku"]["name"], request.properties
    if properties["publicNetworkAccess"] == "Disabled" and sku != PREMIUM:
        raise PublicNetworkAccessNeedsPremium(sku)
    if properties["anonymousPullEnabled"] and sku == _BASIC:
        raise NeedsHigherSku("anonymousPullEnabled", sku, ("Standard", PREMIUM))
    for feature, asked in _PREMIUM_ONLY:
        if sku != PREMIUM and asked(properties):
            raise NeedsHigherSku(feature, sku)
    if request.existing is not None:
        _check_change(request, request.existing, sku)


def check_private_endpoint(registry: Document) -> None:
    """Raises NeedsHigherSku for a private endpoint to a registry that can't have one."""
    if registry["sku"]["name"] != PREMIUM:
        raise NeedsHigherSku("A private endpoint connection", registry["sku"]["name"])


def check_premium(registry: Document, feature: str) -> None:
    """Raises NeedsHigherSku for a feature that hangs below a registry that can't have it."""
    if registry["sku"]["name"] != PREMIUM:
        raise NeedsHigherSku(feature, registry["sku"]["name"])


def _check_change(request: Request, existing: Document, sku: str) -> None:
    is_encrypted = _enabled("encryption", "status")
    if is_encrypted(existing["properties"]) != is_encrypted(request.properties):
        raise EncryptionIsForLife(existing["name"])
    if sku == PREMIUM or existing["sku"]["name"] != PREMIUM:
        return
    # A PUT that leaves the rules out does not take them away in Azure: it is refused.
    if network.has_rules(existing["properties"]):
        raise SkuChangeRefused(existing["name"], sku, "network rules")
    if request.cloud.resources.below(existing["id"], _REPLICATION_TYPE):
        raise SkuChangeRefused(existing["name"], sku, "replications")
    if connections(request.cloud, existing):
        raise SkuChangeRefused(existing["name"], sku, "private endpoint connections")
