"""The report: facts, findings with their lines, and what stays unknown."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from azureml_scoring.rules import BuildContext
from azureml_scoring.rules.base_image import (
    Finding,
    Report,
    Rule,
    Severity,
    State,
    Surroundings,
    inspect_dockerfile,
    reader_of,
)

TODAY = date(2026, 11, 22)
CONDA = "ADD https://e.org/releases/download/25.3.1-0/Miniforge3-25.3.1-0-Linux-x86_64.sh /f.sh\n"


def inspected(text: str, **given: object) -> Report:
    return inspect_dockerfile(text, Surroundings(today=TODAY, **given))  # type: ignore[arg-type]  # a test's own choice


def of(report: Report, rule: Rule) -> list[Finding]:
    return [finding for finding in report.findings if finding.rule is rule]


def test_a_finding_reads_as_a_problem() -> None:
    report = inspected(f"FROM ubuntu:14.04\n{CONDA}")
    (finding,) = of(report, Rule.UBUNTU)
    assert str(finding.as_problem("docker/Dockerfile")) == (
        "docker/Dockerfile:1 must have Ubuntu 16.04 or later; got 'Ubuntu 14.04: FROM ubuntu:14.04'; "
        "e.g. FROM ubuntu:22.04"
    )
    assert [problem.warning for problem in report.problems()] == [False, True]


def test_from_is_resolved_for_those_who_judge_images() -> None:
    report = inspected("ARG V=22.04\nFROM ubuntu:$V AS a\nFROM a\nFROM ubuntu:${V}\nFROM myacr.azurecr.io/x\n")
    assert report.base_images == ("docker.io/library/ubuntu:22.04", "myacr.azurecr.io/x")
    assert [(stage.name, stage.base) for stage in report.stages] == [
        ("a", "ubuntu:22.04"),
        ("1", "a"),
        ("2", "ubuntu:22.04"),
        ("3", "myacr.azurecr.io/x"),
    ]
    assert [str(stage.ubuntu) for stage in report.stages] == ["22.04", "22.04", "22.04", "unknown"]


def test_a_stage_that_is_not_there() -> None:
    report = inspected("FROM ubuntu:22.04 AS a\n", target="b")
    (finding,) = report.findings
    assert (finding.rule, finding.found, finding.fix) == (Rule.SYNTAX, "b", "one of a")
    assert report.ubuntu.state is State.UNKNOWN


def test_a_file_that_can_not_be_read_is_known_for_nothing() -> None:
    report = inspected("FROM ubuntu:22.04\nRUN\u00a0true\n")
    assert {report.ubuntu.state, report.conda.state, report.python.state, report.libfuse.state} == {State.UNKNOWN}
    assert [finding.severity for finding in report.findings] == [Severity.ERROR]


def test_end_of_life_depends_on_the_day() -> None:
    text = f"FROM ubuntu:22.04\n{CONDA}RUN conda install -y python=3.10\n"
    assert of(inspected(text), Rule.END_OF_LIFE) != []
    before = inspect_dockerfile(text, Surroundings(today=date(2026, 10, 31)))
    assert of(before, Rule.END_OF_LIFE) == []


def test_arguments_given_win_over_defaults_and_environment_over_arguments() -> None:
    text = f"FROM ubuntu:22.04\n{CONDA}ARG V=3.4\nRUN conda install python=$V\n"
    assert str(inspected(text).python) == "3.4"
    assert str(inspected(text, arguments={"V": "3.12"}).python) == "3.12"
    assert str(inspected(text.replace("RUN", "ENV V=3.11\nRUN"), arguments={"V": "3.12"}).python) == "3.11"


def test_an_argument_of_another_stage_has_no_value_here() -> None:
    text = f"FROM ubuntu:22.04 AS a\nARG V=3.12\nFROM a\n{CONDA}RUN conda install python=$V\n"
    report = inspected(text)
    assert report.python.state is State.UNKNOWN
    assert [finding.severity for finding in of(report, Rule.PYTHON)] == [Severity.UNKNOWN]


def test_a_global_argument_has_to_be_declared_in_the_stage() -> None:
    text = f"ARG V=3.12\nFROM ubuntu:22.04\n{CONDA}{{}}RUN conda install python=$V\n"
    assert inspected(text.format("")).python.state is State.UNKNOWN
    assert str(inspected(text.format("ARG V\n")).python) == "3.12"


def test_secrets_before_from_have_their_line_and_no_value() -> None:
    report = inspected("ARG A=1\nARG API_KEY=hunter2\nFROM ubuntu:22.04\n")
    (finding,) = of(report, Rule.SECRET)
    assert (finding.line, finding.found) == (2, "ARG API_KEY")
    assert "hunter2" not in str(report)


@pytest.mark.parametrize(
    "line",
    [
        "ENV PASSWORD=hunter2",
        "RUN pip install --index-url https://user:hunter2@e.org/simple numpy",
        "RUN pip install git+https://user:hunter2@e.org/x.git",
        'CMD ["server", "--port", "5001", "--password", "hunter2"]',
        'ENTRYPOINT ["server", "--password=hunter2"]',
    ],
)
def test_no_report_shows_a_secret(line: str) -> None:
    report = inspected(f"FROM ubuntu:22.04\n{line}\n")
    assert "hunter2" not in str(report) + "".join(map(str, report.problems()))


def test_files_of_a_real_context(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(
        f"FROM ubuntu:22.04\n{CONDA}COPY . /src\nRUN pip install -r /src/a.txt -r /src/b.txt\n", encoding="utf-8"
    )
    (tmp_path / "a.txt").write_text("numpy\n", encoding="utf-8")
    (tmp_path / "b.txt").write_text("scipy\n", encoding="utf-8")
    (tmp_path / ".dockerignore").write_text("b.txt\n", encoding="utf-8")
    context = BuildContext.from_directory(tmp_path)
    report = inspected((tmp_path / "Dockerfile").read_text(encoding="utf-8"), read=reader_of(context))
    found = [(one.file, one.line, one.severity.value) for one in of(report, Rule.PIP_PIN)]
    assert found == [(None, 4, "unknown"), ("a.txt", 1, "warning")]


def test_lists_that_include_each_other_end() -> None:
    files = {"a.txt": "-r b.txt\n-c a.txt\nnumpy\n", "b.txt": "-r a.txt\n-r b.txt\nscipy\n"}
    text = f"FROM ubuntu:22.04\n{CONDA}COPY *.txt /s/\nRUN pip install -r /s/a.txt -c /s/a.txt\n"
    found = of(inspected(text, read=files.get), Rule.PIP_PIN)
    assert [(one.file, one.found) for one in found] == [("a.txt", "numpy"), ("b.txt", "scipy")]


def test_conda_from_a_stage_that_was_copied_whole_or_in_part() -> None:
    text = f"FROM ubuntu:22.04 AS a\n{CONDA}RUN sh /f.sh -b -p /usr/py\nFROM ubuntu:24.04\nCOPY --from=a {{}}\n"
    assert str(inspected(text.format("/usr/py /opt/py")).conda) == "25.3.1"
    assert inspected(text.format("/usr/lib /usr/lib")).conda.state is State.ABSENT


def test_a_root_file_system_from_an_archive_is_unknown() -> None:
    report = inspected("FROM scratch\nADD ubuntu-noble-core.tar.gz /\n")
    assert {report.ubuntu.state, report.conda.state, report.python.state} == {State.UNKNOWN}
