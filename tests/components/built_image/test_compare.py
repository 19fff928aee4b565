"""An image's answer, held against its Dockerfile and against the minima."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from azureml_scoring.built_image import ImageAnswer, judge, read_answer
from azureml_scoring.rules import Surroundings, inspect_dockerfile
from azureml_scoring.rules.base_image import Fact, Severity, State

from tests.components.built_image.outputs import MARK, output


def said(dockerfile: str, answer: ImageAnswer, *, datasets: bool = False) -> list[str]:
    """What is found, with the weight."""
    report = inspect_dockerfile(dockerfile, Surroundings(datasets=datasets))
    found = judge(answer, report, datasets=datasets).findings
    return [f"{finding.severity.value}: {finding.as_problem('image')}" for finding in found]


def answer(**changes: Any) -> ImageAnswer:
    """The answer of an image that has all, with parts changed."""
    return replace(read_answer(output(), MARK), **changes)


def test_an_image_that_is_what_its_dockerfile_says_has_no_finding() -> None:
    dockerfile = "FROM ubuntu:22.04\nRUN apt-get install -y libfuse-dev=2.9.9-5ubuntu3\n"
    bare = Fact(State.ABSENT)
    assert said(dockerfile, answer(conda=known("4.9"), python=known("3.10"))) != []
    assert judge(answer(), inspect_dockerfile("FROM registry.example/own:1\n"), datasets=True).findings == ()
    differing = [line for line in said(dockerfile, answer(conda=bare, python=bare)) if line.startswith("warning")]
    assert differing == []


def known(version: str) -> Fact:
    """A version that the image told."""
    return Fact(State.KNOWN, version, source="the image")


def test_a_difference_names_both_answers_and_where_the_dockerfile_gives_its() -> None:
    (ubuntu, *_) = said("FROM ubuntu:18.04\n", answer())
    assert ubuntu.startswith("warning: image should have the Ubuntu of its Dockerfile, 18.04 (FROM ubuntu:18.04); got")
    assert "got 'Ubuntu 22.04'; e.g. " in ubuntu


@pytest.mark.parametrize(
    ("dockerfile", "image", "agree"),
    [
        (known("3.7"), known("3.7.16"), True),
        (known("3.7"), known("3.10.1"), False),
        (known("3.10"), known("3.1.0"), False),
        (Fact(State.KNOWN, "3.6", at_least=True), known("3.12"), True),
        (Fact(State.KNOWN, "3.6", at_least=True), known("3.5.2"), False),
        (Fact(State.KNOWN, "3.6", at_least=True), known("3.10"), True),
        (Fact(State.KNOWN), known("3.12"), True),
        (Fact(State.ABSENT), known("3.12"), False),
        (known("3.12"), Fact(State.ABSENT), False),
        (Fact(State.ABSENT), Fact(State.ABSENT), True),
        (Fact(State.UNKNOWN), known("3.12"), True),
        (known("3.12"), Fact(State.UNKNOWN), True),
    ],
)
def test_what_agrees(dockerfile: Fact, image: Fact, *, agree: bool) -> None:
    report = replace(inspect_dockerfile("FROM ubuntu:22.04\n"), python=dockerfile)
    found = judge(answer(python=image), report, datasets=False).findings
    assert (
        any(
            finding.found and finding.found.startswith("Python") and finding.severity is Severity.WARNING
            for finding in found
        )
        is not agree
    )


def test_what_the_dockerfile_does_not_tell_is_judged_by_the_image() -> None:
    told = said("FROM registry.example/own:1\n", answer(ubuntu=known("14.04"), python=Fact(State.UNKNOWN)))
    assert [line.partition("; e.g.")[0] for line in told] == [
        "error: image must have Ubuntu 16.04 or later; got 'Ubuntu 14.04: the image'",
        "unknown: image must have Python 3.5 or later; got 'Python unknown'",
    ]


def test_libfuse_is_asked_for_where_datasets_are_mounted_and_only_there() -> None:
    without = answer(libfuse=Fact(State.ABSENT))
    dockerfile = "FROM registry.example/own:1\n"
    assert said(dockerfile, without) == []
    assert [line.partition("; ")[0] for line in said(dockerfile, without, datasets=True)] == [
        "error: image must have the package libfuse-dev, since datasets are mounted"
    ]


def test_the_lines_tell_the_facts_the_number_of_packages_and_the_findings() -> None:
    given = read_answer(output(mamba=(0, "2.0.5"), conda=(127, ""), conda_list=(0, "{")), MARK)
    lines = judge(given, None, datasets=False).lines()
    assert lines[:-1] == [
        "Ubuntu: 22.04",
        "conda: none",
        "Python: 3.11.10",
        "libfuse-dev: 2.9.9-5ubuntu3",
        "mamba: 2.0.5",
        "packages: 3 deb, 0 conda, 2 pypi; the list of conda can't be read",
    ]
    assert lines[-1].startswith("error: image must have conda 4.5 or later; got 'conda none")
