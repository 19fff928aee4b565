"""Building from Go modules, with a stand-in for `go`: the real one takes minutes."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tools.pulumi import build, cache
from tools.pulumi.errors import GoTooOld, NoGo, StepFailed

pytestmark = pytest.mark.usefixtures("cache_root")
Add = Callable[[str, str], Path]

GO = """
echo "$@" >> "{calls}"
case "$1 $2" in
    "env GOVERSION") printf 'go{version}\\n{toolchain}\\n' ;;
    "list -m") echo "{sdk}" ;;
    list*) echo "go: downloading example.org/module v1.0.0" >&2; printf 'one\\ntwo\\n' ;;
    build*)
        [ "$CGO_ENABLED $GOWORK" = "0 off" ] || exit 3
        {build}
        while [ "$1" != "-o" ]; do shift; done
        echo engine > "$2"; chmod +x "$2" ;;
esac
"""


@pytest.fixture
def go(on_path: Add, tmp_path: Path) -> Callable[..., Path]:
    """A function that puts a `go` on PATH; returns the file that records its calls."""
    executor = tmp_path / "sdk" / "python" / "cmd" / build.EXECUTOR
    executor.parent.mkdir(parents=True)
    executor.write_text("executor", encoding="utf-8")

    def add(version: str = "1.26.8", toolchain: str = "local", build: str = "") -> Path:
        calls = tmp_path / "calls"
        values = {"version": version, "toolchain": toolchain, "build": build}
        on_path("go", GO.format(calls=calls, sdk=tmp_path / "sdk", **values))
        return calls

    return add


def make(cache_root: Path) -> None:
    """Build, as `ensure` does."""
    with cache.locked():
        build.make()
    assert cache_root.is_dir()


def test_build(go: Callable[..., Path], cache_root: Path) -> None:
    go()
    make(cache_root)
    folder = build.folder()
    assert cache.usable(folder)
    assert (folder / "bin" / "pulumi").read_text(encoding="utf-8") == "engine\n"
    assert (folder / "bin" / build.EXECUTOR).read_text(encoding="utf-8") == "executor"
    assert (folder / "language_host" / "start.py").is_file()
    launcher = (folder / "bin" / "pulumi-language-python").read_text(encoding="utf-8")
    assert "@CHECKOUT@" not in launcher
    assert f"checkout={Path(__file__).parents[3]}\n" in launcher


def test_a_new_language_host_compiles_nothing(
    go: Callable[..., Path], cache_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = go()
    make(cache_root)
    before, compiled = build.folder(), calls.read_text(encoding="utf-8")
    changed = tmp_path / "language_host"
    changed.mkdir()
    (changed / "launcher.sh").write_text("#!/bin/sh\n", encoding="utf-8")
    (changed / "start.py").write_text("", encoding="utf-8")
    monkeypatch.setattr(build, "LANGUAGE_HOST", changed)
    make(cache_root)
    assert build.folder() != before
    assert cache.usable(build.folder())
    assert calls.read_text(encoding="utf-8") == compiled


def test_a_failed_build_says_why_and_leaves_nothing(go: Callable[..., Path], cache_root: Path) -> None:
    go(build='echo "write /cache/b001: no space left on device" >&2; exit 1')
    with pytest.raises(StepFailed) as failed:
        make(cache_root)
    assert str(failed.value) == (
        "compiling the engine failed:\n    write /cache/b001: no space left on device\n"
        "  The disk is full: a first build takes 4 GB (GOCACHE, GOMODCACHE)."
    )
    assert [path.name for path in cache_root.iterdir()] == [".lock"]


@pytest.mark.parametrize(
    ("output", "advice"),
    [
        ("dial tcp: lookup proxy.example on 127.0.0.1:53: no such host", "Go reaches no module proxy"),
        ("verifying module: checksum mismatch", "A module differs from go.sum"),
        ("compile: signal: killed", "Memory ran out"),
        ("anything", "Run again"),
    ],
)
def test_advice(output: str, advice: str) -> None:
    assert build.advice(output).startswith(advice)


def test_no_go(on_path: Add) -> None:
    on_path("something-else", "")
    with pytest.raises(NoGo, match=r"`go` is not on PATH; building the engine needs Go 1\.25\.11 or newer"):
        build.find_go()


def test_go_too_old(go: Callable[..., Path]) -> None:
    go(version="1.24.1")
    with pytest.raises(GoTooOld, match=r"Go 1\.24\.1 is too old; building the engine needs Go 1\.25\.11"):
        build.find_go()


def test_an_old_go_that_may_fetch_a_newer_one(go: Callable[..., Path]) -> None:
    go(version="1.24.1", toolchain="auto")
    assert os.path.basename(build.find_go()) == "go"  # noqa: PTH119 - a string, as subprocess takes it
