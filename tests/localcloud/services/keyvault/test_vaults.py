"""Key vaults; shapes from createVault.json."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from localcloud.cloud import Cloud

VAULT = "Microsoft.KeyVault/vaults/sample-vault"
TENANT = "00000000-0000-0000-0000-000000000000"
PROPERTIES: dict[str, Any] = {
    "accessPolicies": [{"objectId": TENANT, "permissions": {"secrets": ["get"]}, "tenantId": TENANT}],
    "enabledForDeployment": True,
    "publicNetworkAccess": "Enabled",
    "sku": {"family": "A", "name": "standard"},
    "tenantId": TENANT,
}
BODY: dict[str, Any] = {"location": "westus", "properties": PROPERTIES}


def test_a_vault_has_the_shape_of_the_example(arm: Any, cloud: Cloud) -> None:
    vault = arm.put(VAULT, BODY | {"properties": PROPERTIES | {"createMode": "default"}})

    assert vault["type"] == "Microsoft.KeyVault/vaults"
    assert PROPERTIES.items() <= vault["properties"].items()
    assert vault["properties"]["vaultUri"] == f"{cloud.url}/vault/sample-vault/"
    assert vault["properties"]["provisioningState"] == "Succeeded"
    assert vault["properties"]["enableSoftDelete"] is True
    assert "createMode" not in vault["properties"]


def test_an_update_changes_access(arm: Any) -> None:
    arm.put(VAULT, BODY)
    vault = arm.put(VAULT, BODY | {"properties": PROPERTIES | {"enableRbacAuthorization": True}})

    assert vault["properties"]["enableRbacAuthorization"] is True


def test_a_name_belongs_to_one_vault_in_the_whole_cloud(arm: Any) -> None:
    arm.put(VAULT, BODY)
    other = arm.group.replace("resourceGroups/rg", "resourceGroups/other")
    arm.put(other, {"location": "westeurope"})

    status, code, message = arm.refused(f"{other}/providers/{VAULT}", BODY)

    assert (status, code) == (409, "VaultAlreadyExists")
    assert message.startswith("The vault name 'sample-vault' is already in use.")


@pytest.mark.parametrize("name", ["1vault", "my--vault", "vault-", "ab", "a" * 25])
def test_a_name_has_to_follow_the_rule(arm: Any, name: str) -> None:
    assert arm.refused(f"Microsoft.KeyVault/vaults/{name}", BODY)[:2] == (400, "VaultNameNotValid")


@pytest.mark.parametrize("missing", ["tenantId", "sku"])
def test_what_is_required_is_said(arm: Any, missing: str) -> None:
    properties = {name: value for name, value in PROPERTIES.items() if name != missing}

    assert missing in arm.refused(VAULT, BODY | {"properties": properties})[2]


def test_purge_protection_stays_on_and_location_stays(arm: Any) -> None:
    arm.put(VAULT, BODY | {"properties": PROPERTIES | {"enablePurgeProtection": True}})
    off = BODY | {"properties": PROPERTIES | {"enablePurgeProtection": False}}

    assert "enablePurgeProtection" in arm.refused(VAULT, off)[2]
    assert "location" in arm.refused(VAULT, BODY | {"location": "eastus"})[2]


def test_delete(arm: Any) -> None:
    arm.put(VAULT, BODY)
    arm.delete(VAULT)
