"""A builder whose registry knows what the test put there."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from localcloud.images.archive import apply_layer, open_archive
from localcloud.images.build import BuildRequest, build
from localcloud.images.content import ContentStore
from localcloud.images.errors import RegistryUnreachable
from localcloud.images.tree import Tree

if TYPE_CHECKING:
    from pathlib import Path

    from localcloud.images.image import Image

Files = Mapping[str, bytes | tuple[bytes, int] | str | None]
"""Bytes: a file (with its mode); a text: a link to it; None: a directory."""


def tar_of(files: Files, mode: str = "w", mtime: int = 1_700_000_000) -> bytes:
    """A tar archive."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:  # type: ignore[call-overload]  # the mode is a variable
        for path, content in files.items():
            member = tarfile.TarInfo(path)
            member.mtime, member.mode = mtime, 0o644
            data = b""
            if content is None:
                member.type, member.mode = tarfile.DIRTYPE, 0o755
            elif isinstance(content, str):
                member.type, member.linkname = tarfile.SYMTYPE, content
            else:
                data, member.mode = content if isinstance(content, tuple) else (content, 0o644)
                member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return buffer.getvalue()


@dataclass
class Builder:
    """Builds in a folder; `images` are what FROM finds, everything else is out of reach."""

    folder: Path
    store: ContentStore
    images: dict[str, Image | Exception] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)

    def resolve(self, reference: str) -> Image:
        """Find the image of a FROM line."""
        found = self.images.get(reference, RegistryUnreachable(reference))
        if isinstance(found, Exception):
            raise found
        return found

    def build(self, text: str, files: Files | None = None, *, mtime: int = 1, **options: Any) -> Image:
        """Build a Dockerfile with files beside it."""
        context = self.folder / "context.tar"
        context.write_bytes(tar_of({"Dockerfile": text.encode()} | dict(files or {}), mtime=mtime))
        self.log.clear()
        return build(BuildRequest(context, **options), self.store, self, self.log.append)

    def tree(self, image: Image) -> Tree:
        """The file system of an image, its layers on top of each other; files cannot be read from it."""
        with ExitStack() as scope:
            return self._tree(image, scope)

    def _tree(self, image: Image, scope: ExitStack) -> Tree:
        tree = Tree()
        for digest in image.layers:
            apply_layer(tree, open_archive(scope.enter_context(self.store.open(digest)), scope))
        return tree

    def files(self, image: Image) -> dict[str, bytes]:
        """What the files of an image hold, by path."""
        found: dict[str, bytes] = {}
        with ExitStack() as scope:
            for path, node in self._tree(image, scope).walk(""):
                if node.content is not None:
                    with node.content() as content:
                        found[path] = content.read()
        return found


@pytest.fixture
def builder(tmp_path: Path) -> Builder:
    """A builder with an empty store."""
    return Builder(tmp_path, ContentStore(tmp_path / "blobs"))
