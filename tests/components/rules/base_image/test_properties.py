"""No text makes the rules crash, and none that can't be read passes."""

from __future__ import annotations

import contextlib
import json
from datetime import date

from azureml_scoring.catalogue import image_facts
from azureml_scoring.rules.base_image import Report, Rule, Severity, State, Surroundings, inspect_dockerfile
from azureml_scoring.rules.conda_file import InvalidCondaFile, read_conda_file
from azureml_scoring.rules.dockerfile import check_dockerfile
from azureml_scoring.rules.environment import check_requirements
from azureml_scoring.rules.environment_file import check_conda_environment, check_v1_environment
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.components.rules.labelled import cases

TODAY = date(2026, 11, 22)
CORPUS = [case.text for case in cases()]
PIECES = st.sampled_from(
    [
        *"\n \\\"'$`(){}[]<>&|;#=:,@*~\t\u00a0",
        *("\\\n", "&&", "||", "<<EOF", "EOF\n", "${", "$(", "${A:-", "FROM ", "RUN ", "ENV ", "ARG ", "COPY ", "ADD "),
        *(
            "ONBUILD ",
            "EXPOSE ",
            "SHELL ",
            "ENTRYPOINT ",
            "WORKDIR ",
            "--from=",
            "--mount=type=bind,source=",
            "scratch",
        ),
        *("ubuntu:22.04", "python:3.10", " AS a", "a", "0", "9" * 5000, "A=1", "$A", "pip install ", "conda install "),
        *("apt-get install ", "bash -c ", "uv pip install ", "conda env create -f ", "-r ", "-c ", "python=", "conda="),
        *("Miniconda3-", "latest", "-Linux-x86_64.sh", "wget ", "numpy==", "1.2.3", "xargs ", "sudo ", "cd ", "eval "),
        *("5001", "-", "python3.", "PASSWORD=", "r.txt", "e.yml", "/", "."),
    ]
)
TEXTS = st.one_of(
    st.text(), st.lists(PIECES, max_size=40).map("".join), st.lists(PIECES).map(lambda s: "FROM a\n" + "".join(s))
)
QUIET = settings(deadline=None, suppress_health_check=list(HealthCheck))


def inspected(text: str, content: str = "") -> Report:
    given_ = Surroundings(lookup=image_facts, read=lambda _path: content, today=TODAY, datasets=True)
    return inspect_dockerfile(text, given_)


def check(text: str, report: Report) -> None:
    """What holds for every text."""
    unreadable = bool(check_dockerfile(text))
    assert any(finding.rule is Rule.SYNTAX for finding in report.findings) == unreadable
    if unreadable:
        assert {report.ubuntu.state, report.conda.state, report.python.state} == {State.UNKNOWN}
        assert report.of(Severity.ERROR)
    for rule, fact in ((Rule.UBUNTU, report.ubuntu), (Rule.CONDA, report.conda), (Rule.PYTHON, report.python)):
        if fact.state is not State.KNOWN and not unreadable:
            assert any(finding.rule is rule for finding in report.findings), "what isn't known is never fine"
    for finding in report.findings:
        assert str(finding.as_problem())


@given(TEXTS, st.one_of(st.text(), st.lists(PIECES).map("".join)))
@QUIET
def test_no_text_makes_the_rules_crash(text: str, content: str) -> None:
    check(text, inspected(text, content))


@given(st.sampled_from(CORPUS), st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 30), PIECES), max_size=6))
@QUIET
def test_no_change_of_a_dockerfile_makes_the_rules_crash(text: str, changes: list[tuple[int, int, str]]) -> None:
    for at, length, piece in changes:
        text = text[:at] + piece + text[at + length :]
    check(text, inspected(text, "numpy\n-r a\n-c b\n"))


@given(st.one_of(st.text(), st.lists(PIECES).map("".join)))
@QUIET
def test_no_text_makes_the_rules_on_environments_crash(text: str) -> None:
    check_requirements(text, "requirements.txt")
    check_conda_environment(text, "environment.yml", lambda _path: text)
    check_v1_environment(text, "inferenceconfig.json", lambda _path: text)
    with contextlib.suppress(InvalidCondaFile):
        read_conda_file(text)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["environment", "python", "condaDependencies", "dependencies", "pip", "name", "x"]), inner
        )
    ),
    max_leaves=12,
)


@given(JSON)
@QUIET
def test_no_json_makes_the_rules_on_environments_crash(document: object) -> None:

    check_v1_environment(json.dumps(document), "inferenceconfig.json")
    check_conda_environment(json.dumps(document), "environment.yml")
