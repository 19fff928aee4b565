"""The order of the sources, and what is said when none of them works."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tools.pulumi import build, cache, engine, release
from tools.pulumi.engine import Source
from tools.pulumi.errors import ChecksumMismatch, NoEngine, NoGo, NoRelease

Add = Callable[[str, str], Path]


def fake(folder: Path) -> None:
    """Put something usable into `folder`."""
    (folder / "bin").mkdir(parents=True)
    for name in cache.REQUIRED:
        (folder / "bin" / name).touch(mode=0o755)


@pytest.fixture
def made(cache_root: Path, on_path: Add, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The sources that were asked to make an engine; nothing is on PATH."""
    on_path("something-else", "")
    asked: list[str] = []

    def make(name: str, folder: Path) -> None:
        asked.append(name)
        fake(folder)

    assert not cache_root.exists()
    monkeypatch.setattr(release, "make", lambda: make("release", release.folder()))
    monkeypatch.setattr(build, "make", lambda: make("build", build.folder()))
    return asked


def refuse(error: Exception) -> Callable[[], None]:
    """A source that fails."""

    def make() -> None:
        raise error

    return make


def test_path_first(made: list[str], on_path: Add) -> None:
    on_path("pulumi", "echo v3.260.0")
    on_path("pulumi-language-python", "")
    assert engine.ensure() is None
    assert engine.which() is None
    assert made == []


def test_then_the_release(made: list[str]) -> None:
    assert engine.ensure() == release.folder() / "bin"
    assert engine.ensure() == engine.which() == release.folder() / "bin"
    assert made == ["release"]


def test_then_the_build(made: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(release, "make", refuse(NoRelease("closed network")))
    assert engine.ensure() == build.folder() / "bin"
    assert "the official release 3.259.0 can't be had: closed network." in capsys.readouterr().err
    # What is there is used without asking the network again.
    monkeypatch.setattr(release, "make", refuse(AssertionError()))
    assert engine.ensure() == build.folder() / "bin"
    assert made == ["build"]


def test_one_source_only(made: list[str], on_path: Add) -> None:
    on_path("pulumi", "echo v3.260.0")
    on_path("pulumi-language-python", "")
    assert engine.ensure([Source.BUILD]) == build.folder() / "bin"
    assert made == ["build"]


def test_a_wrong_download_stops_everything(made: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(release, "make", refuse(ChecksumMismatch("http://127.0.0.1/a", "1", "2")))
    with pytest.raises(ChecksumMismatch):
        engine.ensure()
    assert made == []


def test_none_works(made: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(release, "make", refuse(NoRelease("closed network")))
    monkeypatch.setattr(build, "make", refuse(NoGo("1.25")))
    with pytest.raises(NoEngine) as failed:
        engine.ensure()
    assert str(failed.value) == (
        "no Pulumi engine. Tried:\n"
        "  1. path: there is no `pulumi` on PATH; needed is pulumi 3.250.0 or newer with pulumi-language-python next "
        "to it.\n"
        "  2. release: the official release 3.259.0 can't be had: closed network.\n"
        "  3. build: `go` is not on PATH; building the engine needs Go 1.25 or newer.\n"
        "Do one of these and run again: install Pulumi 3.250.0 or newer and put it on PATH; connect this machine to "
        "the internet; or install Go and let it reach a module proxy (GOPROXY)."
    )
    assert made == []


def test_which_makes_nothing(made: list[str]) -> None:
    with pytest.raises(NoEngine, match=r"`python -m tools\.pulumi ensure` makes it"):
        engine.which()
    assert made == []
