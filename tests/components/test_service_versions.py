"""What a service serves out of its inputs: versions over the service, inputs over the old SDK's files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from azureml_scoring._service_versions import service_source, versions_of, with_v1_files
from azureml_scoring.rules import RegisteredModel

SERVICE: dict[str, Any] = {
    "entry_script": "score.py",
    "requirements": "requirements.txt",
    "environment_variables": {"A": "1", "B": "2"},
    "replicas": 2,
}


def test_a_service_without_deployments_has_one_version_without_a_name() -> None:
    assert versions_of(SERVICE) == {"": SERVICE}


def test_a_version_is_the_service_but_for_what_it_says() -> None:
    green = {"models": ["azureml:diabetes:4"], "environment_variables": {"B": "3"}, "conda_file": "environment.yml"}
    versions = versions_of(SERVICE | {"deployments": {"blue": {}, "green": green}})
    assert list(versions) == ["blue", "green"]
    assert versions["blue"]["environment_variables"] == {"A": "1", "B": "2"}
    assert versions["blue"]["requirements"] == "requirements.txt"
    assert versions["green"]["environment_variables"] == {"A": "1", "B": "3"}
    assert versions["green"]["replicas"] == 2
    assert "requirements" not in versions["green"], "its Python environment takes the place of the whole"


def test_the_files_of_a_version() -> None:
    source = service_source(SERVICE | {"models": ["model", "azureml:diabetes:4"], "source_directory": "src"})
    assert source.models == (Path("model"), RegisteredModel("diabetes", "4"))
    assert (source.entry_script, source.source_directory) == (Path("score.py"), Path("src"))
    assert source.python.requirements == Path("requirements.txt")
    assert source.python.pip_packages is None


def test_an_empty_list_of_packages_is_an_environment() -> None:
    (version,) = versions_of({"requirements": "r.txt", "deployments": {"blue": {"pip_packages": []}}}).values()
    assert service_source(version).python.is_empty


def test_without_v1_files_the_inputs_stay_as_they_are() -> None:
    assert with_v1_files(SERVICE) == (SERVICE, [])


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Both files of the old SDK, in the working directory."""
    monkeypatch.chdir(tmp_path)
    environment = {
        "docker": {"baseImage": "contoso.azurecr.io/base:v1"},
        "python": {
            "condaDependencies": {"dependencies": ["python=3.11", {"pip": ["azureml-defaults==1.60.0"]}]},
        },
        "environmentVariables": {"A": "of the file"},
        "inferencingStackVersion": "latest",
    }
    (tmp_path / "score.py").write_text("def init(): ...\ndef run(data): ...\n")
    (tmp_path / "inference.json").write_text(json.dumps({"entryScript": "score.py", "environment": environment}))
    resources = {"cpu": 2, "memoryInGB": 4}
    deployment = {"computeType": "aci", "containerResourceRequirements": resources, "authEnabled": True}
    (tmp_path / "deployment.json").write_text(json.dumps(deployment))
    return {"inference_config": "inference.json", "deployment_config": "deployment.json"}


def test_the_files_fill_what_is_not_given(files: dict[str, str]) -> None:
    inputs, problems = with_v1_files(files)
    assert [problem for problem in problems if not problem.warning] == []
    assert inputs["target"] == "aci"
    assert inputs["auth"] == "key"
    assert inputs["entry_script"] == "score.py"
    assert inputs["base_image"] == "contoso.azurecr.io/base:v1"
    assert "azureml-defaults==1.60.0" in inputs["conda_text"]
    assert (inputs["aci"]["cpu"], inputs["aci"]["memory_gb"]) == (2, 4)


def test_what_is_given_goes_before_the_files_options_one_by_one(files: dict[str, str]) -> None:
    given = {"requirements": "r.txt", "aci": {"cpu": 1}, "environment_variables": {"B": "given"}, "target": "aci"}
    inputs, _ = with_v1_files(files | given)
    assert inputs["requirements"] == "r.txt"
    assert "conda_text" not in inputs
    assert inputs["aci"] == {"cpu": 1, "memory_gb": 4}
    assert inputs["environment_variables"] == {"A": "of the file", "B": "given"}


def test_a_target_that_there_is_not_is_no_reason_to_stop(files: dict[str, str]) -> None:
    inputs, _ = with_v1_files(files | {"target": "ask"})
    assert inputs["target"] == "ask", "its own rule tells"
