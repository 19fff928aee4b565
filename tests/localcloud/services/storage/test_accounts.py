"""Storage accounts and containers, over the real application; shapes from the specification's examples."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from localcloud.cloud import Cloud

ACCOUNT = "Microsoft.Storage/storageAccounts/sto4445"
CONTAINER = f"{ACCOUNT}/blobServices/default/containers/container6185"
# StorageAccountCreate.json, without what only Azure's regions have.
BODY: dict[str, Any] = {
    "kind": "StorageV2",
    "location": "eastus",
    "properties": {"allowSharedKeyAccess": True, "minimumTlsVersion": "TLS1_2"},
    "sku": {"name": "Standard_GRS"},
    "tags": {"key1": "value1"},
}


def test_an_account_has_the_shape_of_the_example(arm: Any, cloud: Cloud) -> None:
    account = arm.put(ACCOUNT, BODY)

    assert account["id"] == arm.id(ACCOUNT)
    assert account["type"] == "Microsoft.Storage/storageAccounts"
    assert account["sku"] == {"name": "Standard_GRS", "tier": "Standard"}
    assert account["tags"] == {"key1": "value1"}
    properties = account["properties"]
    assert properties["primaryEndpoints"] == {"blob": f"{cloud.url}/blob/sto4445/"}
    assert properties["provisioningState"] == "Succeeded"
    assert properties["statusOfPrimary"] == "available"
    assert properties["allowBlobPublicAccess"] is False
    assert set(properties["keyCreationTime"]) == {"key1", "key2"}


def test_an_update_keeps_what_only_the_service_sets(arm: Any) -> None:
    before = arm.put(ACCOUNT, BODY)
    after = arm.put(ACCOUNT, BODY | {"tags": {"a": "b"}})

    assert after["tags"] == {"a": "b"}
    assert after["properties"]["creationTime"] == before["properties"]["creationTime"]


def test_a_name_belongs_to_one_account_in_the_whole_cloud(arm: Any) -> None:
    arm.put(ACCOUNT, BODY)
    other = arm.group.replace("resourceGroups/rg", "resourceGroups/other")
    arm.put(other, {"location": "westeurope"})

    refused = arm.refused(f"{other}/providers/{ACCOUNT}", BODY)

    assert refused == (409, "StorageAccountAlreadyTaken", "The storage account named sto4445 is already taken.")


def test_a_name_has_to_follow_the_rule(arm: Any) -> None:
    status, _, message = arm.refused("Microsoft.Storage/storageAccounts/My-Account", BODY)

    assert status == 400
    assert "between 3 and 24 characters" in message


def test_what_is_required_is_said(arm: Any) -> None:
    for missing in ("kind", "location", "sku"):
        body = {name: value for name, value in BODY.items() if name != missing}
        assert f"'{missing}" in arm.refused(ACCOUNT, body)[2]


def test_create_only_properties_are_refused(arm: Any) -> None:
    arm.put(ACCOUNT, BODY)

    status, code, message = arm.refused(ACCOUNT, BODY | {"properties": {"isHnsEnabled": True}})

    assert (status, code) == (409, "AccountPropertyCannotBeUpdated")
    assert "isHnsEnabled" in message


def test_keys_are_in_no_document_and_change_when_they_are_regenerated(arm: Any) -> None:
    arm.put(ACCOUNT, BODY)
    first = {key["keyName"]: key["value"] for key in arm.post(f"{ACCOUNT}/listKeys")["keys"]}
    second = {key["keyName"]: key["value"] for key in arm.post(f"{ACCOUNT}/regenerateKey", {"keyName": "key1"})["keys"]}

    assert len(base64.b64decode(first["key1"])) == 64
    assert first["key1"] != second["key1"]
    assert first["key2"] == second["key2"]
    assert first["key1"] not in str(arm.get(ACCOUNT))


def test_an_account_that_is_made_again_has_other_keys(arm: Any) -> None:
    arm.put(ACCOUNT, BODY)
    before = arm.post(f"{ACCOUNT}/listKeys")["keys"][0]["value"]
    arm.delete(ACCOUNT)
    arm.put(ACCOUNT, BODY)

    assert arm.post(f"{ACCOUNT}/listKeys")["keys"][0]["value"] != before


def test_a_container_has_the_shape_of_the_example(arm: Any) -> None:
    arm.put(ACCOUNT, BODY)
    container = arm.put(CONTAINER, {})

    assert container["name"] == "container6185"
    assert container["type"] == "Microsoft.Storage/storageAccounts/blobServices/containers"
    assert container["etag"].startswith('"0x')
    assert container["properties"]["publicAccess"] == "None"
    assert container["properties"]["leaseState"] == "Available"
    assert "provisioningState" not in container["properties"]


def test_a_container_needs_its_account_a_name_and_leave_for_public_access(arm: Any) -> None:
    assert arm.refused(CONTAINER, {})[1] == "ParentResourceNotFound"
    arm.put(ACCOUNT, BODY)
    assert arm.refused(CONTAINER.replace("container6185", "Two--Dashes"), {})[1] == "ContainerNameInvalid"
    assert arm.refused(CONTAINER, {"properties": {"publicAccess": "Blob"}})[1] == "PublicAccessNotPermitted"


def test_deleting_an_account_removes_its_containers_and_blobs(arm: Any, cloud: Cloud) -> None:
    arm.put(ACCOUNT, BODY)
    arm.put(CONTAINER, {})
    blob = f"{cloud.url}/blob/sto4445/container6185/a.txt"
    assert arm.http.put(blob, content=b"x", headers={"x-ms-blob-type": "BlockBlob"}).status_code == 201
    arm.delete(ACCOUNT)

    assert arm.http.get(blob).status_code == 404
    assert not list(cloud.home.storage.rglob("*"))
    arm.put(ACCOUNT, BODY)
    arm.put(CONTAINER, {})
    assert arm.http.get(blob).headers["x-ms-error-code"] == "BlobNotFound"
