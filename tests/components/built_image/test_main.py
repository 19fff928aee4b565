"""The command: what it prints, and its exit codes. The image's answer is given; the engine is a stand-in."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from azureml_scoring.built_image import __main__ as command
from azureml_scoring.built_image import judge, read_answer

from tests.components.built_image.outputs import MARK, output
from tests.components.inputs import BASE_IMAGE


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """How the image was asked; its answer is that of an image that has all."""
    given: dict[str, Any] = {}

    def ask(reference: str, report: Any, **options: Any) -> Any:
        given.update(options, reference=reference, report=report)
        return judge(read_answer(output(), MARK), report, datasets=options["datasets"])

    monkeypatch.setattr(command, "ask_image", ask)
    return given


def dockerfile(folder: Path, text: str) -> str:
    """A context."""
    (folder / "Dockerfile").write_text(text)
    return str(folder)


def test_an_image_that_is_as_it_should_be(asked: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main([BASE_IMAGE, "--datasets", "--platform", "linux/arm64"]) == 0
    assert capsys.readouterr().out.splitlines()[:3] == ["Ubuntu: 22.04", "conda: 24.9.2", "Python: 3.11.10"]
    assert (asked["reference"], asked["report"], asked["packages"]) == (BASE_IMAGE, None, None)
    assert (asked["datasets"], asked["platform"]) == (True, "linux/arm64")


def test_the_dockerfile_is_read_as_it_was_built(
    asked: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    context = dockerfile(tmp_path, "ARG V\nFROM ubuntu:${V} AS first\nFROM debian:12\n")
    assert command.main([BASE_IMAGE, "--context", context, "--stage", "first", "--build-arg", "V=20.04"]) == 1
    assert "should have the Ubuntu of its Dockerfile, 20.04" in capsys.readouterr().out
    assert str(asked["report"].ubuntu) == "20.04"


def test_what_is_wrong_with_the_arguments_is_said(
    asked: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main([BASE_IMAGE, "--context", str(tmp_path)]) == 2
    assert "Dockerfile can't be read" in capsys.readouterr().err
    assert command.main([BASE_IMAGE, "--stage", "first"]) == 2
    assert "need --context" in capsys.readouterr().err
    assert asked == {}


def test_without_an_engine_there_is_one_clear_line(tmp_path: Path) -> None:
    program = [sys.executable, "-m", "azureml_scoring.built_image", "base:v1"]
    place = {"DOCKER_HOST": f"unix://{tmp_path}/nowhere.sock"}
    done = subprocess.run(program, env=place, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (3, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"base:v1 was not asked: no Docker engine is here: there is no {tmp_path}/nowhere.sock")
