"""The official release is downloaded, checked and unpacked; nothing of a wrong one stays."""

from __future__ import annotations

import functools
import hashlib
import io
import tarfile
import threading
import time
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tools.pulumi import cache, release
from tools.pulumi.errors import ChecksumMismatch, NoRelease
from tools.pulumi.versions import VERSION

pytestmark = pytest.mark.usefixtures("cache_root")


class Quiet(SimpleHTTPRequestHandler):
    """A file server that says nothing."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it
        """Say nothing."""


@pytest.fixture
def mirror(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that a server on loopback publishes as the releases."""
    folder = tmp_path / "mirror"
    folder.mkdir()
    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("AZUREML_SCORING_PULUMI_RELEASES", f"http://127.0.0.1:{server.server_port}/")
        yield folder
        server.shutdown()


def publish(folder: Path, checksum: str | None = None) -> None:
    """Put an archive like the official one, and its checksum, into `folder`."""
    archive = folder / release.archive_name()
    with tarfile.open(archive, "w:gz") as content:
        for name in ("pulumi", "pulumi-language-python", "pulumi-language-python-exec", "../../outside", "README"):
            member = tarfile.TarInfo(f"pulumi/{name}")
            member.size = 4
            content.addfile(member, io.BytesIO(b"four"))
        link = tarfile.TarInfo("pulumi/pulumi-link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        content.addfile(link)
    found = checksum or hashlib.sha256(archive.read_bytes()).hexdigest()
    lines = f"{'0' * 64}  pulumi-v{VERSION}-windows-x64.zip\n{found}  {archive.name}\n"
    (folder / f"pulumi-{VERSION}-checksums.txt").write_text(lines, encoding="utf-8")


def test_release(mirror: Path) -> None:
    publish(mirror)
    with cache.locked():
        release.make()
    assert cache.usable(release.folder())
    assert sorted(path.name for path in (release.folder() / "bin").iterdir()) == sorted(cache.REQUIRED)
    assert [path.name for path in release.folder().iterdir()] == ["bin"]


def test_checksum_mismatch_leaves_nothing(mirror: Path, cache_root: Path) -> None:
    publish(mirror, checksum="1" * 64)
    cache_root.mkdir(parents=True)
    with pytest.raises(ChecksumMismatch, match=f"published is {'1' * 64}; nothing was unpacked"):
        release.make()
    assert list(cache_root.iterdir()) == []


def test_not_published(mirror: Path) -> None:
    with pytest.raises(NoRelease, match=f"pulumi-{VERSION}-checksums.txt: HTTP Error 404"):
        release.make()
    publish(mirror)
    (mirror / f"pulumi-{VERSION}-checksums.txt").write_text("", encoding="utf-8")
    with pytest.raises(NoRelease, match="the published checksums don't list pulumi-v"):
        release.make()


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "no address"])
def test_nobody_there(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("AZUREML_SCORING_PULUMI_RELEASES", url)
    with pytest.raises(NoRelease, match=f"the official release {VERSION} can't be had: {url}/"):
        release.make()


def test_a_name_server_that_does_not_answer_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(release, "CONNECT_TIMEOUT", -0.8)
    monkeypatch.setattr(release, "_copy", lambda _url, _write: time.sleep(2))
    start = time.monotonic()
    with pytest.raises(NoRelease, match="no answer within"):
        release.fetch_checksums("http://127.0.0.1:1")
    assert time.monotonic() - start < 1.8


@pytest.mark.parametrize(
    ("system", "machine", "name"),
    [
        ("Linux", "x86_64", "linux-x64"),
        ("Linux", "aarch64", "linux-arm64"),
        ("Darwin", "arm64", "darwin-arm64"),
        ("Darwin", "x86_64", "darwin-x64"),
    ],
)
def test_platforms(monkeypatch: pytest.MonkeyPatch, system: str, machine: str, name: str) -> None:
    monkeypatch.setattr("platform.system", lambda: system)
    monkeypatch.setattr("platform.machine", lambda: machine)
    assert release.archive_name() == f"pulumi-v{VERSION}-{name}.tar.gz"


def test_no_release_for_this_platform(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.machine", lambda: "riscv64")
    with pytest.raises(NoRelease, match=r"there is none for .* on riscv64"):
        release.archive_name()
