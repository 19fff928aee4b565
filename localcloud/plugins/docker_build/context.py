"""A folder as the Docker client sends it: without what `.dockerignore` leaves out, as a tar that is always the same."""

from __future__ import annotations

import hashlib
import io
import re
import stat
import tarfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from localcloud.plugins.errors import InvalidInput

_EXECUTABLE = 0o100


@dataclass(frozen=True)
class Context:
    """What is built.

    Attributes:
        root: The folder.
        dockerfile: Path of the Dockerfile in it, which is always sent.
    """

    root: Path
    dockerfile: str

    @classmethod
    def of(cls, context: str, dockerfile: str | None) -> Context:
        """A folder and its Dockerfile; raises `InvalidInput` where they are not there."""
        root = Path(context)
        if not root.is_absolute():
            # An attached plugin isn't told the program's folder, and its own working directory is another.
            raise InvalidInput(f"context.location has to be absolute for an attached plugin; got '{context}'")
        file = Path(dockerfile) if dockerfile else root / "Dockerfile"
        if not file.is_file():
            raise InvalidInput(f"dockerfile.location: {file}: no such file")
        if not file.is_relative_to(root):
            raise InvalidInput(f"dockerfile.location has to lie in context.location here; got '{dockerfile}'")
        return cls(root, file.relative_to(root).as_posix())

    @property
    def hash(self) -> str:
        """SHA-256 of paths, modes and contents, hexadecimal: all bits of a mode count, as with the real provider."""
        total = hashlib.sha256()
        for name, path in self._files():
            total.update(f"{name}\0{stat.S_IMODE(path.stat().st_mode):o}\0".encode())
            total.update(hashlib.sha256(path.read_bytes()).digest())
        return total.hexdigest()

    def tar(self) -> bytes:
        """The archive; times and owners are left out."""
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w") as archive:
            for name, path in self._files():
                entry = tarfile.TarInfo(name)
                content = path.read_bytes()
                entry.size, entry.mode = len(content), _mode(path)
                archive.addfile(entry, io.BytesIO(content))
        return packed.getvalue()

    def _files(self) -> Iterator[tuple[str, Path]]:
        ignore = self.root / ".dockerignore"
        patterns = ignore.read_text().splitlines() if ignore.is_file() else []
        for path in sorted(self.root.rglob("*")):
            name = path.relative_to(self.root).as_posix()
            if path.is_file() and (name == self.dockerfile or not is_ignored(name, patterns)):
                yield name, path


def is_ignored(path: str, patterns: Sequence[str]) -> bool:
    """Whether a file is left out: the last pattern that meets it or a folder of it decides, `!` keeps."""
    parts = path.split("/")
    above = ["/".join(parts[: depth + 1]) for depth in range(len(parts))]
    ignored = False
    for line in patterns:
        pattern = line.strip()
        keeps = pattern.startswith("!")
        pattern = pattern.removeprefix("!").strip("/").removeprefix("./")
        if pattern and not pattern.startswith("#") and any(_matcher(pattern).fullmatch(part) for part in above):
            ignored = not keeps
    return ignored


@cache
def _matcher(pattern: str) -> re.Pattern[str]:
    text = re.escape(pattern)
    for glob, expression in ((r"\*\*/", "(?:.*/)?"), (r"\*\*", ".*"), (r"\*", "[^/]*"), (r"\?", "[^/]")):
        text = text.replace(glob, expression)
    return re.compile(text)


def _mode(path: Path) -> int:
    return 0o755 if path.stat().st_mode & _EXECUTABLE else 0o644
