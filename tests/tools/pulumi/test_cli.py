"""The command line, run as a user runs it, with the standard library alone."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from tools.pulumi import build
from tools.pulumi.cache import REQUIRED
from tools.pulumi.cli import main

if TYPE_CHECKING:
    import pytest

REPOSITORY = Path(__file__).parents[3]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command line with an interpreter that has no packages (-S)."""
    command = [sys.executable, "-S", "-W", "error", "-m", "tools.pulumi", *arguments]
    return subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)


def test_help() -> None:
    answer = run("--help")
    assert answer.returncode == 0
    for word in ("ensure", "which", "path", "release", "build", "3.250.0", "3.259.0", "AZUREML_SCORING_CACHE"):
        assert word in answer.stdout
    assert "--source {path,release,build}" in run("ensure", "--help").stdout


def test_no_command() -> None:
    answer = run()
    assert answer.returncode == 2
    assert "ensure | which" in answer.stderr


def test_which_without_an_engine(cache_root: Path, on_path: Callable[[str, str], Path]) -> None:
    on_path("something-else", "")
    answer = run("which", "--source", "build")
    assert (answer.returncode, answer.stdout) == (1, "")
    assert answer.stderr.startswith(f"python -m tools.pulumi: no Pulumi engine. Tried:\n  1. build: {cache_root}")
    assert "Traceback" not in answer.stderr


def test_what_is_on_path_is_an_empty_line(cache_root: Path, on_path: Callable[[str, str], Path]) -> None:
    on_path("pulumi", "echo v3.300.0")
    on_path("pulumi-language-python", "")
    answer = run("ensure")
    assert (answer.returncode, answer.stdout, answer.stderr) == (0, "\n", "")
    assert not (cache_root / ".lock").exists()


def test_the_folder_for_path(cache_root: Path, on_path: Callable[[str, str], Path]) -> None:
    on_path("something-else", "")
    folder = build.folder() / "bin"
    folder.mkdir(parents=True)
    for name in REQUIRED:
        (folder / name).touch(mode=0o755)
    answer = run("ensure")
    assert (answer.returncode, answer.stdout, answer.stderr) == (0, f"{folder}\n", "")
    assert folder.is_relative_to(cache_root)


def test_no_network_and_no_go(
    cache_root: Path, on_path: Callable[[str, str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    on_path("something-else", "")
    monkeypatch.setenv("AZUREML_SCORING_PULUMI_RELEASES", "http://127.0.0.1:1")
    answer = run("ensure")
    assert (answer.returncode, answer.stdout) == (1, "")
    for way in ("1. path: ", "2. release: ", "3. build: `go` is not on PATH", "Do one of these and run again"):
        assert way in answer.stderr
    assert cache_root.is_dir()


def test_interrupt(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(_sources: object) -> Path:
        raise KeyboardInterrupt

    monkeypatch.setattr("tools.pulumi.cli.ensure", interrupted)
    assert main(["ensure"]) == 130
    assert "interrupted; run it again" in capsys.readouterr().err
