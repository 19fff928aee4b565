"""Files that are not what they should be: every problem at once, each with the key and the nearest right name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from azureml_scoring.v1_files import read_v1_files

from tests.components.v1_files.documents import errors, read_deployment, read_inference, written


def test_unknown_keys_and_wrong_types_are_told_all_at_once(tmp_path: Path) -> None:
    read = read_deployment(
        tmp_path,
        None,
        numReplica=1,
        authEnabled="yes",
        containerResourceRequirements={"cpu": "1", "memoryInGb": 1},
        autoScaler=[],
        scoringTimeoutMs=1.5,
        gpuCores=True,
    )
    assert sorted(errors(read)) == [
        "authEnabled must be true or false; got 'a text'; e.g. true",
        "autoScaler must be an object; got 'a list'; e.g. {...}",
        "containerResourceRequirements.cpu must be a number; got 'a text'; e.g. 1.5",
        "containerResourceRequirements.memoryInGb is no key of this file; got 'a value'; e.g. memoryInGB",
        "gpuCores must be a whole number; got 'true or false'; e.g. 1",
        "numReplica is no key of this file; got 'a value'; e.g. numReplicas",
        "scoringTimeoutMs must be a whole number; got 'a number'; e.g. 1",
    ]


def test_the_nearest_name_is_of_the_same_section(tmp_path: Path) -> None:
    read = read_inference(
        tmp_path,
        environment={
            "docker": {"baseImg": "x", "baseImageRegistry": {"adress": "y"}},
            "python": {"condaDependencies": {"channel": []}},
            "pyton": {},
        },
    )
    assert sorted(error.rpartition("e.g. ")[2] for error in errors(read)) == [
        "address",
        "baseImage",
        "channels",
        "python",
    ]


@pytest.mark.parametrize(
    ("keys", "error"),
    [
        ({"computeType": "batch"}, "computeType must be aci, aks or local; got 'batch'"),
        ({"computeType": None}, "computeType must be a text; got 'null'"),
        ({"namespace": "My_Space"}, "namespace must be a name of Kubernetes"),
        ({"port": 70000}, "port must be 65535 or less"),
        ({"numReplicas": 0}, "numReplicas must be more than 0"),
    ],
)
def test_values_that_are_none(tmp_path: Path, keys: dict[str, Any], error: str) -> None:
    (found,) = errors(read_deployment(tmp_path, None, **keys))
    assert found.startswith(error)


@pytest.mark.parametrize(
    ("keys", "error"),
    [
        ({"runtime": "spark-py"}, "runtime must be python: no Spark is installed for a service"),
        ({"entryScript": ""}, "entryScript must not be empty"),
        (
            {"environment": {"python": {"condaDependencies": {"dependencies": [{"pip": "x"}]}}}},
            "environment.python.condaDependencies.dependencies must hold packages, and one object",
        ),
        ({"environment": {"environmentVariables": {"A": 1}}}, "environment.environmentVariables.A must be a text"),
        ({"environment": {"docker": {"arguments": ["a", 1]}}}, "environment.docker.arguments[1] must be a text"),
    ],
)
def test_values_of_an_inference_file_that_are_none(tmp_path: Path, keys: dict[str, Any], error: str) -> None:
    (found,) = errors(read_inference(tmp_path, **keys))
    assert found.startswith(error)


def test_an_entry_script_is_required(tmp_path: Path) -> None:
    read = read_v1_files(written(tmp_path, "inferenceconfig.json", {}), None)
    assert errors(read) == ['entryScript is required; got nothing; e.g. "entryScript": "score.py"']


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"{", "must be JSON; got 'Expecting property name enclosed in double quotes'"),
        (b"[]", "must be a JSON object; got 'a list'"),
        (b"\xff\xfe{}", "must be JSON in UTF-8"),
    ],
)
def test_what_is_no_json_object(tmp_path: Path, content: bytes, said: str) -> None:
    file = tmp_path / "inferenceconfig.json"
    file.write_bytes(content)
    (problem,) = read_v1_files(file, None).problems
    assert said in str(problem)
    assert not problem.warning


def test_a_byte_order_mark_is_no_reason_to_stop(tmp_path: Path) -> None:
    file = tmp_path / "inferenceconfig.json"
    file.write_text('{"entryScript": "score.py"}', encoding="utf-8-sig")
    assert read_v1_files(file, None).problems == []


def test_a_file_that_is_not_there_is_a_problem_of_the_input(tmp_path: Path) -> None:
    read = read_v1_files(tmp_path / "a.json", tmp_path / "b.json")
    assert [problem.subject for problem in read.problems] == ["deployment_config", "inference_config"]


def test_the_value_of_a_wrong_key_is_not_shown(tmp_path: Path) -> None:
    read = read_deployment(tmp_path, None, keys={"primaryKey": ["canary-1"], "primarKey": "canary-2"}, x="canary-3")
    assert len(errors(read)) == 3
    assert "canary" not in "".join(errors(read))
