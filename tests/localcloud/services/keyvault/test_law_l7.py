"""Law L7: a deleted vault is kept, its name stays taken, it can be recovered or purged; shape: getDeletedVault.json."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from localcloud.cloud import Cloud

VAULT = "Microsoft.KeyVault/vaults/sample-vault"
TENANT = "00000000-0000-0000-0000-000000000000"
PROPERTIES: dict[str, Any] = {"sku": {"family": "A", "name": "standard"}, "tenantId": TENANT}
BODY: dict[str, Any] = {"location": "westus", "tags": {"a": "b"}, "properties": PROPERTIES}


def body(**properties: Any) -> dict[str, Any]:
    return BODY | {"properties": PROPERTIES | properties}


def providers(arm: Any) -> str:
    return f"{arm.group.partition('/resourceGroups/')[0]}/providers/Microsoft.KeyVault"


def deleted(arm: Any) -> str:
    return f"{providers(arm)}/locations/westus/deletedVaults/sample-vault"


def test_l7_a_deleted_vault_is_listed_with_the_end_of_its_days(arm: Any) -> None:
    vault = arm.put(VAULT, body(softDeleteRetentionInDays=7))
    arm.delete(VAULT)
    found = arm.get(deleted(arm))
    listed = arm.get(f"{providers(arm)}/deletedVaults")["value"]
    properties = found["properties"]

    assert listed == [found]
    assert (found["type"], found["id"]) == ("Microsoft.KeyVault/deletedVaults", deleted(arm))
    assert (properties["vaultId"], properties["location"]) == (vault["id"], "westus")
    assert (properties["tags"], properties["purgeProtectionEnabled"]) == ({"a": "b"}, False)
    start, end = (datetime.fromisoformat(properties[name]) for name in ("deletionDate", "scheduledPurgeDate"))
    assert end - start == timedelta(days=7)


def test_l7_the_name_of_a_deleted_vault_is_taken(arm: Any) -> None:
    arm.put(VAULT, BODY)
    arm.delete(VAULT)
    other = arm.group.replace("resourceGroups/rg", "resourceGroups/other")
    arm.put(other, {"location": "westus"})
    status, code, message = arm.refused(VAULT, BODY)

    assert (status, code) == (409, "ConflictError")
    assert message.startswith("A vault with the same name already exists in deleted state.")
    assert arm.refused(f"{other}/providers/{VAULT}", BODY)[:2] == (409, "VaultAlreadyExists")


def test_l7_a_recovered_vault_is_what_it_was(arm: Any) -> None:
    before = arm.put(VAULT, body(enableRbacAuthorization=True, enablePurgeProtection=True))
    arm.delete(VAULT)
    after = arm.put(VAULT, body(createMode="recover"))

    assert after == before
    assert arm.send("GET", deleted(arm)).status_code == 404
    assert arm.get(f"{providers(arm)}/deletedVaults")["value"] == []


def test_l7_only_a_deleted_vault_is_recovered(arm: Any) -> None:
    assert arm.refused(VAULT, body(createMode="recover"))[:2] == (404, "DeletedVaultNotFound")


def test_l7_a_purged_vault_frees_its_name(arm: Any) -> None:
    arm.put(VAULT, BODY)
    arm.delete(VAULT)
    arm.post(f"{deleted(arm)}/purge")

    assert arm.send("POST", f"{deleted(arm)}/purge", {}).status_code == 404
    assert arm.put(VAULT, BODY)["name"] == "sample-vault"


def test_l7_purge_protection_keeps_a_vault_until_its_days_are_over(arm: Any, cloud: Cloud) -> None:
    arm.put(VAULT, body(enablePurgeProtection=True, softDeleteRetentionInDays=7))
    arm.delete(VAULT)
    refused = arm.send("POST", f"{deleted(arm)}/purge", {})
    cloud.clock.advance(timedelta(days=8))

    assert refused.status_code == 405
    assert 'Operation "purge" is not allowed' in refused.json()["error"]["message"]
    assert arm.put(VAULT, BODY)["properties"]["softDeleteRetentionInDays"] == 90


def test_l7_a_vault_that_goes_with_its_group_is_kept(arm: Any) -> None:
    arm.put(VAULT, BODY)
    arm.operation(arm.send("DELETE", arm.group))

    assert arm.get(deleted(arm))["name"] == "sample-vault"


def test_the_retention_is_for_good_and_stays_when_it_is_left_out(arm: Any) -> None:
    arm.put(VAULT, body(softDeleteRetentionInDays=7))

    assert arm.put(VAULT, BODY)["properties"]["softDeleteRetentionInDays"] == 7
    assert "softDeleteRetentionInDays" in arm.refused(VAULT, body(softDeleteRetentionInDays=8))[2]
    assert "7 and 90" in arm.refused("Microsoft.KeyVault/vaults/other", body(softDeleteRetentionInDays=91))[2]


def test_deleted_vaults_are_not_written(arm: Any) -> None:
    assert arm.send("PUT", deleted(arm), {}).status_code == 405
