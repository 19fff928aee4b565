"""What only some SKUs have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from localcloud.services.containerregistry import sku_rules
from localcloud.services.containerregistry.errors import NeedsHigherSku
from localcloud.services.privatelink.connections import connection_document

if TYPE_CHECKING:
    from localcloud.cloud import Cloud

REGISTRY = "Microsoft.ContainerRegistry/registries/myRegistry"
RULES = {"networkRuleSet": {"defaultAction": "Deny", "ipRules": [{"value": "127.0.0.1"}]}}


def body(sku: str, **properties: Any) -> dict[str, Any]:
    return {"location": "westeurope", "sku": {"name": sku}, "properties": properties}


@pytest.mark.parametrize("sku", ["Basic", "Standard"])
@pytest.mark.parametrize(
    ("properties", "feature"),
    [
        (RULES, "networkRuleSet"),
        ({"networkRuleSet": {"defaultAction": "Allow", "ipRules": [{"value": "1.2.3.4"}]}}, "networkRuleSet"),
        ({"zoneRedundancy": "Enabled"}, "zoneRedundancy"),
        ({"encryption": {"status": "enabled"}}, "customer-managed key"),
        ({"policies": {"retentionPolicy": {"days": 3, "status": "enabled"}}}, "retentionPolicy"),
        ({"policies": {"trustPolicy": {"status": "enabled"}}}, "trustPolicy"),
        ({"policies": {"quarantinePolicy": {"status": "enabled"}}}, "quarantinePolicy"),
        ({"policies": {"exportPolicy": {"status": "disabled"}}}, "exportPolicy"),
        ({"dataEndpointEnabled": True}, "dataEndpointEnabled"),
    ],
)
def test_what_premium_alone_has_is_refused_for_other_skus(
    arm: Any, sku: str, properties: dict[str, Any], feature: str
) -> None:
    status, code, message = arm.refused(REGISTRY, body(sku, **properties))

    assert (status, code) == (400, "FeatureNotSupportedForSku")
    assert feature in message
    assert f"for the SKU {sku}" in message


def test_premium_has_it_all(arm: Any) -> None:
    policies = {"retentionPolicy": {"days": 3, "status": "enabled"}, "exportPolicy": {"status": "enabled"}}
    more = {"encryption": {"status": "enabled"}, "zoneRedundancy": "Enabled", "dataEndpointEnabled": True}
    arm.put(REGISTRY, body("Premium", policies=policies, **RULES, **more))


def test_a_basic_registry_is_never_open_to_anybody(arm: Any) -> None:
    refused = arm.refused(REGISTRY, body("Basic", anonymousPullEnabled=True))
    assert refused[1] == "FeatureNotSupportedForSku"
    assert "Standard and Premium" in refused[2]
    arm.put(REGISTRY, body("Standard", anonymousPullEnabled=True))


def test_network_rules_are_removed_before_premium_is_left(arm: Any) -> None:
    arm.put(REGISTRY, body("Premium", **RULES))
    assert arm.refused(REGISTRY, body("Basic"))[1] == "SkuChangeNotSupported"
    assert arm.refused(REGISTRY, body("Basic", **RULES))[1] == "FeatureNotSupportedForSku"
    arm.put(REGISTRY, body("Premium"))
    arm.put(REGISTRY, body("Basic"))


def test_private_endpoints_are_removed_before_premium_is_left(arm: Any, cloud: Cloud) -> None:
    registry = arm.put(REGISTRY, body("Premium"))
    connection = connection_document(registry, "endpoint", "/endpoint", "registry", approved=True)
    cloud.resources.save(connection)
    assert [found["name"] for found in arm.get(REGISTRY)["properties"]["privateEndpointConnections"]] == ["endpoint"]
    assert "has private endpoint connections" in arm.refused(REGISTRY, body("Standard"))[2]
    arm.delete(connection["id"])
    arm.put(REGISTRY, body("Standard"))


@pytest.mark.parametrize(("before", "after"), [("enabled", "disabled"), ("disabled", "enabled")])
def test_a_customer_managed_key_is_for_life(arm: Any, before: str, after: str) -> None:
    arm.put(REGISTRY, body("Premium", encryption={"status": before}))
    assert arm.refused(REGISTRY, body("Premium", encryption={"status": after}))[1] == "EncryptionChangeNotSupported"


def test_only_premium_has_private_endpoints() -> None:
    sku_rules.check_private_endpoint({"sku": {"name": "Premium"}})
    with pytest.raises(NeedsHigherSku, match="private endpoint connection is not supported for the SKU Standard"):
        sku_rules.check_private_endpoint({"sku": {"name": "Standard"}})


@pytest.mark.parametrize("value", ["somewhere", "1.2.3.4/33", "::1", 7])
def test_a_network_rule_is_an_ipv4_range(arm: Any, value: object) -> None:
    rules = {"defaultAction": "Deny", "ipRules": [{"value": value}]}
    refused = arm.refused(REGISTRY, body("Premium", networkRuleSet=rules))
    assert refused[:2] == (400, "InvalidNetworkRule")
