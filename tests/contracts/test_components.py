"""What all components promise: documented inputs of plain types, four common outputs, and leaves only."""

from __future__ import annotations

import ast
import inspect
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import azureml_scoring
import pytest
from azureml_scoring import ContainerRegistry, CustomBaseImage, ScoringService, Workspace
from pulumi.provider.experimental.component import ComponentProvider

from tests.contracts.tree import python, text

COMMON = {"resource_id", "name", "resource_group_name", "location"}
LEAVES = {"pulumi.Output[str]", "pulumi.Output[list[str]]"}
KINDS = ("Required. ", "Optional. ", "Conditional. ")
_LEAF = r"(str|int|float|bool|pulumi\.Input\[(str|int|float|bool)\])"


def exported(path: Path) -> list[ast.ClassDef]:
    """The classes of a module that the package exports."""
    body = ast.parse(text(path)).body
    return [node for node in body if isinstance(node, ast.ClassDef) and node.name in azureml_scoring.__all__]


_PUBLIC = [path for path in python("components") if exported(path)]


@cache
def classes() -> dict[str, ast.ClassDef]:
    """Every class that the package exports, by name."""
    found = [node for path in _PUBLIC for node in exported(path)]
    assert len(found) == len({node.name for node in found}), "names are unique in the package"
    return {node.name: node for node in found}


def attributes(node: ast.ClassDef) -> Iterator[tuple[str, str, str]]:
    """The annotated attributes of a class: name, annotation, docstring (empty when there is none)."""
    for first, second in zip(node.body, [*node.body[1:], ast.Pass()], strict=True):
        if isinstance(first, ast.AnnAssign) and isinstance(first.target, ast.Name):
            following = second.value if isinstance(second, ast.Expr) else None
            words = following.value if isinstance(following, ast.Constant) else ""
            yield first.target.id, ast.unparse(first.annotation), str(words)


def based_on(base: str) -> list[str]:
    """The classes with a base of that name."""
    return sorted(name for name, node in classes().items() if base in {ast.unparse(one) for one in node.bases})


COMPONENTS, INPUTS = based_on("Component"), based_on("TypedDict")


def test_the_four_components_have_each_their_inputs() -> None:
    assert COMPONENTS == ["ContainerRegistry", "CustomBaseImage", "ScoringService", "Workspace"]
    assert {f"{name}Args" for name in COMPONENTS} <= set(INPUTS)
    for name in COMPONENTS:
        parameters = inspect.signature(getattr(azureml_scoring, name)).parameters
        assert list(parameters) == ["name", "args", "opts"]
        assert parameters["args"].annotation is getattr(azureml_scoring, f"{name}Args")


@pytest.mark.parametrize("name", INPUTS)
def test_every_input_says_whether_it_is_required_and_what_it_means(name: str) -> None:
    for attribute, annotation, words in attributes(classes()[name]):
        assert words.startswith(KINDS), f"{name}.{attribute}: {words!r}"
        required = not annotation.startswith("NotRequired[")
        assert words.startswith("Required. ") is required, f"{name}.{attribute} says otherwise than its type"
        assert len(words) > 30


@pytest.mark.parametrize("name", INPUTS)
def test_an_optional_input_tells_its_default_or_an_example(name: str) -> None:
    for attribute, _, words in attributes(classes()[name]):
        if words.startswith("Optional. ") and not attribute.startswith("secret_"):
            assert "Default: " in words or "Example:" in words, f"{name}.{attribute}"


@pytest.mark.parametrize("name", INPUTS)
def test_inputs_are_of_types_that_pulumi_can_pass_from_every_language(name: str) -> None:
    own = "|".join([*INPUTS, *based_on("Enum")])
    one = rf"({_LEAF}|{own})"
    composite = rf"({one}|Sequence\[{one}\]|Mapping\[str, {one}\])"
    for attribute, annotation, _ in attributes(classes()[name]):
        plain = annotation.removeprefix("NotRequired[").removesuffix("]") if "NotRequired" in annotation else annotation
        assert re.fullmatch(composite, plain), f"{name}.{attribute}: {annotation}"


@pytest.mark.parametrize("name", COMPONENTS)
def test_outputs_are_the_four_common_ones_and_leaves_with_words(name: str) -> None:
    found = list(attributes(classes()[name]))
    assert {attribute for attribute, _, _ in found} >= COMMON
    for attribute, annotation, words in found:
        assert annotation in LEAVES, f"{name}.{attribute}: {annotation}"
        assert words.rstrip().endswith("."), f"{name}.{attribute} has no docstring"


@pytest.mark.parametrize("name", COMPONENTS)
def test_every_declared_output_is_assigned_and_registered_once_and_last(name: str) -> None:
    node = classes()[name]
    (constructor,) = (one for one in node.body if isinstance(one, ast.FunctionDef) and one.name == "__init__")
    assigned = {
        target.attr
        for statement in constructor.body
        if isinstance(statement, ast.Assign)
        for target in statement.targets
        if isinstance(target, ast.Attribute) and not target.attr.startswith("_")
    }
    assert assigned == {attribute for attribute, _, _ in attributes(node)}
    assert ast.unparse(constructor.body[-1]) == "self.register_declared_outputs()"
    assert ast.unparse(node).count("register_declared_outputs") == 1


@pytest.mark.parametrize("path", _PUBLIC, ids=str)
def test_annotations_are_types_as_pulumis_analyzer_needs_them(path: Path) -> None:
    assert "from __future__ import annotations" not in text(path)


@pytest.mark.parametrize("name", based_on("Enum"))
def test_choices_are_text_with_a_docstring_for_each(name: str) -> None:
    kind: Any = getattr(azureml_scoring, name)
    assert issubclass(kind, str)
    body = classes()[name].body
    members = [index for index, one in enumerate(body) if isinstance(one, ast.Assign)]
    assert len(members) == len(kind)
    assert all(isinstance(body[index + 1], ast.Expr) for index in members)


def test_pulumi_can_read_the_components_for_every_language() -> None:
    """The plugin's own analysis of the classes: it refuses what other languages can't have."""
    components = [ContainerRegistry, CustomBaseImage, ScoringService, Workspace]
    provider = ComponentProvider(components, "azureml-scoring", "azureml-scoring", "0.0.0")
    schema = json.loads(provider.schema or "")
    assert set(schema["resources"]) == {f"azureml-scoring:index:{component.__name__}" for component in components}
    described = [*schema["resources"].values(), *schema["types"].values()]
    properties = [
        (name, found)
        for holder in described
        for part in ("properties", "inputProperties")
        for name, found in holder.get(part, {}).items()
    ]
    assert len(properties) > 60
    assert [name for name, found in properties if not found.get("description")] == []
