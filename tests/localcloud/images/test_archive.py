"""Archives and layers."""

from __future__ import annotations

import gzip
import io
import tarfile
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localcloud.images.archive import ArchiveError, apply_layer, open_archive, read_tree, write_layer
from localcloud.images.content import ContentStore, digest_of
from localcloud.images.tree import DIRECTORY, Kind, Node, Tree

from .conftest import Files, tar_of

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
def test_every_usual_compression_is_read(mode: str) -> None:
    with ExitStack() as scope:
        node = read_tree(open_archive(io.BytesIO(tar_of({"./a/b": b"text"}, mode)), scope)).get("a/b")
        assert node is not None
        assert node.content is not None
        assert node.content().read() == b"text"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"not an archive", "truncated header"),
        (b"\x1f\x8bbroken", "(?i)compress"),
        (b"\x28\xb5\x2f\xfdzstd", "Zstandard are not emulated"),
    ],
)
def test_what_is_no_archive_is_refused(data: bytes, sentence: str) -> None:
    with ExitStack() as scope, pytest.raises(ArchiveError, match=sentence):
        open_archive(io.BytesIO(data), scope)


def test_a_hard_link_is_the_file_it_leads_to_and_must_lead_somewhere() -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        member = tarfile.TarInfo("a")
        member.size = 1
        archive.addfile(member, io.BytesIO(b"1"))
        link = tarfile.TarInfo("b")
        link.type, link.linkname = tarfile.LNKTYPE, "a"
        archive.addfile(link)
    with ExitStack() as scope:
        tree = read_tree(open_archive(io.BytesIO(buffer.getvalue()), scope))
        assert tree.get("b") == tree.get("a")
    lonely = buffer.getvalue()[1024:]
    with ExitStack() as scope, pytest.raises(ArchiveError, match="b is a hard link to a, which is not there"):
        read_tree(open_archive(io.BytesIO(lonely), scope))


def test_whiteouts_take_away_what_the_layers_below_have() -> None:
    tree = Tree()
    layers: list[Files] = [
        {"a/old": b"1", "a/kept": b"1", "b/gone": b"1", "c": b"1"},
        {"a/.wh.old": b"", "b/new": b"2", "b/.wh..wh..opq": b"", ".wh.c": b""},
    ]
    with ExitStack() as scope:
        for layer in layers:
            apply_layer(tree, open_archive(io.BytesIO(tar_of(layer)), scope))
    assert [path for path, node in tree.walk("") if node.kind is Kind.FILE] == ["a/kept", "b/new"]


@given(entries=st.dictionaries(st.from_regex(r"[a-z]{1,3}(/[a-z]{1,3})?", fullmatch=True), st.binary(max_size=20)))
def test_equal_entries_give_equal_layers_whatever_their_order(
    tmp_path_factory: pytest.TempPathFactory, entries: dict[str, bytes]
) -> None:
    store = ContentStore(tmp_path_factory.mktemp("store"))
    nodes = {
        path: Node(Kind.FILE, 0o600, size=len(data), content=lambda data=data: io.BytesIO(data))  # type: ignore[misc]  # a lambda with a default has no inferred type
        for path, data in entries.items()
    }
    first = write_layer(store, nodes)
    assert write_layer(store, dict(reversed(nodes.items()))) == first
    with ExitStack() as scope:
        archive = open_archive(scope.enter_context(store.open(first.descriptor.digest)), scope)
        assert archive.getnames() == sorted(entries)
        assert {member.mtime for member in archive.getmembers()} <= {0}


def test_a_layer_knows_the_digest_of_its_uncompressed_form(tmp_path: Path) -> None:
    store = ContentStore(tmp_path)
    layer = write_layer(store, {"dir": DIRECTORY, "link": Node(Kind.SYMLINK, 0o777, link="dir")})
    with ExitStack() as scope:
        archive = open_archive(scope.enter_context(store.open(layer.descriptor.digest)), scope)
        assert (archive.getmember("dir").isdir(), archive.getmember("link").linkname) == (True, "dir")
    assert digest_of(gzip.decompress(store.get(layer.descriptor.digest))) == layer.diff_id
    assert layer.descriptor.size == store.size(layer.descriptor.digest)
