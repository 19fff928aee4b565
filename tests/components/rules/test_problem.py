"""How a problem reads."""

from __future__ import annotations

import pytest
from azureml_scoring.rules.problem import Problem


@pytest.mark.parametrize(
    ("problem", "sentence"),
    [
        (
            Problem("workspace_name", "must be short", "a b", "scoring"),
            "workspace_name must be short; got 'a b'; e.g. scoring",
        ),
        (Problem("score.py", "must parse", "x(", "x()", line=3), "score.py:3 must parse; got 'x('; e.g. x()"),
        (
            Problem("image", "must be given", None, "ubuntu:22.04"),
            "image must be given; got nothing; e.g. ubuntu:22.04",
        ),
        (Problem("tag", "must be plain", "a\nb\x1b[0m", "v1"), r"tag must be plain; got 'a\nb\x1b[0m'; e.g. v1"),
    ],
)
def test_sentence(problem: Problem, sentence: str) -> None:
    assert str(problem) == sentence


def test_a_long_value_is_cut() -> None:
    assert "... (5002 characters)" in str(Problem("tag", "must be short", "t" * 5000, "v1"))
    assert len(str(Problem("tag", "must be short", "t" * 5000, "v1"))) < 200
