"""A build context as a folder, for a client that reads folders only."""

import os
import tempfile
from pathlib import Path

from ..rules import BuildContext, ContextFile, InvalidContext

_OWN = 0o700
"""Mode of the folder: what is built may be nobody else's to read."""


def context_folder(context: BuildContext) -> Path:
    """The context's files in a folder that is named by their hash: the same files are the same folder in every program.

    Raises:
        InvalidContext: A file can't be read, or the folder is not this user's own.
    """
    root = Path(tempfile.gettempdir()) / f"azureml-scoring-{os.getuid()}"
    root.mkdir(mode=_OWN, exist_ok=True)
    if root.is_symlink() or root.stat().st_uid != os.getuid():
        raise InvalidContext(root, "belongs to somebody else; set TMPDIR to a folder of your own")
    folder = root / context.hash
    if not folder.exists():
        _appear(context, folder)
    return folder


def _appear(context: BuildContext, folder: Path) -> None:
    """Writes all files, and only then gives the folder its name."""
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}.") as unfinished:
        made = Path(unfinished) / "context"
        made.mkdir()
        for file in context.files:
            _write(file, made / file.path)
        try:
            made.rename(folder)
        except OSError:
            # Another program was faster; its files are the same.
            if not folder.is_dir():
                raise


def _write(file: ContextFile, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if file.link is not None:
        path.symlink_to(file.link)
        return
    with file.open() as content:
        path.write_bytes(content.read())
    path.chmod(file.mode)
