"""Where a localcloud keeps what it knows."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import TYPE_CHECKING

from localcloud.home import Home, read_json, write_private

if TYPE_CHECKING:
    import pytest


def test_paths_come_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LOCALCLOUD_HOME", "relative")
    monkeypatch.setenv("LOCALCLOUD_CACHE", "/cache")
    assert Home.from_environment() == Home(tmp_path / "relative", Path("/cache"))
    monkeypatch.delenv("LOCALCLOUD_HOME")
    monkeypatch.delenv("LOCALCLOUD_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", "/xdg")
    assert Home.from_environment() == Home(tmp_path / ".localcloud", Path("/xdg/localcloud"))


def test_a_private_file_is_written_whole_and_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "file.json"
    path.parent.mkdir()
    path.write_text("old")
    path.chmod(0o644)
    write_private(path, '{"a": 1}')
    assert read_json(path) == {"a": 1}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [found.name for found in path.parent.iterdir()] == ["file.json"]
    assert read_json(tmp_path / "missing.json") is None
