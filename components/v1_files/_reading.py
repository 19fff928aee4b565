"""One file read: every problem of it at once, each by the key's path, and no value that may be a secret."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import NoneType
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import ValidationError

from ..rules.problem import Problem, nearest
from ._keys import Section, json_name, section_of

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

Model = TypeVar("Model", bound=Section)

_TYPES = {
    "string": ("a text", '"..."'),
    "bool": ("true or false", "true"),
    "int": ("a whole number", "1"),
    "float": ("a number", "1.5"),
    "list": ("a list", "[...]"),
    "dict": ("an object", "{...}"),
    "model": ("an object", "{...}"),
}
"""What pydantic calls a type, how JSON's readers do, and an example."""

_LIMITS = {
    "greater_than": ("must be more than {gt}", "1"),
    "greater_than_equal": ("must be {ge} or more", "1"),
    "less_than_equal": ("must be {le} or less", "1"),
    "string_too_short": ("must not be empty", '"score.py"'),
}
_PATTERNS = {
    "computeType": ("must be aci, aks or local", '"aks"'),
    "namespace": ("must be a name of Kubernetes: up to 63 lower-case letters, digits and hyphens", '"scoring"'),
}
_WORDS: Mapping[type, str] = {
    NoneType: "null",
    str: "a text",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    list: "a list",
    dict: "an object",
}


def read_file(model: type[Model], path: Path, subject: str) -> tuple[Model | None, list[Problem]]:
    """The file as its model, or what is wrong with it.

    Args:
        model: What it has to be.
        path: The file.
        subject: The input that names it.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError:
        return None, [
            Problem(subject, "must be a file that can be read", str(path), f"{subject.replace('_', '')}.json")
        ]
    except json.JSONDecodeError as error:
        return None, [Problem(str(path), "must be JSON", error.msg, "{...}", error.lineno)]
    except (UnicodeDecodeError, RecursionError) as error:
        return None, [Problem(str(path), "must be JSON in UTF-8", type(error).__name__, "{...}")]
    if not isinstance(document, dict):
        return None, [Problem(str(path), "must be a JSON object", _WORDS[type(document)], "{...}")]
    try:
        return model.model_validate(document), []
    except ValidationError as error:
        return None, [_problem(model, path, found) for found in error.errors(include_url=False)]


def _problem(model: type[Section], path: Path, error: ErrorDetails) -> Problem:
    steps = error["loc"]
    subject = f"{path}: {''.join(_steps(steps))}"
    kind, context = error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        return Problem(subject, "is no key of this file", "a value", nearest(str(steps[-1]), _known(model, steps[:-1])))
    if kind == "missing":
        return Problem(subject, "is required", None, f'"{steps[-1]}": "score.py"')
    got = _WORDS.get(type(error["input"]), "a value")
    if kind in _LIMITS:
        rule, fix = _LIMITS[kind]
        return Problem(subject, rule.format(**context), got, fix)
    if kind == "string_pattern_mismatch":
        return Problem(subject, *_pattern(str(steps[-1]), error["input"]))
    if kind == "rule":
        return Problem(subject, error["msg"], got, str(context["fix"]))
    what, fix = _TYPES.get(kind.partition("_")[0], ("what the file's format says", "another value"))
    return Problem(subject, f"must be {what}", got, fix)


def _pattern(key: str, value: object) -> tuple[str, object, str]:
    rule, fix = _PATTERNS[key]
    return rule, value, fix


def _steps(steps: Sequence[int | str]) -> Iterator[str]:
    for index, step in enumerate(steps):
        if isinstance(step, int):
            yield f"[{step}]"
        else:
            yield f".{step}" if index else step


def _known(model: type[Section], steps: Sequence[int | str]) -> list[str]:
    """The keys of the section that a path ends in."""
    section: Any = model
    for step in steps:
        fields = {json_name(section, name): info.annotation for name, info in section.model_fields.items()}
        section = section_of(fields.get(str(step))) or section
    return [json_name(section, name) for name in section.model_fields]
