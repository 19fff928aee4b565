"""Dockerfiles: stages, base images, and that what can't be built never passes."""

from __future__ import annotations

import pytest
from azureml_scoring.rules.dockerfile import Dockerfile, InvalidDockerfile, check_dockerfile


def test_stages_and_base_images() -> None:
    parsed = Dockerfile.parse(
        "# syntax=docker/dockerfile:1\nARG TAG=22.04\nARG BASE=ubuntu:${TAG}\n"
        "FROM --platform=$BUILDPLATFORM ${BASE} AS Build\nRUN <<EOF\necho FROM nothing\nEOF\n"
        "FROM scratch\nFROM build as final\nFROM ubuntu:22.04\nCOPY --from=build /a /a\n"
    )
    assert [(stage.base, stage.name, stage.line) for stage in parsed.stages] == [
        ("ubuntu:22.04", "build", 4),
        ("scratch", None, 8),
        ("build", "final", 9),
        ("ubuntu:22.04", None, 10),
    ]
    assert [str(image) for image in parsed.base_images] == ["docker.io/library/ubuntu:22.04"]
    assert parsed.arguments == {"TAG": "22.04", "BASE": "ubuntu:22.04"}


def test_a_build_argument_takes_the_place_of_a_default() -> None:
    text = 'ARG TAG="22.04"\nARG HOST\nFROM ${HOST:-docker.io}/library/ubuntu:$TAG\n'
    assert Dockerfile.parse(text).stages[0].base == "docker.io/library/ubuntu:22.04"
    given = {"TAG": "24.04", "HOST": "myacr.azurecr.io", "UNDECLARED": "x"}
    assert Dockerfile.parse(text, given).stages[0].base == "myacr.azurecr.io/library/ubuntu:24.04"


def test_an_argument_of_a_stage_is_no_argument_of_from() -> None:
    (problem,) = check_dockerfile("FROM ubuntu:22.04\nARG TAG=1\nFROM ubuntu:${TAG}\n")
    assert str(problem) == (
        "Dockerfile:3 must give ARG TAG a value before the first FROM, or as a build argument; "
        "got 'FROM ubuntu:${TAG}'; e.g. ARG TAG=<default>"
    )


@pytest.mark.parametrize(
    ("text", "rule", "line"),
    [
        ("", "must parse as a Dockerfile", None),
        ("# nothing\n", "must parse as a Dockerfile", None),
        ("FROM ubuntu\nRUN <<EOF\nabc", "must parse as a Dockerfile", 2),
        ("FROM ubuntu\0", "must be text", None),
        ("ARG A=1\n", "must have a FROM", None),
        ("RUN true\nFROM ubuntu\n", "must open with FROM", 1),
        ("FROM ubuntu\nRUN true\ntrue && false\n", "must hold Dockerfile instructions only", 3),
        ("FROM\n", "must read FROM <image>", 1),
        ("FROM ubuntu AS\n", "must read FROM <image>", 1),
        ("FROM ubuntu:22.04 base\n", "must read FROM <image>", 1),
        ("FROM ubuntu:22.04 AS 1st\n", "must name a stage", 1),
        ("FROM Ubuntu\n", "must have a valid image in FROM (the repository", 1),
        ("FROM ubuntu@sha256:abc\n", "must have a valid image in FROM (the digest", 1),
        ("ARG A\nFROM ubuntu:$A\n", "must give ARG A a value", 2),
        ("ARG A=$B\nFROM ubuntu:$A\n", "must give ARG B a value", 1),
        ("ARG A=v1\nFROM ubuntu:${A#v}\n", "must use variables as", 2),
    ],
)
def test_what_can_not_be_built(text: str, rule: str, line: int | None) -> None:
    (problem,) = check_dockerfile(text, filename="docker/Dockerfile")
    assert problem.rule.startswith(rule)
    assert (problem.subject, problem.line) == ("docker/Dockerfile", line)


def test_a_no_break_space_does_not_hide_an_instruction() -> None:
    (problem,) = check_dockerfile("FROM ubuntu:22.04\nRUN\u00a0true\n")
    assert problem.line == 2


def test_all_problems_at_once() -> None:
    with pytest.raises(InvalidDockerfile) as caught:
        Dockerfile.parse("FROM ubuntu:$A\nFROM Bad\nFROM ubuntu:22.04\n")
    assert [problem.line for problem in caught.value.problems] == [1, 2]
