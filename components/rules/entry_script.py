"""The entry script that the scoring server runs: it must define `init()` and `run(data)`."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator

from .problem import Problem

__all__ = ["check_entry_script"]

_FUNCTIONS = {
    "init": ("without required arguments", "def init(): loads the model, once, when the server starts"),
    "run": (
        "with one argument for the data, passed by name, and at most request_headers besides",
        "def run(data): returns the prediction for one request",
    ),
}
"""What the scoring server calls: with which arguments, and a definition that would do."""

_OWN_SCOPE = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
"""Expressions whose names do not reach the module."""


def check_entry_script(source: str | bytes, filename: str) -> list[Problem]:
    """Check that a script parses and defines what the scoring server calls. The script is never executed.

    Args:
        source: The script's text, or its bytes with the encoding that they declare.
        filename: What the problems are said of, e.g. `score.py`.

    Returns:
        One problem for a script that doesn't parse, else one for each function that is missing or can't be called.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an odd escape sequence is the script's own affair
            tree = ast.parse(source, filename)
    except SyntaxError as error:  # its message only: the line itself may hold a secret
        return [Problem(filename, "must parse as Python", error.msg, "the line corrected", error.lineno)]
    except (ValueError, RecursionError, MemoryError) as error:
        return [Problem(filename, "must parse as Python", str(error), "a plain UTF-8 text file")]
    bound = dict(_bindings(tree))
    if "*" in bound:
        return []  # what a star import brings can't be known without running it
    return [problem for name in _FUNCTIONS if (problem := _check(filename, name, bound))]


def _check(filename: str, name: str, bound: dict[str, ast.AST]) -> Problem | None:
    arguments, fix = _FUNCTIONS[name]
    if name not in bound:
        return Problem(filename, f"must define {name} at its top level", sorted(bound) or None, fix)
    node = bound[name]
    if isinstance(node, ast.AsyncFunctionDef):
        return Problem(filename, f"must define {name} as a plain function", f"async def {name}", fix, node.lineno)
    if isinstance(node, ast.FunctionDef) and not node.decorator_list:  # a decorator may change the arguments
        fits = not _required(node.args) if name == "init" else _takes_data(node.args)
        if not fits:
            got = f"def {name}({ast.unparse(node.args)})"
            return Problem(filename, f"must define {name} {arguments}", got, fix, node.lineno)
    return None


def _required(arguments: ast.arguments) -> set[str]:
    """Return the names of the arguments that have no default."""
    positional = [*arguments.posonlyargs, *arguments.args]
    without_default = positional[: len(positional) - len(arguments.defaults)]
    keywords = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    return {one.arg for one in without_default} | {one.arg for one, default in keywords if default is None}


def _takes_data(arguments: ast.arguments) -> bool:
    """Say whether the server can call `run`: by name, with the data first, and `request_headers` if it is there."""
    if arguments.posonlyargs or arguments.vararg or arguments.kwarg:
        return False
    names = [one.arg for one in (*arguments.args, *arguments.kwonlyargs) if one.arg != "request_headers"]
    return bool(names) and _required(arguments) <= {names[0], "request_headers"}


def _bindings(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """Yield what a module binds, in order: through `if`, `try` and the like, not into functions and classes."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield child.name, child
        elif isinstance(child, ast.alias):
            yield child.asname or child.name.partition(".")[0], child
        elif isinstance(child, ast.Name) and isinstance(child.ctx, ast.Store):
            yield child.id, child
        elif not isinstance(child, _OWN_SCOPE) and not (isinstance(child, ast.AnnAssign) and child.value is None):
            yield from _bindings(child)
