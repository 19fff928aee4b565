"""Environments as conda's YAML and as the old SDK's JSON: server, Python, inferencing stack."""

from __future__ import annotations

import json
from typing import Any

import pytest
from azureml_scoring.rules.environment_file import check_conda_environment, check_v1_environment

PIP = "dependencies:\n  - python=3.11\n  - pip:\n    - numpy==1.26.4\n    - {}\n"


@pytest.mark.parametrize(
    "server",
    ["azureml-defaults==1.13.0", "azureml-defaults>=1.0.45", "azureml-inference-server-http==1.5.1", "'-r pip.txt'"],
)
def test_a_server_in_the_pip_part(server: str) -> None:
    files = {"pip.txt": "azureml-defaults==1.58.0\n"}
    assert check_conda_environment(PIP.format(server), "environment.yml", files.get) == []


@pytest.mark.parametrize(
    ("text", "rule", "line", "warning"),
    [
        (PIP.format("azureml-defaults"), "should say which version of azureml-defaults", 5, True),
        (PIP.format("azureml-defaults==1.0.44"), "must require azureml-defaults at version 1.0.45", 5, False),
        (PIP.format("'-r gone.txt'"), "should name a requirements file that is there", 5, True),
        (PIP.format("flask"), "must require azureml-inference-server-http", None, False),
        ("dependencies:\n  - python=3.11\n", "must require azureml-inference-server-http", None, False),
        ("name: x\n", "must require azureml-inference-server-http", None, False),
        ("dependencies: 3\n", "must be a conda environment file (must have a list", 1, False),
        ("- a\n", "must be a conda environment file (must be a mapping", None, False),
        ("a: [\n", "must be a conda environment file", 2, False),
        ("", "must be a conda environment file", None, False),
    ],
)
def test_conda_files(text: str, rule: str, line: int | None, *, warning: bool) -> None:
    (problem,) = check_conda_environment(text, "environment.yml")
    assert problem.rule.startswith(rule)
    assert (problem.subject, problem.line, problem.warning) == ("environment.yml", line, warning)


def test_conda_s_own_part() -> None:
    own = "  - python=3.4\n  - conda-forge::azureml-defaults=1.13\n"
    text = f"dependencies:\n{own}  - pip:\n    - azureml-defaults==1.13\n"
    problems = check_conda_environment(text, "e.yml")
    assert [(problem.line, problem.rule) for problem in problems] == [
        (2, "must have Python 3.5 or later"),
        (3, "must list azureml-defaults in its pip part"),
    ]
    assert check_conda_environment(PIP.format("azureml-defaults==1.13").replace("3.11", "3.10"), "e.yml") == []


def v1(pip: list[str], **environment: Any) -> str:
    """The document's own inference configuration, with these pip packages."""
    conda = {"channels": ["conda-forge"], "dependencies": ["python=3.6.2", {"pip": pip}], "name": "project_environment"}
    python = {"condaDependencies": conda, "condaDependenciesFile": None, "userManagedDependencies": False}
    return json.dumps({"entryScript": "score.py", "environment": {"python": python, "version": "1", **environment}})


def test_the_document_s_own_json_gets_warnings_only() -> None:
    packages = ["azureml-defaults", "azureml-telemetry", "scikit-learn", "inference-schema[numpy-support]"]
    problems = check_v1_environment(v1(packages), "inferenceconfig.json")
    assert [problem.rule.split(",")[0] for problem in problems] == [
        "should have inferencingStackVersion",
        "should say which version of azureml-defaults it requires",
    ]
    assert all(problem.warning for problem in problems)


def test_json_that_is_right() -> None:
    text = v1(["azureml-defaults==1.13.0"], inferencingStackVersion="latest")
    assert check_v1_environment(text, "inferenceconfig.json") == []
    alone = json.dumps(json.loads(text)["environment"])
    assert check_v1_environment(alone, "environment.json") == []


def test_a_conda_file_that_the_json_names() -> None:
    text = json.dumps({"python": {"condaDependenciesFile": "conda/e.yml"}, "inferencingStackVersion": "latest"})
    files = {"conda/e.yml": PIP.format("azureml-defaults==1.0.1")}
    (problem,) = check_v1_environment(text, "inferenceconfig.json", files.get)
    assert (problem.subject, problem.line, problem.warning) == ("conda/e.yml", 5, False)
    (problem,) = check_v1_environment(text, "inferenceconfig.json")
    assert "must name a conda file that is there" in problem.rule


@pytest.mark.parametrize(
    ("text", "rule", "warning"),
    [
        ("{", "must be JSON", False),
        ("[]", "must hold an environment", False),
        ('{"environment": 3}', "must hold an environment", False),
        ("[" * 5000, "must be JSON", False),
        (v1([], inferencingStackVersion="latest"), "must require azureml-inference-server-http", False),
        (
            '{"python": {"userManagedDependencies": true}, "inferencing_stack_version": "latest"}',
            "should let Azure ML install azureml-defaults",
            True,
        ),
        (v1(["azureml-defaults==1.13.0"], inferencingStackVersion="x"), "should have inferencingStackVersion", True),
    ],
)
def test_json_that_is_not(text: str, rule: str, *, warning: bool) -> None:
    (problem,) = check_v1_environment(text, "inferenceconfig.json")
    assert problem.rule.startswith(rule)
    assert problem.warning is warning
