"""Instructions as moby reads them, with the line of every part, and the faults that moby passes over."""

from __future__ import annotations

import pytest
from azureml_scoring.rules.instruction import InvalidDockerfile, read_instructions


def test_lines_within_an_instruction() -> None:
    text = "FROM a\nRUN one \\\n  # comment\n\n  two \\ \n  three\n"
    run = read_instructions(text)[1]
    assert [run.line_at(run.original.index(word)) for word in ("RUN", "one", "two", "three")] == [2, 2, 5, 6]
    assert run.line_at(10**6) == 6


def test_lines_of_documents() -> None:
    text = "FROM a\nRUN <<A <<B \\\n  more\nx\ny\nA\nz\nB\nCOPY <<C /c\nq\nC\n"
    _, run, copy = read_instructions(text)
    assert run.heredocs == (("A", "x\ny\n", 4), ("B", "z\n", 7))
    assert copy.heredocs == (("C", "q\n", 10),)


def test_a_lost_continuation_gets_its_fix() -> None:
    with pytest.raises(InvalidDockerfile) as caught:
        read_instructions("FROM a\nRUN a &&\n  apt-get install b\nFORM c\n")
    fixes = [problem.fix for problem in caught.value.problems]
    assert fixes == ["a backslash at the end of the line before", "RUN, COPY, ENV"]


def test_what_onbuild_triggers_is_an_instruction() -> None:
    assert [one.kind for one in read_instructions("FROM a\nONBUILD RUN b\n")] == ["FROM", "RUN"]


@pytest.mark.parametrize("instruction", ["ONBUILD FROM b", "ONBUILD ONBUILD RUN b"])
def test_what_onbuild_can_not_trigger(instruction: str) -> None:
    with pytest.raises(InvalidDockerfile):
        read_instructions(f"FROM a\n{instruction}\n")


@pytest.mark.parametrize(
    ("text", "line", "rule"),
    [
        ("RUN a \\\n  b\u00a0c\n", 3, "must be separated by plain spaces"),
        ("RUN a \\\n\u00a0  b\n", 3, "must be separated by plain spaces"),
        ("RUN a\u200bb\n", 2, "must be separated by plain spaces"),
        ("RUN\u00a0a\n", 2, "must hold Dockerfile instructions only"),
        ("RUN a &&\n  apt-get install b\n", 3, "must hold Dockerfile instructions only"),
        ("RUN a \\\nENV A=b\n", 3, "must end the RUN before the next instruction"),
        ("ENV A=b \\\n\nRUN c\n", 4, "must parse as a Dockerfile"),
        ("COPY a \\\n\nRUN c\n", 4, "must end the COPY before the next instruction"),
    ],
)
def test_faults(text: str, line: int, rule: str) -> None:
    with pytest.raises(InvalidDockerfile) as caught:
        read_instructions(f"FROM a\n{text}")
    (problem,) = caught.value.problems
    assert (problem.line, problem.rule.startswith(rule)) == (line, True)


@pytest.mark.parametrize(
    "text",
    [
        'LABEL a="b\u00a0c"\n',
        "RUN echo 'b\u00a0c'\n",
        "# b\u00a0c\n",
        "RUN a \\\n  # b\u00a0c\n  d\n",
        "RUN a \\\n  run b\n",
    ],
)
def test_what_is_no_fault(text: str) -> None:
    assert len(read_instructions(f"FROM a\n{text}")) >= 1


@pytest.mark.parametrize(
    "text",
    [
        "FROM a\nRUN\u00a0PASSWORD=hunter2\n",
        "FROM a\nENV PASSWORD=hunter2\u00a0x\n",
        "FROM a\nRUN a \\\nENV PASSWORD=hunter2\n",
        'FROM a\nENV PASSWORD=x "hunter2"\n',
        "ENV PASSWORD=hunter2\n",
    ],
)
def test_no_value_is_shown(text: str) -> None:
    with pytest.raises(InvalidDockerfile) as caught:
        read_instructions(text)
    assert "hunter2" not in str(caught.value)
