"""Blobs: assets in, bytes on the data plane out."""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from localcloud.plugins.assets import content_of
from localcloud.plugins.azure_native import azure_native
from localcloud.plugins.errors import InvalidInput, NotEmulated
from localcloud.plugins.values import Archive, Asset
from tests.localcloud.plugins.engine import ERRORS, Engine, drive
from tests.localcloud.plugins.fake_cloud import GROUP, URL, FakeCloud

Connect = Callable[[str], Engine]
BLOB = "azure-native:storage:Blob"
ACCOUNT = f"{GROUP}/providers/Microsoft.Storage/storageAccounts/acct"
BLOB_ID = f"{ACCOUNT}/blobServices/default/containers/c/blobs/context.tar.gz"
PATH = "/blob/acct/c/context.tar.gz"
INPUTS: dict[str, Any] = {
    "resourceGroupName": "rg",
    "accountName": "acct",
    "containerName": "c",
    "blobName": "context.tar.gz",
    "type": "Block",
    "source": Asset(hash="1", text="hello"),
}


def cloud_with_account(endpoint: str = f"{URL}/blob/acct/") -> FakeCloud:
    cloud = FakeCloud(
        documents={ACCOUNT.lower(): {"id": ACCOUNT, "properties": {"primaryEndpoints": {"blob": endpoint}}}}
    )
    cloud.answer(f"POST {ACCOUNT}/listKeys", 200, {"keys": []})
    return cloud


def test_create_writes_the_bytes_of_the_asset(tmp_path: Path) -> None:
    cloud = cloud_with_account()
    cloud.answer(f"HEAD {PATH}", 404)
    cloud.answer(f"PUT {PATH}", 201)
    cloud.answer(f"HEAD {PATH}", 200, None, Content_Type="text/plain", x_ms_meta_owner="me")
    file = tmp_path / "context.tar.gz"
    file.write_bytes(b"\x1f\x8b")

    async def scenario(connect: Connect) -> None:
        blob = await connect(BLOB).start()
        inputs, failures = await blob.check(
            {name: value for name, value in INPUTS.items() if name not in ("type", "blobName")}, name="context.tar.gz"
        )
        assert failures == []
        assert inputs == INPUTS
        more = {"source": Asset(hash="2", path=str(file)), "contentType": "text/plain", "metadata": {"owner": "me"}}
        resource_id, outputs = await blob.create(INPUTS | more)
        assert resource_id == BLOB_ID
        put = cloud.last("PUT")
        assert put.content == b"\x1f\x8b"
        assert put.headers["x-ms-blob-type"] == "BlockBlob"
        assert put.headers["x-ms-blob-content-type"] == "text/plain"
        assert put.headers["x-ms-meta-owner"] == "me"
        assert outputs["url"] == f"{URL}{PATH}"
        assert outputs["name"] == "context.tar.gz"
        assert outputs["metadata"] == {"owner": "me"}

    drive(azure_native(), cloud, scenario)


def test_another_content_replaces_the_blob_and_another_tier_does_not() -> None:
    async def scenario(connect: Connect) -> None:
        blob = await connect(BLOB).start()
        # In a diff the engine sends hashes only.
        old = INPUTS | {"source": Asset(hash="1")}
        assert (await blob.diff(old, INPUTS)).changes == 1
        answer = await blob.diff(old, INPUTS | {"source": Asset(hash="2")})
        assert list(answer.replaces) == ["source"]
        assert answer.deleteBeforeReplace
        assert list((await blob.diff(old, old | {"accessTier": "Cool"})).replaces) == []

    drive(azure_native(), cloud_with_account(), scenario)


def test_read_and_delete_take_a_missing_account_for_a_missing_blob() -> None:
    cloud = FakeCloud()

    async def scenario(connect: Connect) -> None:
        blob = await connect(BLOB).start()
        assert (await blob.read(BLOB_ID, INPUTS))[0] == ""
        await blob.delete(BLOB_ID, INPUTS)

    drive(azure_native(), cloud, scenario)


def test_delete_removes_the_blob() -> None:
    cloud = cloud_with_account()
    cloud.answer(f"DELETE {PATH}", 202)

    async def scenario(connect: Connect) -> None:
        await (await connect(BLOB).start()).delete(BLOB_ID, INPUTS)
        assert cloud.last("DELETE").path == PATH

    drive(azure_native(), cloud, scenario)


def test_a_blob_may_lie_in_folders() -> None:
    cloud = cloud_with_account()
    path = f"{PATH.removesuffix('context.tar.gz')}code/deep/score.py"
    cloud.answer(f"HEAD {path}", 200, None, Content_Type="text/plain")
    cloud.answer(f"DELETE {path}", 202)
    deep = {**INPUTS, "blobName": "code/deep/score.py"}
    resource_id = BLOB_ID.replace("context.tar.gz", "code/deep/score.py")

    async def scenario(connect: Connect) -> None:
        blob = await connect(BLOB).start()
        _, outputs, imported = await blob.read(resource_id)
        assert imported["blobName"] == "code/deep/score.py"
        assert outputs["url"] == f"{URL}{path}"
        await blob.delete(resource_id, deep)
        assert cloud.last("DELETE").path == path

    drive(azure_native(), cloud, scenario)


def test_a_blob_is_read_written_again_and_imported() -> None:
    cloud = cloud_with_account()
    cloud.answer(f"POST {ACCOUNT}/listKeys", 200, {"keys": []})
    for _ in range(3):
        cloud.answer(f"HEAD {PATH}", 200, None, Content_Type="text/plain", x_ms_access_tier="Cool")
    cloud.answer(f"HEAD {PATH}", 404)
    cloud.answer(f"PUT {PATH}", 201)

    async def scenario(connect: Connect) -> None:
        blob = await connect(BLOB).start()
        old = INPUTS | {"accessTier": "Hot"}
        resource_id, outputs, inputs = await blob.read(BLOB_ID, old)
        assert resource_id == BLOB_ID
        assert outputs["url"] == f"{URL}{PATH}"
        assert inputs == old | {"accessTier": "Cool"}
        _, _, imported = await blob.read(BLOB_ID)
        assert imported["blobName"] == "context.tar.gz"
        assert imported["contentType"] == "text/plain"
        assert (await blob.update(BLOB_ID, old, old | {"accessTier": "Cool"}, outputs))["accessTier"] == "Cool"
        assert cloud.last("PUT").headers["x-ms-access-tier"] == "Cool"
        assert (await blob.read(BLOB_ID, old))[0] == ""
        with pytest.raises(ERRORS, match="is not an id of azure-native:storage:Blob"):
            await blob.read("/subscriptions/s")
        preview = await blob.update(BLOB_ID, old, old, outputs, preview=True)
        assert preview["url"] == outputs["url"]
        assert "source" not in preview

    drive(azure_native(), cloud, scenario)


def test_a_data_plane_that_refuses_is_quoted() -> None:
    cloud = cloud_with_account()
    cloud.answer(f"HEAD {PATH}", 403)
    cloud.answer(f"DELETE {PATH}", 403, {"error": {"code": "AuthorizationFailure", "message": "no"}})

    async def scenario(connect: Connect) -> None:
        blob = await connect(BLOB).start()
        with pytest.raises(ERRORS, match="HTTP status 403"):
            await blob.read(BLOB_ID, INPUTS)
        with pytest.raises(ERRORS, match='Code="AuthorizationFailure"'):
            await blob.delete(BLOB_ID, INPUTS)

    drive(azure_native(), cloud, scenario)


def test_an_endpoint_outside_this_machine_gets_no_request() -> None:
    cloud = cloud_with_account("https://acct.blob.core.windows.net/")

    async def scenario(connect: Connect) -> None:
        with pytest.raises(ERRORS, match=r"refused to send a request to 'https://acct\.blob\.core"):
            await (await connect(BLOB).start()).create(INPUTS)
        assert all("blob.core" not in request.headers["host"] for request in cloud.seen)

    drive(azure_native(), cloud, scenario)


def test_only_block_blobs_are_there() -> None:
    async def scenario(connect: Connect) -> None:
        with pytest.raises(ERRORS, match="does not emulate the blob type 'Append'"):
            await (await connect(BLOB).start()).check(INPUTS | {"type": "Append"})

    drive(azure_native(), FakeCloud(), scenario)


def test_archives_are_zipped_the_same_for_the_same_files(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "b.txt").write_text("b")
    archive = Archive(assets={"a.txt": Asset(text="a"), "deep": Archive(path=str(tmp_path / "folder"))})
    content = content_of(archive)
    with zipfile.ZipFile(io.BytesIO(content)) as zipped:
        assert {name: zipped.read(name) for name in zipped.namelist()} == {"a.txt": b"a", "deep/b.txt": b"b"}
    assert content_of(archive) == content
    zipped_file, packed = tmp_path / "a.zip", tmp_path / "a.tar.gz"
    zipped_file.write_bytes(content)
    assert content_of(Archive(path=str(zipped_file))) == content
    with tarfile.open(packed, "w:gz") as tar:
        tar.add(tmp_path / "folder", arcname=".")
    assert content_of(Archive(path=str(packed))) == content_of(Archive(path=str(tmp_path / "folder")))


def test_contents_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="has to be absolute"):
        content_of(Asset(path="context.tar.gz"))
    with pytest.raises(InvalidInput, match=r"can't read the content of '.*missing'"):
        content_of(Asset(path=str(tmp_path / "missing")))
    with pytest.raises(NotEmulated, match="remote content"):
        content_of(Asset(uri="https://example.com/x"))
