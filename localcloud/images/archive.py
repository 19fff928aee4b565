"""Tar archives: reading them into trees, writing layers from nodes."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import io
import lzma
import posixpath
import shutil
import tarfile
import tempfile
from dataclasses import dataclass
from functools import partial
from typing import IO, TYPE_CHECKING, Any, cast

from localcloud.images.content import CHUNK, ContentStore, Digest
from localcloud.images.image import OCI_LAYER, Descriptor
from localcloud.images.tree import Kind, Node, Tree, normalise

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import ExitStack

WHITEOUT = ".wh."
"""A layer's entry `.wh.<name>` takes `<name>` of the layers below away."""
OPAQUE = ".wh..wh..opq"
"""A layer's entry that takes away all that the layers below have in its directory."""

_COMPRESSED: dict[bytes, Callable[[IO[bytes]], Any]] = {
    b"\x1f\x8b": gzip.open,
    b"BZh": bz2.open,
    b"\xfd7zXZ\x00": lzma.open,
}
_ZSTANDARD = b"\x28\xb5\x2f\xfd"


class ArchiveError(ValueError):
    """A file is not a tar archive, or not one that can be read."""


@dataclass(frozen=True)
class Layer:
    """A stored layer and the digest of its uncompressed form."""

    descriptor: Descriptor
    diff_id: Digest


def open_archive(file: IO[bytes], scope: ExitStack) -> tarfile.TarFile:
    """Open a tar archive, compressed or not, for reading members in any order, until `scope` closes.

    Raises:
        ArchiveError: It is not a tar archive.
    """
    start = file.read(len(_ZSTANDARD) + 2)
    file.seek(0)
    if start.startswith(_ZSTANDARD):
        raise ArchiveError("archives compressed with Zstandard are not emulated; gzip, bzip2, xz and plain tar are")
    opener = next((opener for magic, opener in _COMPRESSED.items() if start.startswith(magic)), None)
    try:
        if opener is not None:
            file = _unpacked(opener(file), scope)
        return scope.enter_context(tarfile.open(fileobj=file, mode="r:"))
    except (tarfile.TarError, EOFError, OSError, lzma.LZMAError) as error:
        raise ArchiveError(str(error)) from error


def _unpacked(source: IO[bytes], scope: ExitStack) -> IO[bytes]:
    """A plain copy: members are read in any order, and going back in a compressed stream means to start again."""
    target = scope.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 - `scope` is the context manager
    with source:
        shutil.copyfileobj(source, target, CHUNK)
    target.seek(0)
    return target


def read_tree(archive: tarfile.TarFile) -> Tree:
    """Read an archive as one file system: a build context, an archive for ADD.

    Raises:
        ArchiveError: It breaks off.
    """
    tree = Tree()
    for path, member in _members(archive):
        _add(tree, path, archive, member)
    return tree


def apply_layer(tree: Tree, archive: tarfile.TarFile) -> None:
    """Put an image's layer on top of the layers below, whiteouts obeyed.

    Raises:
        ArchiveError: It breaks off.
    """
    members = _members(archive)
    for path, _ in members:
        folder, name = posixpath.split(path)
        if name == OPAQUE:
            for child in tree.children(folder):
                tree.remove(posixpath.join(folder, child))
        elif name.startswith(WHITEOUT):
            tree.remove(posixpath.join(folder, name.removeprefix(WHITEOUT)))
    for path, member in members:
        if not posixpath.basename(path).startswith(WHITEOUT):
            _add(tree, path, archive, member)


def _members(archive: tarfile.TarFile) -> list[tuple[str, tarfile.TarInfo]]:
    try:
        return [(normalise(member.name), member) for member in archive.getmembers()]
    except (tarfile.TarError, OSError) as error:
        raise ArchiveError(str(error)) from error


def _add(tree: Tree, path: str, archive: tarfile.TarFile, member: tarfile.TarInfo) -> None:
    mode, uid, gid = member.mode & 0o7777, member.uid, member.gid
    if member.isdir():
        tree.add(path, Node(Kind.DIRECTORY, mode, uid, gid))
    elif member.issym():
        tree.add(path, Node(Kind.SYMLINK, 0o777, uid, gid, link=member.linkname))
    elif member.islnk():
        target = tree.get(normalise(member.linkname))
        if target is None:
            raise ArchiveError(f"{path} is a hard link to {member.linkname}, which is not there")
        tree.add(path, target)
    elif member.isfile():
        content = cast("Callable[[], IO[bytes]]", partial(archive.extractfile, member))
        tree.add(path, Node(Kind.FILE, mode, uid, gid, member.size, content=content))


class _Hashing(io.RawIOBase):
    """Passes what is written on, and hashes it."""

    def __init__(self, target: IO[bytes]) -> None:
        self._target = target
        self._hash = hashlib.sha256()

    @property
    def digest(self) -> Digest:
        return Digest(f"sha256:{self._hash.hexdigest()}")

    def write(self, data: bytes) -> int:  # type: ignore[override]  # tarfile writes bytes only
        self._hash.update(data)
        return self._target.write(data)


def write_layer(store: ContentStore, entries: Mapping[str, Node]) -> Layer:
    """Store a gzip-compressed layer; equal entries give an equal digest (sorted, all times at the epoch).

    Lightly compressed: layers do not travel far here, and models hardly shrink.
    """
    with store.writer() as writer:
        with gzip.GzipFile(
            filename="", fileobj=cast("IO[bytes]", writer), mode="wb", compresslevel=1, mtime=0
        ) as packed:
            plain = _Hashing(cast("IO[bytes]", packed))
            with tarfile.open(fileobj=plain, mode="w|", format=tarfile.PAX_FORMAT) as archive:
                for path in sorted(entries):
                    _write_entry(archive, path, entries[path])
        digest = writer.commit()
    return Layer(Descriptor(OCI_LAYER, digest, store.size(digest)), plain.digest)


def _write_entry(archive: tarfile.TarFile, path: str, node: Node) -> None:
    info = tarfile.TarInfo(path)
    info.mode, info.uid, info.gid = node.mode, node.uid, node.gid
    if node.content is not None:
        info.size = node.size
        with node.content() as content:
            archive.addfile(info, content)
        return
    info.type = tarfile.DIRTYPE if node.kind is Kind.DIRECTORY else tarfile.SYMTYPE
    info.linkname = node.link
    archive.addfile(info)
