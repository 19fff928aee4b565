"""The content store."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localcloud.images.content import ContentStore, Digest, digest_of, parse_digest
from localcloud.images.errors import BlobUnknown, DigestInvalid, DigestMismatch

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def store(tmp_path: Path) -> ContentStore:
    return ContentStore(tmp_path)


def leftovers(store: ContentStore) -> list[Path]:
    return list((store.root / "partial").iterdir())


def test_what_is_put_is_found_by_its_digest(store: ContentStore) -> None:
    digest = store.put(b"hello")
    assert digest == f"sha256:{hashlib.sha256(b'hello').hexdigest()}"
    assert (store.get(digest), store.size(digest), digest in store) == (b"hello", 5, True)
    assert leftovers(store) == []


@given(chunks=st.lists(st.binary(max_size=50)))
def test_a_blob_has_the_digest_of_its_chunks_together(
    tmp_path_factory: pytest.TempPathFactory, chunks: list[bytes]
) -> None:
    store = ContentStore(tmp_path_factory.mktemp("store"))
    with store.writer() as writer:
        for chunk in chunks:
            assert writer.write(chunk) == len(chunk)
        digest = writer.commit(digest_of(b"".join(chunks)))
    assert store.get(digest) == b"".join(chunks)


def test_a_writer_that_is_not_committed_stores_nothing(store: ContentStore) -> None:
    with store.writer() as writer:
        writer.write(b"hello")
    assert digest_of(b"hello") not in store
    assert leftovers(store) == []


def test_a_wrong_digest_stores_nothing(store: ContentStore) -> None:
    expected = digest_of(b"other")
    with store.writer() as writer:
        writer.write(b"hello")
        with pytest.raises(DigestMismatch) as caught:
            writer.commit(expected)
    assert (caught.value.expected, caught.value.actual) == (expected, digest_of(b"hello"))
    assert digest_of(b"hello") not in store
    assert leftovers(store) == []


@pytest.mark.parametrize("algorithm", ["sha256", "sha512"])
def test_a_file_is_adopted_when_its_digest_is_proven(store: ContentStore, tmp_path: Path, algorithm: str) -> None:
    file = tmp_path / "upload"
    file.write_bytes(b"hello")
    with pytest.raises(DigestMismatch):
        store.adopt(file, digest_of(b"other", algorithm))
    assert file.exists()
    digest = store.adopt(file, digest_of(b"hello", algorithm))
    assert (store.get(digest), file.exists()) == (b"hello", False)


def test_what_is_not_there_is_named(store: ContentStore) -> None:
    digest = digest_of(b"nothing")
    for action in (store.get, store.size, store.open, store.delete):
        with pytest.raises(BlobUnknown, match=digest):
            action(digest)


def test_a_deleted_blob_is_gone(store: ContentStore) -> None:
    digest = store.put(b"hello")
    store.delete(digest)
    assert digest not in store


@pytest.mark.parametrize(
    "text", ["", "sha256:", f"sha256:{'A' * 64}", f"sha256:{'a' * 63}", f"md5:{'a' * 32}", f"sha256:../{'a' * 61}"]
)
def test_a_text_that_is_no_digest_is_refused(store: ContentStore, text: str) -> None:
    with pytest.raises(DigestInvalid):
        parse_digest(text)
    with pytest.raises(DigestInvalid):
        store.path(Digest(text))
    assert text not in store
