"""The launcher of the language host: which interpreter it chooses."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tools.pulumi.build import LANGUAGE_HOST

Add = Callable[[str, str], Path]
STUBS = "lib/python3.11/site-packages/pulumi/runtime/proto/language_pb2_grpc.py"


@pytest.fixture
def launcher(tmp_path: Path, on_path: Add) -> Callable[..., subprocess.CompletedProcess[str]]:
    """A function that starts the launcher of a cache in the folder `project/program`."""
    bin_folder = tmp_path / "cache" / "bin"
    bin_folder.mkdir(parents=True)
    text = (LANGUAGE_HOST / "launcher.sh").read_text(encoding="utf-8")
    target = bin_folder / "pulumi-language-python"
    target.write_text(text.replace("@CHECKOUT@", str(tmp_path / "checkout")), encoding="utf-8")
    target.chmod(0o755)
    (tmp_path / "project" / "program").mkdir(parents=True)
    on_path("python3", "exit 1")

    def start(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [target, *arguments], cwd=tmp_path / "project" / "program", capture_output=True, text=True, check=False,
            env={"PATH": os.environ["PATH"], **environment},
        )  # fmt: skip

    return start


def environment(folder: Path, *, with_pulumi: bool = True) -> Path:
    """A virtual environment whose interpreter prints its own path and its arguments."""
    (folder / "bin").mkdir(parents=True)
    python = folder / "bin" / "python"
    python.write_text('#!/bin/sh\necho "$0"\nshift 3\necho "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    if with_pulumi:
        (folder / STUBS).parent.mkdir(parents=True)
        (folder / STUBS).touch()
    return python


def test_order(launcher: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path) -> None:
    chosen = environment(tmp_path / "chosen")
    active = environment(tmp_path / "active")
    checkout = environment(tmp_path / "checkout" / ".venv")

    def first(**variables: str) -> str:
        return launcher(**variables).stdout.splitlines()[0]

    both = {"AZUREML_SCORING_PYTHON": str(chosen), "VIRTUAL_ENV": str(tmp_path / "active")}
    assert first(**both) == str(chosen)
    assert first(VIRTUAL_ENV=both["VIRTUAL_ENV"]) == str(active)
    assert first() == str(checkout)
    project = environment(tmp_path / "project" / ".venv")
    assert first() == str(checkout)  # the folder above is no project yet
    (tmp_path / "project" / "Pulumi.yaml").touch()
    assert first() == str(project)


def test_an_interpreter_without_pulumi_is_passed_over(
    launcher: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    environment(tmp_path / "active", with_pulumi=False)
    checkout = environment(tmp_path / "checkout" / ".venv")
    assert launcher(VIRTUAL_ENV=str(tmp_path / "active")).stdout.splitlines()[0] == str(checkout)


def test_arguments(launcher: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path) -> None:
    environment(tmp_path / "checkout" / ".venv")
    cache = tmp_path / "cache"
    executor = f"--use-executor {cache}/bin/pulumi-language-python-exec"
    answer = launcher("-v=9", "127.0.0.1:1234")
    assert answer.stdout.splitlines()[1] == f"{cache} {executor} -v=9 127.0.0.1:1234"


def test_none(launcher: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path) -> None:
    answer = launcher()
    assert (answer.returncode, answer.stdout) == (1, "")
    assert "no Python with the package pulumi" in answer.stderr
    assert f"and {tmp_path}/checkout/.venv" in answer.stderr
    assert "set AZUREML_SCORING_PYTHON" in answer.stderr
