"""What the package exports, as its source says it: classes with their attributes, functions with their arguments."""

from __future__ import annotations

import ast
import inspect
import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import azureml_scoring

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "components"
KINDS = ("Required", "Optional", "Conditional")
"""What the docstring of an input opens with."""
_DEFAULT = re.compile(r" ?Default: (.+?)\.(?= [A-Z]|$)")


@dataclass(frozen=True)
class Attribute:
    """An input, an output or a value.

    Attributes:
        name: Its name; of an enum's member the text that is given.
        annotation: Its type as the source has it, without `NotRequired` and the module's name; empty for a member.
        kind: `Required`, `Optional` or `Conditional`; empty for what is no input.
        words: Its docstring on one line, without kind and default.
        default: What holds where it is left out; empty where nothing is said.
    """

    name: str
    annotation: str
    kind: str
    words: str
    default: str


@dataclass(frozen=True)
class Described:
    """An exported class.

    Attributes:
        name: Its name.
        bases: Its bases as the source has them.
        words: The first paragraph of its docstring, on one line.
        carries: What an error carries, by name: the docstring's section `Attributes`.
        attributes: What it has, in the order of the source.
        path: Its file, below `components/`.
    """

    name: str
    bases: tuple[str, ...]
    words: str
    carries: Mapping[str, str]
    attributes: tuple[Attribute, ...]
    path: Path


@dataclass(frozen=True)
class Function:
    """An exported function.

    Attributes:
        call: How it is called: its name and the arguments that have no default.
        words: The first paragraph of its docstring, on one line.
    """

    call: str
    words: str


@cache
def classes() -> Mapping[str, Described]:
    """Every class that the package exports, by name."""
    return {node.name: _described(node, path) for path, node in _exported() if isinstance(node, ast.ClassDef)}


@cache
def functions() -> Mapping[str, Function]:
    """Every function that the package exports, by name."""
    return {
        node.name: Function(_call(node), _paragraph(node))
        for _, node in _exported()
        if isinstance(node, ast.FunctionDef)
    }


def _exported() -> Iterator[tuple[Path, ast.ClassDef | ast.FunctionDef]]:
    for path in sorted(SOURCE.rglob("*.py")):
        if "venv" in path.relative_to(SOURCE).parts:
            continue
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef | ast.FunctionDef) and node.name in azureml_scoring.__all__:
                yield path.relative_to(SOURCE), node


def _described(node: ast.ClassDef, path: Path) -> Described:
    bases = tuple(ast.unparse(base) for base in node.bases)
    return Described(node.name, bases, _paragraph(node), _carried(node), tuple(_attributes(node)), path)


def _call(node: ast.FunctionDef) -> str:
    needed = node.args.args[: len(node.args.args) - len(node.args.defaults)]
    return f"{node.name}({', '.join(argument.arg for argument in needed)})"


def _paragraph(node: ast.ClassDef | ast.FunctionDef) -> str:
    return " ".join((ast.get_docstring(node) or "").split("\n\n")[0].split())


def _carried(node: ast.ClassDef) -> Mapping[str, str]:
    """`name: meaning` of each line of the section `Attributes`."""
    _, _, section = (ast.get_docstring(node) or "").partition("Attributes:\n")
    lines = (line.strip().partition(": ") for line in inspect.cleandoc(section).splitlines())
    return {name: words for name, _, words in lines if words}


def _attributes(node: ast.ClassDef) -> Iterator[Attribute]:
    """Each attribute that a docstring follows."""
    for statement, following in itertools.pairwise(node.body):
        if not (isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant)):
            continue
        text = " ".join(str(following.value.value).split())
        if isinstance(statement, ast.AnnAssign):
            yield _attribute(ast.unparse(statement.target), _plain(statement.annotation), text)
        elif isinstance(statement, ast.Assign):
            yield _attribute(ast.literal_eval(statement.value), "", text)


def _attribute(name: str, annotation: str, text: str) -> Attribute:
    kind, _, rest = text.partition(". ")
    kind, text = (kind, rest) if kind in KINDS else ("", text)
    default = _DEFAULT.search(text) if kind else None
    words = _DEFAULT.sub("", text) if default else text
    return Attribute(name, annotation, kind, words.strip(), default[1] if default else "")


def _plain(annotation: ast.expr) -> str:
    """The annotation without `NotRequired[...]`, and names without their module."""
    if isinstance(annotation, ast.Subscript) and ast.unparse(annotation.value) == "NotRequired":
        annotation = annotation.slice
    return ast.unparse(annotation).replace("pulumi.", "")
