"""Layers come out as they were meant, and never outside of the root file system."""

# ruff: noqa: FBT001 - booleans are parameters of tests
from __future__ import annotations

import contextlib
import gzip
import io
import stat
import tarfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from localcloud.runtime.errors import BadLayer

if TYPE_CHECKING:
    from localcloud.runtime.rootfs import RootFileSystem

Entry = tuple[str, bytes, str]
"""Name, tar type, and content (a file) or target (a link)."""
FILE, LINK, HARD, FOLDER = tarfile.REGTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE


def layer(*entries: Entry, mode: int = 0o644) -> io.BytesIO:
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        for name, kind, text in entries:
            member = tarfile.TarInfo(name)
            member.type = kind
            member.mode = mode
            member.linkname = text if kind in {LINK, HARD} else ""
            member.size = len(text) if kind == FILE else 0
            tar.addfile(member, io.BytesIO(text.encode()) if kind == FILE else None)
    archive.seek(0)
    return archive


def content(root: RootFileSystem) -> list[str]:
    return sorted(str(path.relative_to(root.path)) for path in root.path.rglob("*") if not path.is_dir())


def test_upper_layers_win_and_whiteouts_delete(root: RootFileSystem) -> None:
    root.apply(layer(("a/one", FILE, "1"), ("a/two", FILE, "2"), ("b/three", FILE, "3")), "sha256:1")
    root.apply(layer(("a/one", FILE, "new"), ("a/.wh.two", FILE, ""), (".wh.b", FILE, "")), "sha256:2")
    assert content(root) == ["a/one"]
    assert (root.path / "a/one").read_text() == "new"


@pytest.mark.parametrize("first", [True, False])
def test_an_opaque_folder_hides_lower_layers_only(root: RootFileSystem, first: bool) -> None:
    root.apply(layer(("a/old", FILE, ""), ("a/sub/old", FILE, ""), ("a/kept/old", FILE, "")), "sha256:1")
    entries = [("a/.wh..wh..opq", FILE, ""), ("a/new", FILE, ""), ("a/kept/new", FILE, "")]
    root.apply(layer(*(entries if first else reversed(entries))), "sha256:2")
    assert content(root) == ["a/kept/new", "a/new"]


@pytest.mark.parametrize(
    "entries",
    [
        [("../../outside", FILE, "x")],
        [("/../outside", FILE, "x")],
        [("a", LINK, "../.."), ("a/outside", FILE, "x")],
        [("a", LINK, "/"), ("a/../../outside", FILE, "x")],
        [("a", LINK, "{tmp}"), ("a/outside", FILE, "x")],
        [("a", LINK, "{tmp}/outside"), ("a", FILE, "x")],
        [("a", HARD, "../../victim"), ("a", FILE, "x")],
        [("x/y/d", LINK, "/"), ("x/y/d/l", LINK, "../.."), ("l/outside", FILE, "x")],
        [("sub/b", LINK, ".."), ("c", LINK, "sub/b/.."), ("c/outside", FILE, "x")],
        [("a", LINK, "../.."), ("a/.wh.victim", FILE, "")],
        [("a", LINK, "../.."), ("a/.wh..wh..opq", FILE, "")],
    ],
)
def test_nothing_leaves_the_root(tmp_path: Path, root: RootFileSystem, entries: list[Entry]) -> None:
    (tmp_path / "victim").write_text("untouched")
    with contextlib.suppress(BadLayer):
        root.apply(layer(*((name, kind, text.format(tmp=tmp_path)) for name, kind, text in entries)), "sha256:1")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["rootfs", "victim"]
    assert (tmp_path / "victim").read_text() == "untouched"


@pytest.mark.parametrize("before", [FILE, LINK, HARD, FOLDER])
@pytest.mark.parametrize("after", [FILE, LINK, FOLDER])
def test_an_entry_of_another_kind_takes_the_place(root: RootFileSystem, before: bytes, after: bytes) -> None:
    root.apply(layer(("kept", FILE, "kept"), ("a", before, "kept")), "sha256:1")
    root.apply(layer(("a", after, "new")), "sha256:2")
    path = root.path / "a"
    assert (path.is_symlink(), path.is_dir()) == (after == LINK, after == FOLDER)
    assert after != FILE or path.read_text() == "new"
    assert (root.path / "kept").read_text() == "kept"


def test_a_link_is_where_its_folder_really_is(root: RootFileSystem) -> None:
    root.apply(layer(("x/y/z/f", FILE, ""), ("d", LINK, "x/y/z"), ("d/l", LINK, "../../../kept")), "sha256:1")
    root.apply(layer(("kept", FILE, "1"), ("x/root", LINK, "/"), ("x/root/m", LINK, "x/../../kept")), "sha256:2")
    assert (root.path / "x/y/z/l").read_text() == "1"
    assert str((root.path / "m").readlink()) == "kept"


def test_a_link_means_on_the_host_what_it_means_inside(root: RootFileSystem) -> None:
    root.apply(layer(("opt/env/python", FILE, "py"), ("usr/bin/python", LINK, "/opt/env/python")), "sha256:1")
    assert (root.path / "usr/bin/python").read_text() == "py"
    assert root.find("/usr/bin/python") == root.path / "opt/env/python"


def test_paths_are_looked_up_as_in_a_chroot(root: RootFileSystem) -> None:
    root.apply(layer(("data", LINK, "/etc"), ("loop", LINK, "loop"), ("etc/x", FILE, "")), "sha256:1")
    (root.path / "etc" / "made-by-a-process").symlink_to("/data")
    assert root.find("/etc/made-by-a-process/x") == root.path / "etc/x"
    assert root.find("/data/../../etc/x") == root.path / "etc/x"
    assert root.find("/loop/x") is None
    assert root.find("/etc/hostname") is None


def test_devices_and_setuid_bits_are_left_out(root: RootFileSystem) -> None:
    root.apply(layer(("dev/null", tarfile.CHRTYPE, ""), ("dev/pipe", tarfile.FIFOTYPE, "")), "sha256:1")
    root.apply(layer(("bin/su", FILE, ""), mode=0o4711), "sha256:2")
    assert content(root) == ["bin/su"]
    assert stat.S_IMODE((root.path / "bin/su").stat().st_mode) == 0o711


def test_gzip_is_read(root: RootFileSystem) -> None:
    root.apply(io.BytesIO(gzip.compress(layer(("a", FILE, "1")).getvalue())), "sha256:1")
    assert content(root) == ["a"]


@pytest.mark.parametrize(
    ("blob", "reason"),
    [(b"no archive at all", "ReadError"), (b"\x1f\x8bbroken", "Error"), (b"\x28\xb5\x2f\xfd....", "zstandard")],
)
def test_a_damaged_layer_is_named(root: RootFileSystem, blob: bytes, reason: str) -> None:
    with pytest.raises(BadLayer, match=rf"failed to register layer sha256:1: .*{reason}"):
        root.apply(io.BytesIO(blob), "sha256:1")
