"""The files of an image in the repository: the one of this checkout, and the commit that the deployed image is of.

A preview knows of a file only its fingerprint; what has the same one is the same file.
"""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tools.review.images import ChangedFile

_DIGITS = 12
_COMMITS = 200
"""Commits of one file that are looked at, the newest first."""
_PLACES = 100
"""Files of one name that are looked at."""
_LINES = 200
"""Lines of a difference that are shown."""
_TIMEOUT = 60
"""Seconds that a git command may take."""
_MODES = {"100644": 0o644, "100755": 0o755, "120000": 0o777}


@dataclass(frozen=True)
class Difference:
    """What changed in a file since the image that is deployed.

    Attributes:
        path: The file, from the root of the repository.
        commit: The commit with the deployed file, in short; empty where no commit has it.
        lines: The difference as `git diff` has it, without its head; empty where it can't be told.
        left_out: Lines that are too many to be shown.
    """

    path: str
    commit: str
    lines: tuple[str, ...]
    left_out: int = 0


def fingerprint(mode: int, content: bytes) -> str:
    """What a component's `build_inputs` say of a file.

    Args:
        mode: 0o644, 0o755, or 0o777 for a symbolic link.
        content: Its bytes; of a link, the path that it leads to.
    """
    link = mode == _MODES["120000"]
    head = f"{mode:o}\0".encode() + (content if link else b"") + b"\0"
    return hashlib.sha256(head + hashlib.sha256(b"" if link else content).digest()).hexdigest()[:_DIGITS]


class Repository:
    """A git repository, read only.

    Args:
        root: Its folder, or one in it.
    """

    def __init__(self, root: Path) -> None:
        self._folder = root
        top = self._git("rev-parse", "--show-toplevel")
        self.root = Path(top.decode().strip()) if top else None
        """Its topmost folder; None where there is none, or no git."""

    def difference(self, file: ChangedFile, folders: Iterable[str]) -> Difference | None:
        """What changed in a file of an image; None where the file is not in this checkout.

        Args:
            file: The file, with the fingerprints of then and now.
            folders: Build contexts in which it is looked for first, from where the preview ran.
        """
        if self.root is None or not file.before or not file.after:
            return None
        path = next((one for one in self._candidates(file.path, folders) if self._is(one, file.after)), None)
        if path is None:
            return None
        commit = next((one for one in self._commits(path) if self._was(one, path, file.before)), "")
        lines = self._diff(commit, path) if commit else ()
        return Difference(path, commit[:_DIGITS], tuple(lines[:_LINES]), max(0, len(lines) - _LINES))

    def _candidates(self, path: str, folders: Iterable[str]) -> Iterator[str]:
        """Where the file may lie: in a build context, else anywhere under its name, or the end of it.

        A service's context is put together: its `source/score.py` is a `score.py` of the repository.
        """
        root = self.root or self._folder
        for folder in folders:
            place = (self._folder / folder / path).resolve().parent / PurePosixPath(path).name
            if place.is_relative_to(root):
                yield place.relative_to(root).as_posix()
        parts = PurePosixPath(path).parts
        for start in range(len(parts)):
            name = "/".join(parts[start:])
            listed = self._git("ls-files", "-z", "--full-name", "--", f":(top,glob)**/{name}")
            yield from filter(None, listed.decode(errors="surrogateescape").split("\0")[:_PLACES])

    def _is(self, path: str, wanted: str) -> bool:
        """Whether the file of this checkout is the one of a preview."""
        place = (self.root or self._folder) / path
        try:
            if place.is_symlink():
                return fingerprint(_MODES["120000"], bytes(str(place.readlink()), "utf-8")) == wanted
            mode = _MODES["100755"] if place.stat().st_mode & 0o100 else _MODES["100644"]
            return fingerprint(mode, place.read_bytes()) == wanted
        except OSError:
            return False

    def _commits(self, path: str) -> list[str]:
        return (
            self._git("log", f"--max-count={_COMMITS}", "--format=%H", "--", f":(top,literal){path}").decode().split()
        )

    def _was(self, commit: str, path: str, wanted: str) -> bool:
        """Whether a commit's file is the one of the deployed image."""
        entry = self._git("ls-tree", "--full-tree", commit, "--", path).decode(errors="replace").split()
        if not entry or entry[0] not in _MODES:
            return False
        return fingerprint(_MODES[entry[0]], self._git("cat-file", "blob", entry[2])) == wanted

    def _diff(self, commit: str, path: str) -> Sequence[str]:
        options = ["--no-color", "--no-ext-diff", "--no-textconv", "--unified=3"]
        text = self._git("diff", *options, commit, "--", f":(top,literal){path}").decode(errors="replace")
        lines = text.splitlines()
        start = next((place for place, line in enumerate(lines) if line.startswith(("@@", "Binary"))), len(lines))
        return lines[start:]

    def _git(self, *arguments: str) -> bytes:
        """What a git command writes; nothing where it fails."""
        try:
            done = subprocess.run(
                ["git", "-C", str(self._folder), "--no-optional-locks", *arguments],
                capture_output=True, timeout=_TIMEOUT, check=False, stdin=subprocess.DEVNULL,
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired):
            return b""
        return done.stdout if done.returncode == 0 else b""
