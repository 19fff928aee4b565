"""Reading Dockerfiles."""

from __future__ import annotations

import pytest

from localcloud.images.dockerfile import parse
from localcloud.images.errors import BuildFailed


def test_stages_keep_their_names_bases_and_lines() -> None:
    file = parse(b"ARG A=1\nFROM ubuntu AS Base\nRUN a \\\n  b\nFROM base\nCOPY x /y\n")
    assert [(stage.name, stage.base) for stage in file.stages] == [("base", "ubuntu"), ("", "base")]
    assert [item.line for stage in file.stages for item in stage.instructions] == [3, 6]
    assert [item.words for item in file.arguments] == [("A=1",)]


def test_flags_forms_and_here_documents_are_told_apart() -> None:
    stage = parse(b'from a\ncopy --from=b --link ["x y", "/z"]\nCOPY <<A <<"B" /d/\n$x\nA\n$y\nB\n').stages[0]
    exec_form, here = stage.instructions
    assert (exec_form.name, exec_form.is_json, exec_form.words) == ("COPY", True, ("x y", "/z"))
    assert (exec_form.flag("from"), exec_form.flag("link"), exec_form.flag("chown")) == ("b", "", None)
    assert [(item.name, item.content, item.expand) for item in here.heredocs] == [
        ("A", "$x\n", True),
        ("B", "$y\n", False),
    ]


def test_the_escape_directive_counts_only_at_the_top() -> None:
    assert parse(b"# syntax=docker/dockerfile:1\n# escape=`\nFROM a\n").escape == "`"
    assert parse(b"# a comment\n# escape=`\nFROM a\n").escape == "\\"


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        (b"", 0, "the Dockerfile cannot be empty"),
        (b"# only a comment\n", 0, "the Dockerfile cannot be empty"),
        (b"ARG A=1\n", 0, "no build stage in current context"),
        (b"RUN x\nFROM a\n", 1, "no build stage in current context"),
        (b"FROM a\nRUNN x\n", 2, "dockerfile parse error on line 2: unknown instruction: RUNN"),
        (b"FROM a b\n", 1, "dockerfile parse error on line 1: FROM requires either one or three arguments"),
        (b"FROM a to b\n", 1, "dockerfile parse error on line 1: FROM requires either one or three arguments"),
        (b"FROM\n", 1, "dockerfile parse error on line 1: FROM requires either one or three arguments"),
        (b"FROM a AS 1b\n", 1, 'invalid name for build stage: "1b", name can\'t start with a number'),
        (b"FROM a\n\nCOPY --fromm=b x y\n", 3, "dockerfile parse error on line 3: unknown flag: --fromm"),
        (b"FROM a\nWORKDIR\n", 2, "dockerfile parse error on line 2: WORKDIR requires exactly one argument"),
        (b"FROM a\nENV A\n", 2, "dockerfile parse error on line 2: ENV must have two arguments"),
        (b"FROM a\nUSER x\nENV A=1 B\nUSER y\n", 3, "dockerfile parse error on line 3: Syntax error - can't find = in"),
        (b"FROM a\nRUN <<EOF\nx\n", 2, "dockerfile parse error on line 2: unterminated heredoc"),
        (b"FROM a\n# \xff\n", 2, "Dockerfile is not UTF-8 text"),
        (b"FROM a\nRUN a\0b\n", 2, "null character"),
    ],
)
def test_what_does_not_parse_is_told_with_its_line(text: bytes, line: int, sentence: str) -> None:
    with pytest.raises(BuildFailed) as caught:
        parse(text)
    assert (caught.value.line, sentence in caught.value.reason) == (line, True), caught.value


def test_windows_line_ends_and_a_byte_order_mark_do_no_harm() -> None:
    stage = parse(b"\xef\xbb\xbfFROM a\r\nRUN b \\\r\n  c\r\n").stages[0]
    assert stage.instructions[0].words == ("b   c",)
