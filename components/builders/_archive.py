"""A build context as a file, for the engine to upload."""

import contextlib
import os
import tempfile
import time
from pathlib import Path

from ..rules import BuildContext, InvalidContext

_OWN = 0o700
"""Mode of the folder: what is built may be nobody else's to read."""
_KEPT = 7 * 24 * 3600
"""Seconds for which a file is kept after a program last asked for it."""


def context_archive(context: BuildContext) -> Path:
    """The context in a file that is named by its hash: the same content is the same file in every program.

    It outlives the program: an engine that ends may still read it, and a program that is ended removes nothing. Files
    that no program asked for in a week are removed here.

    Raises:
        InvalidContext: A file changed since it was hashed, or the folder is not this user's own.
    """
    folder = _own_folder()
    _remove_unused(folder)
    path = folder / f"{context.hash}.tar.gz"
    if path.exists():
        os.utime(path)
    else:
        context.write(path)
    return path


def _own_folder() -> Path:
    # Windows has no such number, and gives each user a temporary folder of their own.
    user = os.getuid() if hasattr(os, "getuid") else None
    folder = Path(tempfile.gettempdir(), "azureml-scoring" if user is None else f"azureml-scoring-{user}")
    folder.mkdir(mode=_OWN, exist_ok=True)
    if folder.is_symlink() or user not in {None, folder.stat().st_uid}:
        raise InvalidContext(folder, "belongs to somebody else; set TMPDIR to a folder of your own")
    return folder


def _remove_unused(folder: Path) -> None:
    unused = time.time() - _KEPT
    for path in folder.iterdir():
        # Another program may be removing the same one, or reading it where that forbids its removal.
        with contextlib.suppress(OSError):
            if path.stat().st_mtime < unused:
                path.unlink()
