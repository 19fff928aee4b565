"""Ignore patterns: what Docker's own matcher says of the same patterns and paths."""

from __future__ import annotations

import pytest
from azureml_scoring.rules.dockerignore import IgnorePatterns, InvalidPattern


@pytest.mark.parametrize(
    ("lines", "ignored", "kept"),
    [
        (["*.py"], ["a.py"], ["b/a.py", "a.pyc"]),
        (["*/*.py"], ["b/a.py"], ["a.py", "c/b/a.py"]),
        (["**/*.py"], ["a.py", "c/b/a.py"], ["a.txt"]),
        (["**.py"], ["a.py", "b/a.py"], ["a.txt"]),
        (["src"], ["src", "src/a", "src/b/c"], ["b/src", "srcs"]),
        (["/src/"], ["src/a"], ["b/src/a"]),
        (["src/**"], ["src/a", "src/b/c"], ["src"]),
        (["a/**/z"], ["a/z", "a/b/c/z"], ["z", "az"]),
        (["**"], ["a", "b/c"], []),
        (["a?c"], ["abc"], ["ac", "a/c"]),
        (["[a-c]x"], ["bx"], ["dx", "[a-c]x"]),
        (["[^a]x"], ["bx"], ["ax"]),
        ([r"[\]a]"], ["]", "a"], ["b"]),
        ([r"\*"], ["*"], ["a"]),
        (["a.b+(c)|{d}$"], ["a.b+(c)|{d}$"], ["aXb+(c)|{d}$", "a.b"]),
        (["./a/../b"], ["b"], ["a"]),
        (["# *", "", "  ", "a  "], ["a"], ["b"]),
        ([" #a"], ["#a"], ["a"]),
        (["\ufeffa"], ["a"], ["b"]),
        (["*.md", "!README.md"], ["a.md"], ["README.md"]),
        (["!README.md", "*.md"], ["README.md"], []),
        (["*", "!src", "src/secret"], ["a", "src/secret"], ["src", "src/b/c"]),
        (["*", "!**/*.py"], ["a.txt"], ["a.py", "b/a.py"]),
        (["[a", "b"][1:], ["b"], ["[a"]),
    ],
)
def test_decisions(lines: list[str], ignored: list[str], kept: list[str]) -> None:
    patterns = IgnorePatterns(lines)
    assert [path for path in ignored if not patterns.ignores(path)] == []
    assert [path for path in kept if patterns.ignores(path)] == []


@pytest.mark.parametrize("line", ["!", "! ", "[a", "[", "[a-", "[z-a]", "a\\", "[a\\"])
def test_refused_patterns(line: str) -> None:
    with pytest.raises(InvalidPattern) as caught:
        IgnorePatterns([line])
    assert caught.value.pattern == line.strip()


def test_an_ignored_folder_is_entered_only_for_an_exception_below_it() -> None:
    patterns = IgnorePatterns(["*", "!src/app/a.py"])
    assert patterns.may_keep_below("src")
    assert patterns.may_keep_below("src/app")
    assert not patterns.may_keep_below("data")
    assert IgnorePatterns(["*", "!**/*.py"]).may_keep_below("data")
