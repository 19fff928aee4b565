"""Second source: the official release, checked against its published SHA-256."""

from __future__ import annotations

import hashlib
import io
import os
import platform
import shutil
import tarfile
import threading
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Final

from . import cache
from .errors import ChecksumMismatch, NoRelease
from .progress import Ticker, say
from .versions import VERSION

RELEASES: Final = "https://get.pulumi.com/releases/sdk"
"""Where Pulumi publishes; AZUREML_SCORING_PULUMI_RELEASES names a mirror."""
CONNECT_TIMEOUT: Final = 4.0
"""Seconds for the first answer: a closed network must not hold anybody up."""
ROOM: Final = 1024**3
"""Bytes that the archive and its content take."""
CHUNK: Final = 1024 * 1024
_SYSTEMS: Final = {"Linux": "linux", "Darwin": "darwin"}
_MACHINES: Final = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64", "arm64": "arm64"}


def archive_name() -> str:
    """File name of the release for this machine; raises `NoRelease` when there is none."""
    system, machine = _SYSTEMS.get(platform.system()), _MACHINES.get(platform.machine().lower())
    if system is None or machine is None:
        raise NoRelease(f"there is none for {platform.system()} on {platform.machine()}")
    return f"pulumi-v{VERSION}-{system}-{machine}.tar.gz"


def folder() -> Path:
    """Where this release is kept."""
    return cache.root() / f"{VERSION}-{cache.digest('release', archive_name())}"


def make() -> None:
    """Download, check and unpack the release; raises `NoRelease` or `ChecksumMismatch`."""
    name = archive_name()
    base = os.environ.get("AZUREML_SCORING_PULUMI_RELEASES", RELEASES).rstrip("/")
    say(f"looking for the official release {VERSION} at {base}")
    expected = published_checksum(fetch_checksums(f"{base}/pulumi-{VERSION}-checksums.txt"), name)
    cache.require_room(cache.root(), ROOM)

    def fill(temporary: Path) -> None:
        archive = temporary / name
        found = _download(f"{base}/{name}", archive)
        if found != expected:
            raise ChecksumMismatch(f"{base}/{name}", expected, found)
        unpack(archive, temporary / "bin")
        archive.unlink()

    cache.make(folder(), fill)


def published_checksum(document: str, name: str) -> str:
    """The SHA-256 of `name` in a checksum file; raises `NoRelease` when it isn't listed."""
    for line in document.splitlines():
        words = line.split()
        if len(words) == 2 and words[1].lstrip("*") == name:  # noqa: PLR2004 - "<sha256>  <file>"
            return words[0].lower()
    raise NoRelease(f"the published checksums don't list {name}")


def fetch_checksums(url: str) -> str:
    """The checksum file; raises `NoRelease` within a few seconds when nobody answers."""
    answer = io.BytesIO()
    problem: list[NoRelease] = []

    def fetch() -> None:
        try:
            _copy(url, answer.write)
        except NoRelease as error:
            problem.append(error)

    # A thread, because looking up a name has no time-out of its own.
    thread = threading.Thread(target=fetch, daemon=True)
    thread.start()
    thread.join(CONNECT_TIMEOUT + 1)
    if thread.is_alive():
        raise NoRelease(f"{url}: no answer within {CONNECT_TIMEOUT + 1:.0f} s")
    if problem:
        raise problem[0]
    return answer.getvalue().decode(errors="replace")


def _download(url: str, target: Path) -> str:
    """Write `url` to `target`; returns its SHA-256."""
    summary, ticker = hashlib.sha256(), Ticker()
    say(f"downloading {url}")
    with target.open("wb") as file:

        def write(data: bytes) -> None:
            file.write(data)
            summary.update(data)
            ticker.tick(f"downloaded {file.tell() / 1e6:.0f} MB")

        _copy(url, write)
    return summary.hexdigest()


def _copy(url: str, write: Callable[[bytes], object]) -> None:
    """Give the content of `url` to `write` piece by piece; raises `NoRelease`."""
    # Here, because importing them takes 60 ms that a second run doesn't have.
    from http.client import HTTPException  # noqa: PLC0415
    from urllib.error import HTTPError  # noqa: PLC0415
    from urllib.request import urlopen  # noqa: PLC0415

    try:
        with urlopen(url, timeout=CONNECT_TIMEOUT) as response:  # noqa: S310 - our own address or a named mirror
            while data := response.read(CHUNK):
                write(data)
    except HTTPError as error:
        error.close()
        raise NoRelease(f"{url}: {error}") from error
    except (OSError, ValueError, HTTPException) as error:
        raise NoRelease(f"{url}: {error}") from error


def unpack(archive: Path, target: Path) -> None:
    """Write the programs of `archive` (`pulumi/<name>`) flat into `target`; links and other paths are left out."""
    target.mkdir()
    with tarfile.open(archive) as content:
        for member in content:
            path = PurePosixPath(member.name)
            source = content.extractfile(member) if member.isreg() and path.name.startswith("pulumi") else None
            if source is None:
                continue
            with source, (target / path.name).open("wb") as file:
                shutil.copyfileobj(source, file)
            (target / path.name).chmod(0o755)
