"""The blob data plane: bytes, headers, signatures and errors."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from localcloud.services.storage import sas
from localcloud.services.storage.blobs import Blobs

if TYPE_CHECKING:
    from localcloud.cloud import Cloud

ACCOUNT = "Microsoft.Storage/storageAccounts/myaccount"
PUT_HEADERS = {"x-ms-blob-type": "BlockBlob"}


@pytest.fixture
def blob(arm: Any, cloud: Cloud) -> str:
    """The address of a blob in a container that exists."""
    arm.put(ACCOUNT, {"kind": "StorageV2", "location": "eastus", "sku": {"name": "Standard_LRS"}})
    arm.put(f"{ACCOUNT}/blobServices/default/containers/context", {})
    return f"{cloud.url}/blob/myaccount/context/a/b c.tar.gz"


def token(arm: Any, path: str = "/blob/myaccount/context", minutes: float = 5, **changes: str) -> str:
    expiry = (datetime.now(UTC) + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")
    asked = {"canonicalizedResource": path, "signedResource": "c", "signedPermission": "r", "signedExpiry": expiry}
    found: str = arm.post(f"{ACCOUNT}/ListServiceSas", asked | changes)["serviceSasToken"]
    return found


def error(response: Any) -> tuple[int, str]:
    return response.status_code, response.headers["x-ms-error-code"]


def test_what_is_put_is_what_is_got(arm: Any, blob: str) -> None:
    data = bytes(range(256)) * 1000
    md5 = base64.b64encode(hashlib.md5(data, usedforsecurity=False).digest()).decode()
    headers = PUT_HEADERS | {"x-ms-blob-content-type": "application/gzip", "x-ms-meta-hash": "abc", "content-md5": md5}
    written = arm.http.put(blob, content=data, headers=headers)
    read = arm.http.get(blob)

    assert written.status_code == 201
    assert read.content == data
    assert read.headers["content-type"] == "application/gzip"
    assert read.headers["content-md5"] == written.headers["content-md5"] == md5
    assert read.headers["etag"] == written.headers["etag"]
    assert read.headers["x-ms-meta-hash"] == "abc"
    assert read.headers["x-ms-access-tier"] == "Hot"
    arm.http.put(blob, content=data, headers=headers | {"x-ms-access-tier": "Cool"})
    assert arm.http.head(blob).headers["x-ms-access-tier"] == "Cool"


def test_head_tells_length_without_bytes_and_ranges_are_served(arm: Any, blob: str) -> None:
    arm.http.put(blob, content=b"0123456789", headers=PUT_HEADERS)

    assert arm.http.head(blob).headers["content-length"] == "10"
    assert arm.http.head(blob).content == b""
    assert arm.http.get(blob, headers={"range": "bytes=2-4"}).content == b"234"
    etag = arm.http.head(blob).headers["etag"]
    assert arm.http.get(blob, headers={"if-none-match": etag}).status_code == 304


def test_a_second_put_replaces_and_leaves_no_file_behind(arm: Any, blob: str, cloud: Cloud) -> None:
    for data in (b"first", b"second"):
        arm.http.put(blob, content=data, headers=PUT_HEADERS)

    assert arm.http.get(blob).content == b"second"
    assert len(list((cloud.home.storage / "myaccount" / "context").iterdir())) == 1


def test_a_body_that_is_not_what_its_checksum_says_changes_nothing(arm: Any, blob: str, cloud: Cloud) -> None:
    arm.http.put(blob, content=b"first", headers=PUT_HEADERS)
    wrong = arm.http.put(blob, content=b"second", headers=PUT_HEADERS | {"content-md5": "AAAA"})

    assert error(wrong) == (400, "Md5Mismatch")
    assert arm.http.get(blob).content == b"first"
    assert len(list((cloud.home.storage / "myaccount" / "context").iterdir())) == 1


def test_blobs_may_have_names_that_files_could_not(arm: Any, blob: str) -> None:
    nested = f"{blob}/below"
    arm.http.put(blob, content=b"1", headers=PUT_HEADERS)
    arm.http.put(nested, content=b"2", headers=PUT_HEADERS)

    assert (arm.http.get(blob).content, arm.http.get(nested).content) == (b"1", b"2")


def test_errors_are_those_of_the_blob_service(arm: Any, blob: str) -> None:
    missing = arm.http.get(blob)

    assert error(missing) == (404, "BlobNotFound")
    assert missing.headers["content-type"] == "application/xml"
    assert "<Code>BlobNotFound</Code><Message>The specified blob does not exist." in missing.text
    assert error(arm.http.get(blob.replace("context", "nothing"))) == (404, "ContainerNotFound")
    assert error(arm.http.get(blob.replace("myaccount", "nobody"))) == (404, "ContainerNotFound")
    assert error(arm.http.put(blob, content=b"")) == (400, "MissingRequiredHeader")
    assert error(arm.http.put(f"{blob}?comp=block", content=b"", headers=PUT_HEADERS)) == (501, "NotEmulated")
    arm.http.put(blob, content=b"1", headers=PUT_HEADERS)
    again = arm.http.put(blob, content=b"2", headers=PUT_HEADERS | {"if-none-match": "*"})
    assert error(again) == (409, "BlobAlreadyExists")


def test_delete(arm: Any, blob: str) -> None:
    arm.http.put(blob, content=b"1", headers=PUT_HEADERS)

    assert arm.http.delete(blob).status_code == 202
    assert error(arm.http.delete(blob)) == (404, "BlobNotFound")


def test_a_signature_opens_what_it_was_made_for(arm: Any, blob: str, stranger: Any) -> None:
    arm.http.put(blob, content=b"data", headers=PUT_HEADERS)
    url = f"{blob}?{token(arm)}"

    assert stranger.get(url).content == b"data"
    assert error(stranger.get(blob)) == (401, "NoAuthenticationInformation")
    assert error(stranger.put(url, content=b"", headers=PUT_HEADERS)) == (403, "AuthorizationPermissionMismatch")
    assert error(stranger.delete(url)) == (403, "AuthorizationPermissionMismatch")
    assert error(stranger.get(blob, headers={"authorization": "Bearer x.y.z"})) == (403, "AuthenticationFailed")
    writable = f"{blob}?{token(arm, signedPermission='cw')}"
    assert stranger.put(writable, content=b"new", headers=PUT_HEADERS).status_code == 201


def test_a_signature_for_one_blob_opens_no_other(arm: Any, blob: str, stranger: Any) -> None:
    for address in (blob, f"{blob}2"):
        arm.http.put(address, content=b"data", headers=PUT_HEADERS)
    signed = token(arm, "/blob/myaccount/context/a/b c.tar.gz", signedResource="b")

    assert stranger.get(f"{blob}?{signed}").status_code == 200
    assert error(stranger.get(f"{blob}2?{signed}")) == (403, "AuthenticationFailed")


def test_signatures_end_begin_and_can_not_be_changed(arm: Any, blob: str, stranger: Any) -> None:
    arm.http.put(blob, content=b"data", headers=PUT_HEADERS)
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    refused = {
        "expired": token(arm, minutes=-1),
        "not yet": token(arm, signedStart=tomorrow),
        "more rights": token(arm).replace("sp=r", "sp=rw"),
        "longer": token(arm) + "&se=2099-01-01T00%3A00%3A00Z",
        "no signature": token(arm).replace("sig=", "sig=x"),
    }

    for case, signed in refused.items():
        assert error(stranger.get(f"{blob}?{signed}")) == (403, "AuthenticationFailed"), case


def test_a_regenerated_key_ends_its_signatures(arm: Any, blob: str, stranger: Any) -> None:
    arm.http.put(blob, content=b"data", headers=PUT_HEADERS)
    url = f"{blob}?{token(arm)}"
    second = f"{blob}?{token(arm, keyToSign='key2')}"
    arm.post(f"{ACCOUNT}/regenerateKey", {"keyName": "key1"})

    assert error(stranger.get(url)) == (403, "AuthenticationFailed")
    assert stranger.get(second).status_code == 200


def test_an_account_may_refuse_signatures(arm: Any, blob: str, stranger: Any) -> None:
    url = f"{blob}?{token(arm)}"
    body = {"kind": "StorageV2", "location": "eastus", "sku": {"name": "Standard_LRS"}}
    arm.put(ACCOUNT, body | {"properties": {"allowSharedKeyAccess": False}})

    assert error(stranger.get(url)) == (403, "KeyBasedAuthenticationNotPermitted")
    assert error(arm.http.get(blob)) == (404, "BlobNotFound")


def test_a_signature_is_the_one_of_azures_own_client() -> None:
    """The text that is signed has the fields and the order of the service's documentation (2020-12-06 and later)."""
    asked = {
        "canonicalizedResource": "/blob/a/c",
        "signedResource": "c",
        "signedPermission": "r",
        "signedExpiry": "2030-01-01T00:00:00Z",
        "signedProtocol": "https",
    }
    key = base64.b64encode(b"k" * 64).decode()
    text = "r\n\n2030-01-01T00:00:00Z\n/blob/a/c\n\n\nhttps\n2021-08-06\nc\n\n\n\n\n\n\n"
    signature = base64.b64encode(hmac.digest(b"k" * 64, text.encode(), "sha256")).decode()

    assert dict(httpx.QueryParams(sas.sign(key, asked)))["sig"] == signature


def test_what_has_to_be_signed_is_asked_for(arm: Any, blob: str) -> None:
    del blob
    response = arm.send("POST", f"{ACCOUNT}/listServiceSas", {"canonicalizedResource": "/blob/myaccount/context"})

    assert response.status_code == 400
    assert "signedResource" in response.json()["error"]["message"]


def test_an_upload_that_breaks_off_leaves_nothing(arm: Any, blob: str, cloud: Cloud) -> None:
    del arm, blob
    blobs = Blobs(cloud.store, cloud.home.storage)

    def break_off() -> None:
        with blobs.upload("myaccount", "context") as upload:
            upload.write(b"half")
            raise ConnectionError

    with pytest.raises(ConnectionError):
        break_off()

    assert not list((cloud.home.storage / "myaccount" / "context").iterdir())
