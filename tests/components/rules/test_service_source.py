"""The files of a service and of a base image: each missing one is named by its input."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from azureml_scoring.rules.python_environment import PythonEnvironment
from azureml_scoring.rules.service_source import (
    Model,
    RegisteredModel,
    ServiceSource,
    check_base_image_source,
    check_service_source,
    read_model,
)


@pytest.fixture
def source(tmp_path: Path) -> ServiceSource:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "score.py").write_text("def init(): ...\ndef run(data): ...\n", encoding="utf-8")
    (tmp_path / "model.joblib").write_bytes(b"m")
    (tmp_path / "requirements.txt").write_text("azureml-inference-server-http==1.5.1\n", encoding="utf-8")
    return ServiceSource(
        entry_script=tmp_path / "src" / "score.py",
        source_directory=tmp_path / "src",
        models=(tmp_path / "model.joblib",),
        python=PythonEnvironment(requirements=tmp_path / "requirements.txt"),
    )


def test_all_there(source: ServiceSource) -> None:
    assert check_service_source(source) == []
    assert check_service_source(replace(source, source_directory=None)) == []


def test_everything_missing_is_said_at_once(tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere"
    python = PythonEnvironment(requirements=nowhere / "requirements.txt")
    missing = ServiceSource(nowhere / "score.py", nowhere, (nowhere / "model",), python)
    problems = check_service_source(missing)
    assert {problem.subject for problem in problems} == {
        "entry_script",
        "source_directory",
        "models[0]",
        "requirements",
    }


def test_the_script_lies_in_the_source_directory(source: ServiceSource, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    (problem,) = check_service_source(replace(source, source_directory=tmp_path / "other"))
    assert problem.rule.startswith("must lie in source_directory")


def test_content_is_checked_too(source: ServiceSource) -> None:
    source.entry_script.write_text("def init(): ...\n", encoding="utf-8")
    requirements = source.entry_script.parents[1] / "requirements.txt"
    requirements.write_text("numpy\n", encoding="utf-8")
    assert [problem.subject for problem in check_service_source(source)] == [
        str(source.entry_script),
        str(requirements),
    ]


@pytest.mark.parametrize(
    ("text", "model"),
    [
        ("azureml:diabetes:3", RegisteredModel("diabetes", "3")),
        ("azureml:diabetes", Path("azureml:diabetes")),
        ("model/ridge.joblib", Path("model/ridge.joblib")),
    ],
)
def test_a_model_is_a_path_or_registered(text: str, model: Model) -> None:
    assert read_model(text) == model


def test_a_registered_model_needs_its_version(source: ServiceSource) -> None:
    (problem,) = check_service_source(replace(source, models=(Path("azureml:diabetes"),)))
    assert (problem.subject, problem.fix) == ("models[0]", "azureml:diabetes:3")


def test_two_models_have_two_names(source: ServiceSource, tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(b"m")
    models = (*source.models, RegisteredModel("other", "1"), tmp_path / "model.onnx")
    (problem,) = check_service_source(replace(source, models=models))
    assert problem.subject == "models[2]"
    assert "must have a name of its own" in problem.rule


def test_base_image(tmp_path: Path) -> None:
    assert [p.subject for p in check_base_image_source(tmp_path / "no", "Dockerfile", {})] == ["context"]
    assert [p.subject for p in check_base_image_source(tmp_path, "Dockerfile", {})] == ["dockerfile"]
    (tmp_path / "Dockerfile").write_text("ARG TAG\nFROM ubuntu:${TAG}\n", encoding="utf-8")
    assert check_base_image_source(tmp_path, "Dockerfile", {"TAG": "22.04"}) == []
    (problem,) = check_base_image_source(tmp_path, "Dockerfile", {})
    assert (problem.subject, problem.line) == (str(tmp_path / "Dockerfile"), 2)
