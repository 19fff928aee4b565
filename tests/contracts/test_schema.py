"""The schema for other languages says what the Python signatures and docstrings say, and nothing is left out."""

from __future__ import annotations

import ast
import inspect
import itertools
from collections.abc import Mapping, Sequence
from enum import Enum
from functools import cache
from types import UnionType
from typing import Any, NotRequired, Union, get_args, get_origin, get_type_hints, is_typeddict

import azureml_scoring
import pulumi
import pytest

from tests.contracts.plugin import schema
from tests.contracts.test_components import COMMON, COMPONENTS
from tests.contracts.tree import python, text

PREFIX = "azureml-scoring:index:"
PLAIN = {str: "string", int: "integer", float: "number", bool: "boolean"}
_LATER = {"Output": pulumi.Output, "T": str}


def camel(name: str) -> str:
    """A Python name as the schema writes it."""
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


@cache
def docstrings() -> dict[str, dict[str, str]]:
    """Class -> its attributes (an enum's members) with their docstrings, each on one line; "" is the class's own."""
    found: dict[str, dict[str, str]] = {}
    for path in python("components"):
        for node in ast.parse(text(path)).body:
            if isinstance(node, ast.ClassDef):
                found[node.name] = {"": " ".join((ast.get_docstring(node) or "").split())}
                for first, second in itertools.pairwise(node.body):
                    if isinstance(second, ast.Expr) and isinstance(second.value, ast.Constant):
                        target = (
                            first.target if isinstance(first, ast.AnnAssign) else getattr(first, "targets", [None])[0]
                        )
                        if isinstance(target, ast.Name):
                            found[node.name][target.id] = " ".join(str(second.value.value).split())
    return found


class Expected:
    """What the schema has to be, by the Python types alone; the classes that are met on the way."""

    def __init__(self) -> None:
        self.met: dict[str, type] = {}

    def properties(self, kind: type) -> dict[str, Any]:
        """The properties of a TypedDict."""
        hints = get_type_hints(kind, localns=_LATER, include_extras=True)
        words = docstrings()[kind.__name__]
        return {camel(name): self.of(hint) | {"description": words[name]} for name, hint in hints.items()}

    def of(self, hint: Any) -> dict[str, Any]:
        """One type: `pulumi.Input[...]` is what may be known later, everything else is plain."""
        if get_origin(hint) is NotRequired:
            return self.of(get_args(hint)[0])
        if get_origin(hint) in {Union, UnionType}:
            return self.shape(next(one for one in get_args(hint) if one in PLAIN))
        return {"plain": True} | self.shape(hint)

    def shape(self, hint: Any) -> dict[str, Any]:
        """A type without saying when it is known."""
        if hint in PLAIN:
            return {"type": PLAIN[hint]}
        if get_origin(hint) in {Sequence, list}:
            return {"type": "array", "items": self.of(get_args(hint)[0])}
        if get_origin(hint) is Mapping:
            return {"type": "object", "additionalProperties": self.of(get_args(hint)[1])}
        assert is_typeddict(hint) or issubclass(hint, Enum), hint
        self.met[hint.__name__] = hint
        return {"$ref": f"#/types/{PREFIX}{hint.__name__}"}


def without_repeats(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Properties as the schema has them, without the description that it repeats at the parts of a list or map."""
    found = {}
    for name, given in properties.items():
        part = dict(given)
        for key in ("items", "additionalProperties"):
            if key in part:
                part[key] = {one: value for one, value in part[key].items() if one != "description"}
        found[name] = part
    return found


def required(kind: Any) -> list[str]:
    """The keys that a TypedDict asks for."""
    return sorted(camel(name) for name in kind.__required_keys__)


@pytest.mark.parametrize("name", COMPONENTS)
def test_the_inputs_of_a_component_are_those_of_its_signature(name: str) -> None:
    resource = schema()["resources"][PREFIX + name]
    args = inspect.signature(getattr(azureml_scoring, name)).parameters["args"].annotation
    assert without_repeats(resource["inputProperties"]) == Expected().properties(args)
    assert sorted(resource.get("requiredInputs", [])) == required(args)
    assert (resource["isComponent"], resource["description"]) == (True, docstrings()[name][""])


@pytest.mark.parametrize("name", COMPONENTS)
def test_the_outputs_of_a_component_are_those_that_it_declares(name: str) -> None:
    resource = schema()["resources"][PREFIX + name]
    hints = inspect.get_annotations(getattr(azureml_scoring, name))
    words = docstrings()[name]
    for output, hint in hints.items():
        shown = resource["properties"][camel(output)]
        assert shown["description"] == words[output]
        assert shown["type"] == ("string" if get_args(hint) == (str,) else "array")
        assert shown.get("secret", False) is (output in SECRETS)
    assert set(resource["properties"]) == set(resource["required"]) == {camel(output) for output in hints}
    assert set(hints) > COMMON


SECRETS = {"pull_password", "primary_key", "secondary_key"}
"""Outputs that every language has to treat as secrets."""


def test_every_type_that_an_input_names_is_there_and_no_other() -> None:
    expected = Expected()
    for name in COMPONENTS:
        expected.properties(inspect.signature(getattr(azureml_scoring, name)).parameters["args"].annotation)
    types = schema()["types"]
    done: set[str] = set()
    while pending := expected.met.keys() - done:
        for name in pending:
            assert_type(types[PREFIX + name], expected.met[name], expected)
        done |= pending
    assert {PREFIX + name for name in done} == set(types)


def assert_type(shown: dict[str, Any], kind: Any, expected: Expected) -> None:
    """A type of the schema is the enum or TypedDict of that name."""
    words = docstrings()[kind.__name__]
    assert shown["description"] == words[""]
    if is_typeddict(kind):
        assert without_repeats(shown["properties"]) == expected.properties(kind)
        assert sorted(shown.get("required", [])) == required(kind)
        return
    members = [(one["name"], one["value"], one["description"]) for one in shown["enum"]]
    assert members == [(one.name, one.value, words[one.name]) for one in kind]


def test_the_package_is_named_and_described() -> None:
    found = schema()
    assert found["name"] == "azureml-scoring"
    assert found["description"].endswith(".")
    # Go has no type for a map of plain objects without it: the code that is generated does not compile.
    assert found["language"]["go"]["generateExtraInputTypes"] is True
