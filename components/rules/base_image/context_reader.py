"""The files of a build context, for rules that follow what a Dockerfile copies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..context import BuildContext, InvalidContext

if TYPE_CHECKING:
    from .image_files import Reader

__all__ = ["reader_of"]

_SIZE_MAX = 1 << 20
"""Bytes that are read of a file: no list of packages is longer."""


def reader_of(context: BuildContext) -> Reader:
    """Return a reader of what Docker would send: what `.dockerignore` leaves out isn't there."""
    files = {file.path: file for file in context.files if file.link is None}

    def read(path: str) -> str | None:
        file = files.get(path)
        if file is None:
            return None
        try:
            with file.open() as content:
                return content.read(_SIZE_MAX).decode("utf-8", errors="replace")
        except (InvalidContext, OSError):
            return None

    return read
