"""The cache: where it is, whole or not there at all, one maker at a time."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tools.pulumi import cache
from tools.pulumi.errors import NotEnoughDisk

HOLDER = """
from tools.pulumi import cache
with cache.locked():
    print('held', flush=True)
    input()
"""


def test_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZUREML_SCORING_CACHE", "/chosen")
    assert cache.root() == Path("/chosen/pulumi")
    monkeypatch.delenv("AZUREML_SCORING_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", "/xdg")
    assert cache.root() == Path("/xdg/azureml-scoring/pulumi")
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", "/home/somebody")
    assert cache.root() == Path("/home/somebody/.cache/azureml-scoring/pulumi")


def test_digest_keeps_parts_apart() -> None:
    assert cache.digest("ab", "c") != cache.digest("a", "bc")
    assert cache.digest("ab", "c") == cache.digest(b"ab", b"c")


def test_a_failed_maker_leaves_nothing(tmp_path: Path) -> None:
    def fill(folder: Path) -> None:
        (folder / "half").write_text("half", encoding="utf-8")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cache.make(tmp_path / "engine", fill)
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_seen_before_it_is_whole(tmp_path: Path) -> None:
    def fill(folder: Path) -> None:
        (folder / "bin").mkdir()
        assert not (tmp_path / "engine").exists()

    cache.make(tmp_path / "engine", fill)
    assert [path.name for path in tmp_path.iterdir()] == ["engine"]
    assert (tmp_path / "engine" / "bin").is_dir()


def test_a_damaged_folder_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "engine" / "rest").mkdir(parents=True)
    cache.make(tmp_path / "engine", lambda folder: (folder / "new").mkdir())
    assert [path.name for path in (tmp_path / "engine").iterdir()] == ["new"]


def test_usable_needs_every_program(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    for name in cache.REQUIRED:
        assert not cache.usable(tmp_path)
        (tmp_path / "bin" / name).touch(mode=0o755)
    assert cache.usable(tmp_path)
    (tmp_path / "bin" / "pulumi").chmod(0o644)
    assert not cache.usable(tmp_path)


def test_one_maker_at_a_time(cache_root: Path, capfd: pytest.CaptureFixture[str]) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    leftover = cache_root / f"{cache.TEMPORARY}killed"
    leftover.mkdir()
    entered = threading.Event()

    def enter() -> None:
        with cache.locked():
            entered.set()

    waiting = threading.Thread(target=enter)
    waiting.start()
    assert not entered.wait(0.3)
    holder.communicate("\n", timeout=10)
    waiting.join(10)
    assert entered.is_set()
    assert not leftover.exists()
    assert f"process {holder.pid} is making the engine; waiting for it" in capfd.readouterr().err


def test_room(tmp_path: Path) -> None:
    cache.require_room(tmp_path / "not" / "there", 1)
    with pytest.raises(NotEnoughDisk, match="GB are needed; make room, or set AZUREML_SCORING_CACHE"):
        cache.require_room(tmp_path, 10**18)
