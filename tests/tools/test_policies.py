"""The policy packs as options of a pulumi command."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tools import policies


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two packs, and a folder that is none."""
    monkeypatch.setattr(policies, "FOLDER", tmp_path)
    for name in ("second", "first"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "PulumiPolicy.yaml").touch()
    (tmp_path / "none").mkdir()
    return tmp_path


def test_every_pack_is_run_on_this_python(folder: Path) -> None:
    assert policies.options() == ["--policy-pack", str(folder / "first"), "--policy-pack", str(folder / "second")]
    assert (folder / "first" / "venv").resolve() == Path(sys.prefix).resolve()
    assert policies.options("second") == ["--policy-pack", str(folder / "second")]


def test_a_configuration_beside_a_pack_is_its_own(folder: Path) -> None:
    assert policies.configured() == policies.options()
    (folder / "second.json").write_text("{}")
    files = [str(folder / name) for name in ("unconfigured.json", "second.json")]
    given = [option for file in files for option in ("--policy-pack-config", file)]
    assert policies.configured() == [*policies.options(), *given]


def test_an_environment_that_somebody_made_stays_and_a_dead_link_does_not(folder: Path) -> None:
    (folder / "first" / "venv").mkdir()
    (folder / "second" / "venv").symlink_to(folder / "gone")
    policies.options()
    assert not (folder / "first" / "venv").is_symlink()
    assert (folder / "second" / "venv").resolve() == Path(sys.prefix).resolve()


def test_a_copy_has_an_environment_of_its_own(folder: Path, tmp_path: Path) -> None:
    policies.options()
    copy = policies.copy_elsewhere("first", tmp_path / "elsewhere")
    assert sorted(path.name for path in copy.iterdir()) == ["PulumiPolicy.yaml", "venv"]
    assert folder != copy


def test_the_packs_of_this_repository_are_found() -> None:
    assert "pinned_images" in {pack.name for pack in policies.packs()}
