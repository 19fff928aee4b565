"""The example that the local stack deploys: its files agree with our own rules and with one another."""

from __future__ import annotations

import ast
import json
from pathlib import Path

from azureml_scoring.rules.context import BuildContext
from azureml_scoring.rules.dockerfile import Dockerfile, check_dockerfile
from azureml_scoring.rules.entry_script import check_entry_script
from azureml_scoring.rules.environment import check_requirements, read_requirements

EXAMPLE = Path(__file__).parents[2] / "examples" / "diabetes"


def text(name: str) -> str:
    return (EXAMPLE / name).read_text(encoding="utf-8")


def sample_columns() -> int:
    """Count the columns of SAMPLE_INPUT, the input that score.py declares."""
    for node in ast.parse(text("score.py")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "SAMPLE_INPUT":
            assert isinstance(node.value, ast.Call)
            return len(ast.literal_eval(node.value.args[0])[0])
    raise AssertionError("score.py declares no SAMPLE_INPUT")


def test_our_rules_pass() -> None:
    assert check_entry_script(text("score.py"), "score.py") == []
    assert check_dockerfile(text("Dockerfile")) == []
    assert check_requirements(text("requirements.txt"), "requirements.txt") == []


def test_the_base_image_starts_from_a_tag() -> None:
    assert [str(image) for image in Dockerfile.parse(text("Dockerfile")).base_images] == [
        "docker.io/library/ubuntu:22.04"
    ]


def test_a_changed_score_does_not_rebuild_the_base_image() -> None:
    assert [entry.path for entry in BuildContext.from_directory(EXAMPLE).files] == [".dockerignore", "Dockerfile"]


def test_packages_are_pinned_and_the_same_as_in_the_base_image() -> None:
    pins = {}
    for requirement in read_requirements(text("requirements.txt")):
        ((operator, version),) = requirement.clauses
        assert operator == "=="
        pins[requirement.name] = version
    assert f"ARG INFERENCE_SERVER_VERSION={pins['azureml-inference-server-http']}\n" in text("Dockerfile")
    assert f"ARG INFERENCE_SCHEMA_VERSION={pins['inference-schema']}\n" in text("Dockerfile")
    assert pins["scikit-learn"] == "1.9.1"


def test_the_sample_request_has_the_columns_that_score_declares() -> None:
    rows = json.loads(text("sample-request.json"))["data"]
    assert len(rows) >= 2
    assert {len(row) for row in rows} == {sample_columns()}
    assert all(isinstance(value, float) for row in rows for value in row)
