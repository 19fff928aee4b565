"""Which inputs go with which builder: all that is wrong is told at once."""

from __future__ import annotations

from typing import Any

import pytest
from azureml_scoring import base_image_problems

from tests.components import inputs


def told(**given: Any) -> list[str]:
    """What is told of the inputs of a base image."""
    return [str(problem) for problem in base_image_problems("base", given)]


def test_what_a_builder_lacks_and_has_no_use_for_is_told_at_once() -> None:
    found = told(builder="acr_tasks", image="ubuntu:22.04", timeout_seconds=10, platform="windows/amd64")
    assert [sentence.partition(";")[0] for sentence in found] == [
        "registry_name is required with builder=acr_tasks",
        "login_server is required with builder=acr_tasks",
        "storage_account_name is required with builder=acr_tasks",
        "context is required with builder=acr_tasks",
        "image_name is required with builder=acr_tasks",
        "image is not taken with builder=acr_tasks",
        "platform must be linux/<architecture>, with /v6, /v7 or /v8 at most (amd64, arm64, arm, 386, x86)",
        "timeout_seconds must be a whole number from 300 to 28800",
    ]


def test_an_image_that_is_there_takes_nothing_to_build_it_from() -> None:
    given = inputs.base_image(builder="prebuilt", tags=["v1"], agent_pool="builders", image="Base:v1")
    subjects = [sentence.partition(" ")[0] for sentence in told(**given)]
    assert subjects == ["context", "image_name", "tags", "requirement_level", "agent_pool", "image"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"builder": "kaniko"}, "builder must be one of acr_tasks, docker, prebuilt"),
        ({"stage": "test"}, "stage must be a stage of the Dockerfile; got 'test'; e.g. one of 0"),
        ({"agent_pool": "a b"}, "agent_pool must be 3 to 20 letters, digits and hyphens"),
        (
            {"build_arguments": {"A": "1"}, "secret_build_arguments": {"A": "2"}},
            "secret_build_arguments must not hold an argument that build_arguments holds as well; got 'A'",
        ),
    ],
)
def test_each_wrong_choice_has_its_sentence(changes: dict[str, Any], sentence: str) -> None:
    (found,) = told(**inputs.base_image(**changes))
    assert found.startswith(sentence)


def test_the_default_image_leaves_all_else_as_it_is() -> None:
    assert told(**inputs.base_image(default_image=True, context="nowhere")) == []


def test_a_secret_argument_may_stand_in_a_from() -> None:
    assert told(**inputs.base_image(secret_build_arguments={"CONDA_VERSION": inputs.CANARY})) == []


def test_an_import_needs_a_registry_of_its_own_and_says_what_of_a_build_it_takes() -> None:
    found = told(
        builder="prebuilt", image="ubuntu:22.04", import_image=True, context=".", tags=["v1"], timeout_seconds=1
    )
    assert [sentence.partition(";")[0] for sentence in found] == [
        "registry_name is required with import_image",
        "login_server is required with import_image",
        "storage_account_name is required with import_image",
        "image_name is required with import_image",
        "context is not taken with builder=prebuilt",
        "timeout_seconds must be a whole number from 300 to 28800",
    ]
    assert told(**inputs.base_image(import_image=True))[0].startswith(
        "import_image is not taken with builder=acr_tasks"
    )
    assert len(told(default_image=True, import_image=True)) == 4
