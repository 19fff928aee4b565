"""An image's root file system as a folder: layers unpacked, and paths looked up as in a chroot.

Nothing that a layer says can write outside of the folder: every path is walked component by component, symbolic
links are followed as the kernel would below the root ('/' and '..' stop at it), and links are stored relative.
Device nodes, FIFOs, owners and setuid bits are left out: processes run as the user who started localcloud.
"""

from __future__ import annotations

import base64
import os
import posixpath
import shutil
import tarfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from localcloud.runtime.errors import BadLayer

if TYPE_CHECKING:
    from localcloud.images.content import ContentStore
    from localcloud.images.image import Image

_WHITEOUT = ".wh."
_OPAQUE = ".wh..wh..opq"
_MOST_LINKS = 40
_GZIP = b"\x1f\x8b"
_ZSTANDARD = b"\x28\xb5\x2f\xfd"


class RootFileSystem:
    """A folder that is the '/' of a container.

    Attributes:
        path: the folder on the host.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def locate(self, inside: str) -> Path:
        """Where the container's path `inside` is, or would be, on the host: never outside of the folder.

        Raises:
            OSError: too many levels of symbolic links.
        """
        return self._walk(inside, follow_last=True)

    def find(self, inside: str) -> Path | None:
        """Where `inside` is on the host; None when the container has no such path."""
        try:
            found = self.locate(inside)
        except OSError:
            return None
        return found if found.exists() else None

    def unpack(self, image: Image, store: ContentStore) -> None:
        """Unpack all layers of an image, lowest first.

        Raises:
            BadLayer: a layer can't be read, or an entry of it can't be placed.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        for digest in image.layers:
            with store.open(digest) as blob:
                self.apply(blob, digest)

    def apply(self, blob: BinaryIO, digest: str) -> None:
        """Unpack one layer (tar, plain or gzip) over what is there; `digest` names it in errors.

        Raises:
            BadLayer: it can't be read, or an entry of it can't be placed.
        """
        magic = blob.read(4)
        blob.seek(0)
        if magic == _ZSTANDARD:
            raise BadLayer(digest, "zstandard layers are not supported; gzip and plain tar are")
        try:
            with tarfile.open(fileobj=blob, mode="r:gz" if magic.startswith(_GZIP) else "r:") as archive:
                self._apply_members(archive)
        except (tarfile.TarError, OSError, EOFError, ValueError) as error:
            raise BadLayer(digest, f"{type(error).__name__}: {error}") from error

    def add(self, files: Mapping[str, str], folders: Iterable[str]) -> None:
        """Put files (path -> base64 of the content) and folders beside what the image has; the files are read-only.

        Raises:
            OSError: something else of the image is there already.
        """
        for inside in folders:
            self.locate(inside).mkdir(parents=True, exist_ok=True)
        for inside, content in files.items():
            target = self.locate(inside)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.unlink(missing_ok=True)
            descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
            with os.fdopen(descriptor, "wb") as file:
                file.write(base64.b64decode(content))

    def _apply_members(self, archive: tarfile.TarFile) -> None:
        # An opaque whiteout hides what lower layers have, not what this one brings, wherever it stands in the layer.
        brought: set[Path] = set()
        for member in archive:
            folder, name = posixpath.split(posixpath.normpath("/" + member.name))
            if name == _OPAQUE:
                self._clear(self.locate(folder), brought)
            elif name.startswith(_WHITEOUT):
                _remove(self._walk(posixpath.join(folder, name.removeprefix(_WHITEOUT)), follow_last=False))
            elif name:
                brought |= self._place(archive, member, posixpath.join(folder, name))

    def _place(self, archive: tarfile.TarFile, member: tarfile.TarInfo, inside: str) -> set[Path]:
        target = self._walk(inside, follow_last=False)
        target.parent.mkdir(parents=True, exist_ok=True)
        if not (member.isdir() and target.is_dir() and not target.is_symlink()):
            _remove(target)
        if member.isdir():
            target.mkdir(exist_ok=True)
            target.chmod((member.mode & 0o777) | 0o700)
        elif member.issym():
            target.symlink_to(self._relative_link(target.parent, member.linkname))
        elif member.islnk():
            target.hardlink_to(self._walk(member.linkname, follow_last=False))
        elif member.isfile():
            self._write(archive, member, target)
        return {target, *self._parents(target)}

    def _write(self, archive: tarfile.TarFile, member: tarfile.TarInfo, target: Path) -> None:
        source = archive.extractfile(member)
        assert source is not None  # noqa: S101 - a regular file always has content
        with source, target.open("wb") as file:
            shutil.copyfileobj(source, file, 1 << 20)
        target.chmod((member.mode & 0o777) | 0o600)
        os.utime(target, (member.mtime, member.mtime))

    def _clear(self, folder: Path, keep: set[Path]) -> None:
        for entry in sorted(folder.iterdir()) if folder.is_dir() else ():
            if entry not in keep:
                _remove(entry)
            elif entry.is_dir() and not entry.is_symlink():
                self._clear(entry, keep)

    def _parents(self, target: Path) -> Iterable[Path]:
        return (parent for parent in target.parents if parent != self.path and parent.is_relative_to(self.path))

    def _relative_link(self, folder: Path, target: str) -> str:
        """The text of a link in `folder` that means on the host what `target` means to the container."""
        inside = posixpath.join("/", folder.relative_to(self.path))
        return posixpath.relpath(posixpath.normpath(posixpath.join(inside, target)), inside)

    def _walk(self, inside: str, *, follow_last: bool) -> Path:
        """Follow `inside` from the root; with `follow_last` a link at its end is followed too."""
        pending = [part for part in reversed(inside.split("/")) if part not in {"", "."}]
        current = self.path
        links = 0
        while pending:
            part = pending.pop()
            if part == "..":
                current = current.parent if current != self.path else current
                continue
            step = current / part
            if step.is_symlink() and (pending or follow_last):
                links += 1
                if links > _MOST_LINKS:
                    raise OSError(f"too many levels of symbolic links: {inside}")
                target = str(step.readlink())
                current = self.path if target.startswith("/") else current
                pending += [part for part in reversed(target.split("/")) if part not in {"", "."}]
            else:
                current = step
        return current


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
