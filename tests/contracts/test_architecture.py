"""Arrows go one way: `__main__ -> stacks.settings, azureml_scoring -> its rules`; localcloud -> nothing of ours."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contracts.tree import files, python, text

OURS = {"azureml_scoring", "components", "examples", "localcloud", "policy", "stacks", "tests", "tools"}
ALLOWED = {
    "components": set[str](),
    "stacks": {"azureml_scoring", "stacks"},
    "localcloud": {"localcloud"},
    "tools": {"azureml_scoring", "localcloud", "stacks", "tools"},
    "policy": {"azureml_scoring"},
    "examples": set[str](),
    "tests": OURS - {"components", "examples"},
}
"""Folder -> what of ours it may import by an absolute name. Inside `components/` imports are relative."""


def imports(path: Path) -> Iterator[tuple[str, int]]:
    """What a file imports: the dotted name and the line; a relative import has its leading dots."""
    for node in ast.walk(ast.parse(text(path), str(path))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield f"{'.' * node.level}{node.module or ''}", node.lineno


def ours(path: Path) -> set[str]:
    """The packages of ours that a file imports by an absolute name."""
    return {name.partition(".")[0] for name, _ in imports(path)} & OURS


def program() -> set[str]:
    """What the program itself imports."""
    return {name for name, _ in imports(Path("__main__.py"))}


@pytest.mark.parametrize("folder", ALLOWED)
def test_a_folder_imports_of_ours_only_what_it_may(folder: str) -> None:
    paths = python(folder)
    assert paths, f"{folder} has no Python files"
    wrong = {str(path): found for path in paths if (found := ours(path) - ALLOWED[folder])}
    assert wrong == {}


def test_tools_know_the_rules_and_no_component() -> None:
    known = {
        # The names that are exported, and the readers of the v1 files, whose keys are data.
        "reference": {"azureml_scoring", "azureml_scoring.v1_files", "azureml_scoring.v1_files._keys"},
        # The names that components give to what they make.
        "adopt": {
            "azureml_scoring._component",
            "azureml_scoring.interfaces.role_assignment",
            "azureml_scoring.pull._grants",
            "azureml_scoring.targets._online",
        },
    }
    for path in python("tools"):
        product = {name for name, _ in imports(path) if name.startswith("azureml_scoring")}
        assert product <= {"azureml_scoring.rules"} | known.get(path.parts[1], set()), path


def test_every_folder_of_python_has_its_rule() -> None:
    assert {path.parts[0] for path in python()} <= {*ALLOWED, "__main__.py"}


def test_the_program_imports_the_settings_and_the_components_only() -> None:
    assert {name for name in program() if name.partition(".")[0] in OURS} == {"stacks.settings", "azureml_scoring"}


def test_the_program_is_composition_only() -> None:
    source = text(Path("__main__.py"))
    assert len(source.splitlines()) <= 40
    made = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    assert made == []


def test_the_policy_kit_imports_the_rules_and_the_engines_protocol_only() -> None:
    libraries = {*sys.stdlib_module_names, "google", "grpc", "pydantic", "yaml"}
    wrong = [
        f"{path}:{line} {name}"
        for path in python("components")
        if path.parts[1] == "policy_kit"
        for name, line in imports(path)
        if (name.startswith("..") and not name.startswith("..rules"))
        or (not name.startswith((".", "pulumi.runtime.proto")) and name.partition(".")[0] not in libraries)
    ]
    assert wrong == []


def test_a_policy_pack_imports_the_kit_the_rules_and_itself_only() -> None:
    """So its folder runs where it is copied, and starts without a cloud's SDK."""
    libraries = {*sys.stdlib_module_names, "pydantic", "yaml"}
    wrong = [
        f"{path}:{line} {name}"
        for path in python("policy")
        for name, line in imports(path)
        # A leading full stop for each folder up to the pack's stays inside of it.
        if len(name) - len(name.lstrip(".")) > len(path.parts) - 2
        or (
            not name.startswith((".", "azureml_scoring.policy_kit", "azureml_scoring.rules"))
            and name.partition(".")[0] not in libraries
        )
    ]
    assert wrong == []


def test_rules_import_the_standard_library_and_small_parsers_only() -> None:
    paths = [path for path in python("components") if path.parts[1] == "rules"]
    assert len(paths) > 5
    wrong = [
        f"{path}:{line} {name}"
        for path in paths
        for name, line in imports(path)
        # A leading full stop for each folder up to rules/ stays inside the package.
        if len(name) - len(name.lstrip(".")) > len(path.parts) - 2
        or (not name.startswith(".") and name.partition(".")[0] not in {*sys.stdlib_module_names, "dockerfile", "yaml"})
    ]
    assert wrong == []


def test_v1_files_are_read_without_pulumi() -> None:
    paths = [path for path in python("components") if path.parts[1] == "v1_files"]
    assert len(paths) > 5
    names = {name for path in paths for name, _ in imports(path)}
    others = {name.partition(".")[0] for name in names if not name.startswith(".")}
    assert others - sys.stdlib_module_names == {"pydantic", "pydantic_core", "yaml"}
    inside = {name for name in names if name.startswith("..")}
    assert inside == {"..catalogue", "..rules.image_reference", "..rules.problem"}


@pytest.mark.parametrize(("folder", "others"), [("builders", "targets"), ("targets", "builders")])
def test_builders_and_targets_know_neither_each_other_nor_the_components(folder: str, others: str) -> None:
    public = {path.stem for path in python("components") if len(path.parts) == 2 and not path.stem.startswith("_")}
    assert len(public) >= 4
    names = {name for path in python("components") if path.parts[1] == folder for name, _ in imports(path)}
    assert {name.lstrip(".").partition(".")[0] for name in names}.isdisjoint({others, *public})


def test_the_product_does_not_know_of_the_stand_in_cloud() -> None:
    product = [path for path in files() if path.parts[0] in {"components", "__main__.py"}]
    product += python("stacks")
    assert [str(path) for path in product if "localcloud" in text(path).lower()] == []


def test_only_the_settings_read_the_configuration() -> None:
    readers = {
        str(path)
        for path in [*python("components", "stacks"), Path("__main__.py")]
        for node in ast.walk(ast.parse(text(path)))
        if isinstance(node, ast.Attribute) and ast.unparse(node) in {"pulumi.Config", "pulumi.runtime.config"}
    }
    assert readers == {"stacks/reading.py"}
