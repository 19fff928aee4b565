"""The document's own inferenceconfig.json, byte for byte."""

from __future__ import annotations

import hashlib

import pytest
import yaml
from azureml_scoring.rules import ImageReference, check_conda_environment, check_v1_environment
from azureml_scoring.v1_files import read_v1_files

from tests.components.v1_files.documents import DOCUMENT, errors, warned

BYTES = "c904bb3f077d7b6b2b53773b2f244a3e78c61d5ba5ed6e8080129e912dbe40d8"
TARGETS = ("local", "aci", "aks", "managed_endpoint")


def test_it_is_the_documents_own() -> None:
    assert hashlib.sha256(DOCUMENT.read_bytes()).hexdigest() == BYTES


@pytest.mark.parametrize("target", TARGETS)
def test_it_says_the_same_to_every_target(target: str) -> None:
    read = read_v1_files(DOCUMENT, None, target)
    assert errors(read) == []
    inputs = dict(read.inputs)
    text = inputs.pop("conda_text")
    assert inputs == {
        "target": target,
        "entry_script": str(DOCUMENT.parent / "score.py"),
        "base_image": "mcr.microsoft.com/azureml/o16n-sample-user-base/ubuntu-miniconda:latest",
        "environment_variables": {"EXAMPLE_ENV_VAR": "EXAMPLE_VALUE"},
    }
    assert yaml.safe_load(text) == {
        "name": "project_environment",
        "channels": ["conda-forge"],
        "dependencies": [
            "python=3.6.2",
            {"pip": ["azureml-defaults", "azureml-telemetry", "scikit-learn", "inference-schema[numpy-support]"]},
        ],
    }
    ImageReference.parse(inputs["base_image"])


def test_what_has_no_meaning_any_more_is_said() -> None:
    read = read_v1_files(DOCUMENT, None)
    keys = {"name", "version", "python.interpreterPath", "docker.enabled", "docker.sharedVolumes"}
    assert warned(read) == {f"environment.{key}" for key in keys}
    (said,) = (problem for problem in read.problems if problem.subject.endswith("docker.enabled"))
    assert said.rule == "has no meaning any more: a service always runs in a container"


def test_its_conda_text_is_what_the_rules_say_of_the_file_itself() -> None:
    text = read_v1_files(DOCUMENT, None).inputs["conda_text"]
    found = [(one.rule, one.warning) for one in check_conda_environment(text, "conda")]
    of_file = [(one.rule, one.warning) for one in check_v1_environment(DOCUMENT.read_text(), "v1")]
    assert found == [("should say which version of azureml-defaults it requires", True)]
    assert [one for one in of_file if "inferencingStackVersion" not in one[0]] == found
