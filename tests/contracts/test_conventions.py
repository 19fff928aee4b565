"""Conventions of the tree: length, docstrings, reasons for what is ignored, and what must not be in it."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contracts.tree import python, text, texts

LONGEST = 300
DOCUMENTED = ("components", "stacks", "localcloud", "tools")
_REASON = r"[\w`'\"].{7,}"
_NOQA = re.compile(rf"# (ruff: )?noqa: [A-Z]+\d+(, ?[A-Z]+\d+)*(  | - ){_REASON}")
_TYPE_IGNORE = re.compile(rf"#\s*type: ignore\[[a-z-]+(, ?[a-z-]+)*\]\s+# {_REASON}")
# Letters in brackets, so that this file does not hold what it looks for.
FORBIDDEN = {
    "a package registry's host": re.compile(
        r"py[p]i\.org|python[h]osted|proxy\.gol[a]ng|sum\.gol[a]ng|registry\.np[m]js|deb\.deb[i]an|static\.cr[a]tes"
    ),
    "a path of one machine": re.compile(r"(?<![\w./-])/(wo[r]k|fa[r]m|ro[o]t)/"),
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY[-]----\n[A-Za-z0-9+/]"),
}


def comments(path: Path) -> Iterator[tuple[int, str, str]]:
    """The comments of a Python file: line, comment, and the comment above that one, for a run of lines the run."""
    above, last = "", 0
    for token in tokenize.generate_tokens(io.StringIO(text(path)).readline):
        if token.type == tokenize.COMMENT:
            number, alone = token.start[0], not token.line[: token.start[1]].strip()
            above = above if number == last + 1 else ""
            yield number, token.string, above
            above, last = token.string if alone else above, number


def undocumented(path: Path) -> Iterator[str]:
    """What is public in a module and has no docstring; a setter's is its getter's."""
    module = ast.parse(text(path), str(path))
    if not ast.get_docstring(module):
        yield f"{path}"
    pending: list[ast.stmt] = list(module.body)
    while pending:
        node = pending.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            same = any(ast.unparse(one).endswith((".setter", "overload")) for one in node.decorator_list)
            if not ast.get_docstring(node) and not same:
                yield f"{path}:{node.lineno} {node.name}"
            pending += node.body if isinstance(node, ast.ClassDef) else []


def test_files_are_short() -> None:
    lengths = {str(path): len(text(path).splitlines()) for path in python()}
    assert {path: length for path, length in lengths.items() if length > LONGEST} == {}


@pytest.mark.parametrize("folder", DOCUMENTED)
def test_what_is_public_has_a_docstring(folder: str) -> None:
    paths = python(folder)
    assert paths
    assert [where for path in paths if path.name != "_pb2.py" for where in undocumented(path)] == []


def test_whatever_is_ignored_is_ignored_for_a_reason() -> None:
    without = [
        f"{path}:{line} {comment}"
        for path in python()
        for line, comment, above in comments(path)
        if (re.search(r"#[^#]*\bnoqa\b", comment) and not _NOQA.search(comment) and not above)
        or (re.search(r"#\s*type: ignore", comment) and not _TYPE_IGNORE.search(comment))
        or (re.search(r"#\s*pragma", comment) and not re.search(rf"# pragma: no cover - {_REASON}", comment))
        or re.search(r"#\s*(pyright|mypy|ruff): (?!noqa)", comment)
    ]
    assert without == []


def test_what_ruff_ignores_everywhere_has_a_reason() -> None:
    section = re.findall(r'^ {4}"[A-Z]+\d+",.*$', text(Path("pyproject.toml")), re.MULTILINE)
    assert len(section) > 10
    assert [line for line in section if not re.search(r"# .{5,}", line)] == []


@pytest.mark.parametrize("kind", FORBIDDEN)
def test_the_tree_holds_nothing_that_belongs_elsewhere(kind: str) -> None:
    found = [
        f"{path}:{number} {line.strip()[:100]}"
        for path, content in texts()
        if FORBIDDEN[kind].search(content)
        for number, line in enumerate(content.splitlines(), 1)
        if FORBIDDEN[kind].search(line)
    ]
    assert found == []


def test_the_search_finds_what_it_looks_for() -> None:
    assert FORBIDDEN["a package registry's host"].search("https://py" + "pi.org/simple")
    assert FORBIDDEN["a path of one machine"].search("see /wo" + "rk/main")
    assert not FORBIDDEN["a path of one machine"].search("src/wo" + "rk/main and ./ro" + "ot/")


def test_tests_are_no_packages() -> None:
    assert [str(path) for path in python("tests") if path.name == "__init__.py"] == []
