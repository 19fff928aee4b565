"""Where engines are kept: outside the tree and outside virtual environments."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from .errors import NotEnoughDisk
from .progress import say

TEMPORARY: Final = ".making-"
REQUIRED: Final = ("pulumi", "pulumi-language-python", "pulumi-language-python-exec")
"""What a usable `bin` holds."""


def root() -> Path:
    """Folder of all engines: below AZUREML_SCORING_CACHE, else XDG_CACHE_HOME, else ~/.cache."""
    chosen = os.environ.get("AZUREML_SCORING_CACHE")
    if chosen:
        return Path(chosen).expanduser().absolute() / "pulumi"
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(base).expanduser().absolute() / "azureml-scoring" / "pulumi"


def digest(*parts: bytes | str) -> str:
    """Short hash of what something is made from: 12 hexadecimal digits."""
    summary = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        summary.update(len(data).to_bytes(8, "big") + data)
    return summary.hexdigest()[:12]


def usable(folder: Path) -> bool:
    """Whether `folder`/bin holds an engine with its Python language host."""
    return all(os.access(folder / "bin" / name, os.X_OK) for name in REQUIRED)


def make(folder: Path, fill: Callable[[Path], None]) -> None:
    """Let `fill` write a temporary folder and move it to `folder` at once; a failed `fill` leaves nothing."""
    temporary = Path(tempfile.mkdtemp(prefix=TEMPORARY, dir=folder.parent))
    try:
        fill(temporary)
        temporary.chmod(0o755)
        # A folder that stands in the way is one that is not usable: somebody deleted files in it.
        shutil.rmtree(folder, ignore_errors=True)
        temporary.rename(folder)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


@contextlib.contextmanager
def locked() -> Iterator[None]:
    """Only one process at a time makes engines; leftovers of a killed one are removed."""
    folder = root()
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("a+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            say(f"process {lock.read().strip() or '?'} is making the engine; waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        lock.seek(0)
        lock.truncate()
        lock.write(str(os.getpid()))
        lock.flush()
        for leftover in folder.glob(f"{TEMPORARY}*"):
            shutil.rmtree(leftover, ignore_errors=True)
        yield


def require_room(folder: Path, needed: int) -> None:
    """Raise `NotEnoughDisk` when the disk of `folder` has less than `needed` bytes free."""
    existing = next(parent for parent in (folder, *folder.parents) if parent.exists())
    free = shutil.disk_usage(existing).free
    if free < needed:
        raise NotEnoughDisk(folder, free, needed)
