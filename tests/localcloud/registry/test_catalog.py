"""Tags, manifests and blobs of registries."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from localcloud.images.config import ImageConfig
from localcloud.images.content import ContentStore, Digest, digest_of
from localcloud.images.image import OCI_MANIFEST, Descriptor, Image
from localcloud.registry.catalog import Catalog, ManifestRecord
from localcloud.registry.local import push, resolve

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HERE, THERE = "127.1.2.3:5000", "127.1.2.4:5000"
ONE, TWO = digest_of(b"1"), digest_of(b"2")


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    catalog = Catalog(tmp_path / "catalog.db")
    yield catalog
    catalog.close()


def put(catalog: Catalog, digest: Digest, *tags: str, repository: str = "a", login_server: str = HERE) -> None:
    catalog.put_manifest(login_server, repository, ManifestRecord(digest, OCI_MANIFEST))
    for tag in tags:
        catalog.put_tag(login_server, repository, tag, digest)


def test_a_tag_moves_and_a_digest_does_not(catalog: Catalog) -> None:
    put(catalog, ONE, "latest", "v1")
    put(catalog, TWO, "latest")
    assert resolve(catalog, HERE, "a", "latest") == TWO
    assert resolve(catalog, HERE, "a", "v1") == ONE
    assert resolve(catalog, HERE, "a", ONE) == ONE
    assert catalog.tags(HERE, "a") == ["latest", "v1"]


def test_registries_and_repositories_are_apart(catalog: Catalog) -> None:
    put(catalog, ONE, "v1")
    put(catalog, TWO, "v1", repository="b", login_server=THERE)
    assert (catalog.repositories(HERE), catalog.repositories(THERE)) == (["a"], ["b"])
    assert resolve(catalog, HERE, "b", "v1") is None
    assert resolve(catalog, HERE, "a", TWO) is None


def test_a_deleted_manifest_takes_its_tags_and_a_deleted_tag_nothing(catalog: Catalog) -> None:
    put(catalog, ONE, "v1", "v2")
    assert catalog.delete_tag(HERE, "a", "v2")
    assert not catalog.delete_tag(HERE, "a", "v2")
    assert resolve(catalog, HERE, "a", ONE) == ONE
    assert catalog.delete_manifest(HERE, "a", ONE)
    assert not catalog.delete_manifest(HERE, "a", ONE)
    assert (catalog.tags(HERE, "a"), catalog.has_repository(HERE, "a")) == ([], False)


def test_a_registry_is_forgotten_whole(catalog: Catalog) -> None:
    for login_server in (HERE, THERE):
        put(catalog, ONE, "v1", login_server=login_server)
        catalog.add_blobs(login_server, "a", [TWO])
    catalog.remove_registry(HERE)
    assert (catalog.repositories(HERE), catalog.tags(HERE, "a"), catalog.has_blob(HERE, "a", TWO)) == ([], [], False)
    assert (catalog.tags(THERE, "a"), catalog.has_blob(THERE, "a", TWO)) == (["v1"], True)


def test_what_was_put_is_there_after_a_restart(tmp_path: Path) -> None:
    first = Catalog(tmp_path / "catalog.db")
    put(first, ONE, "v1")
    second = Catalog(tmp_path / "catalog.db")
    assert resolve(second, HERE, "a", "v1") == ONE
    first.close()
    second.close()


def test_any_thread_may_use_it(catalog: Catalog) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: put(catalog, digest_of(b"%d" % number), f"v{number}"), range(40)))
    assert len(catalog.tags(HERE, "a")) == 40


def test_an_image_is_pushed_with_all_that_it_needs(catalog: Catalog, tmp_path: Path) -> None:
    store = ContentStore(tmp_path / "blobs")
    image = Image.write(store, ImageConfig(), [Descriptor("layer", store.put(b"layer"), 5)])
    push(catalog, HERE, "a", None, image)
    assert catalog.tags(HERE, "a") == []
    push(catalog, HERE, "a", "v1", image)
    assert resolve(catalog, HERE, "a", "v1") == image.manifest_digest
    assert all(catalog.has_blob(HERE, "a", digest) for digest in (image.config_digest, *image.layers))
