"""The docs say what is so: links, commands, examples, tables and quoted messages are held against the code."""

from __future__ import annotations

import ast
import importlib.util
import itertools
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import azureml_scoring
import pytest
import yaml

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
README = (ROOT / "README.md").read_text()
MADE = {"examples/diabetes/model/model.joblib"}
"""What docs may name although a fresh clone does not have it: `make up` makes it."""
_TREE = ("components", "docs", "examples", "localcloud", "stacks", "tests", "tools")
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_KINDS = ("Required", "Optional", "Conditional")


def markdown() -> list[Path]:
    """Every Markdown file of the tree, without what tools leave in it."""
    found = []
    for folder, folders, files in os.walk(ROOT):
        folders[:] = [name for name in folders if not name.startswith(".") and name not in {"build", "venv"}]
        found += [Path(folder, name) for name in files if name.endswith(".md")]
    return sorted(found)


def fences(text: str, language: str) -> list[str]:
    """The code blocks of one language."""
    return [code for found, code in _FENCE.findall(text) if found == language]


def codes(text: str) -> list[str]:
    """Every code block and code span, each on one line."""
    spans = re.findall(r"`([^`]+)`", _FENCE.sub("", text))
    return [" ".join(code.split()) for code in [*(code for _, code in _FENCE.findall(text)), *spans]]


def anchors(text: str) -> set[str]:
    """What GitHub calls the headings of a page."""
    headings = re.findall(r"^#+ (.+)$", _FENCE.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def targets(texts: list[str]) -> set[str]:
    """The make targets that commands name."""
    return {target for text in texts for target in re.findall(r"\bmake ([a-z][a-z-]*)\b", text)}


@pytest.mark.parametrize("page", markdown(), ids=lambda page: str(page.relative_to(ROOT)))
def test_every_relative_link_resolves(page: Path) -> None:
    broken = []
    for link in _LINK.findall(_FENCE.sub("", page.read_text())):
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page
        if "://" in link:
            continue
        if not target.exists() or (anchor and anchor not in anchors(target.read_text())):
            broken.append(link)
    assert broken == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_path_that_is_named_is_there(page: Path) -> None:
    named = {code for code in codes(page.read_text()) if re.fullmatch(rf"({'|'.join(_TREE)})/[\w./-]*", code)}
    assert sorted(path for path in named - MADE if not (ROOT / path).exists()) == []


def test_the_readme_names_every_make_target_and_no_other() -> None:
    documented = set(re.findall(r"^([a-z][a-z-]*):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert targets(codes(README)) == documented
    for page in PAGES:
        assert targets(codes(page.read_text())) <= documented, page


def modules() -> set[tuple[str, str]]:
    """Each `python -m` command in the docs: module and first argument."""
    texts = [code for page in PAGES for code in codes(page.read_text())]
    return {match for text in texts for match in re.findall(r"python3? -m ([\w.]+)(?: ([a-z-]+)\b)?", text)}


@pytest.mark.parametrize("command", sorted(modules()), ids=" ".join)
def test_every_python_command_is_there(command: tuple[str, str]) -> None:
    module, subcommand = command
    assert importlib.util.find_spec(module) is not None
    if module.partition(".")[0] in _TREE:
        arguments = [sys.executable, "-m", module, *filter(None, [subcommand]), "--help"]
        done = subprocess.run(arguments, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("code", fences(README, "python"))
def test_the_examples_use_what_there_is(code: str) -> None:
    tree = ast.parse(code)
    imported = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module]
    ours = {name.name for node in imported if node.module == "azureml_scoring" for name in node.names}
    assert ours <= set(azureml_scoring.__all__)
    made: dict[str, str] = {}
    for line in tree.body:
        if isinstance(line, ast.Assign) and isinstance(line.value, ast.Call):
            component = ast.unparse(line.value.func)
            if component in ours:
                made[ast.unparse(line.targets[0])] = component
                assert_inputs(component, line.value)
    assert made
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) in made:
            assert node.attr in dict(documented(made[ast.unparse(node.value)]))


def assert_inputs(component: str, call: ast.Call) -> None:
    """A component's inputs in an example: each is one, and no required one is missing."""
    inputs = dict(documented(f"{component}Args"))
    assert isinstance(call.args[1], ast.Dict)
    given = {ast.literal_eval(key) for key in call.args[1].keys if key is not None}
    assert given <= set(inputs)
    assert {name for name, text in inputs.items() if text.startswith("Required.")} <= given


def test_the_settings_in_the_readme_are_those_of_the_stack() -> None:
    (shown,) = fences(README, "yaml")
    stack = yaml.safe_load((ROOT / "stacks" / "Pulumi.local.yaml").read_text())
    assert yaml.safe_load(shown)["config"] == stack["config"]


@cache
def classes() -> dict[str, ast.ClassDef]:
    """What the reference describes: components, their inputs and the enums among these."""
    found = {}
    for path in sorted((ROOT / "components").rglob("*.py")):
        for node in ast.parse(path.read_text()).body:
            bases = {ast.unparse(base) for base in node.bases} if isinstance(node, ast.ClassDef) else set()
            public = isinstance(node, ast.ClassDef) and node.name in azureml_scoring.__all__
            if isinstance(node, ast.ClassDef) and public and bases & {"Component", "TypedDict", "Enum"}:
                found[node.name] = node
    return found


def documented(name: str) -> Iterator[tuple[str, str]]:
    """The attributes of a class (an enum's values) with their docstrings, each on one line."""
    body = classes()[name].body
    for node, text in itertools.pairwise(body):
        if isinstance(node, ast.AnnAssign):
            attribute = ast.unparse(node.target)
        elif isinstance(node, ast.Assign):
            attribute = ast.literal_eval(node.value)
        else:
            continue
        assert isinstance(text, ast.Expr), f"{name}.{attribute} has no docstring"
        yield attribute, " ".join(str(ast.literal_eval(text.value)).split())


def rows(name: str) -> list[str]:
    """The rows of a class in the reference, in the order of the code."""
    found = []
    for attribute, text in documented(name):
        kind, _, rest = text.partition(". ")
        cells = [kind, rest] if kind in _KINDS else [text]
        found.append(" | ".join([f"| `{attribute}`", *cells]) + " |")
    return found


@pytest.mark.parametrize("name", sorted(classes()))
def test_the_reference_has_a_row_for_each_input_and_output(name: str) -> None:
    page = (ROOT / "docs" / "components.md").read_text()
    section = re.search(rf"^### \w+: `{name}`\n(.*?)(?=^##|\Z)", page, re.MULTILINE | re.DOTALL)
    assert section is not None, "\n".join([f"### ...: `{name}`", *rows(name)])
    assert [line for line in section[1].splitlines() if line.startswith("| `")] == rows(name)


def test_every_public_input_and_component_is_in_the_reference() -> None:
    described = set(classes())
    errors = ("ComponentError", "Invalid", "PullRefused")
    public = {name for name in azureml_scoring.__all__ if name[0].isupper() and not name.startswith(errors)}
    assert public == described


def table(page: str) -> list[list[str]]:
    """The cells of every row of a page's tables, code marks taken off."""
    lines = [line for line in (ROOT / "docs" / page).read_text().splitlines() if line.startswith("| ")]
    return [[cell.strip().strip("`") for cell in line.strip("|").split(" | ")] for line in lines]


def test_the_status_has_every_row_of_the_document_once() -> None:
    cells = [row for row in table("status.md") if re.fullmatch(r"S\d+", row[0])]
    assert [row[0] for row in cells] == [f"S{number}" for number in range(1, 24)]
    assert {row[2] for row in cells} <= {"works", "partly", "not yet"}


def shown_cells(outcome: str) -> set[tuple[str, str]]:
    """Pull mode and target of each cell that a test shows to end like this."""
    tree = ast.parse((ROOT / "tests" / "journeys" / "test_pull_modes.py").read_text())
    assigned = [node for node in tree.body if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == outcome]
    short = {"principal": "service_principal", "identity": "managed_identity"}
    cells = [cell.partition("-") for cell in ast.literal_eval(assigned[0].value)]
    return {(short.get(mode, mode), target) for mode, _, target in cells}


def test_the_table_of_pull_modes_says_of_each_cell_what_a_test_shows() -> None:
    modes, built = ({name for name, _ in documented(kind)} for kind in ("PullMode", "Target"))
    (header,) = (row for row in table("pull-modes.md") if row[0] == "pull mode")
    found = [row for row in table("pull-modes.md") if row[0] in modes]
    cells = {(row[0], target): cell for row in found for target, cell in zip(header[1:], row[1:], strict=True)}
    assert {row[0] for row in found} == modes
    assert built < set(header)
    outcomes = {"works": shown_cells("WORKS"), "refused": shown_cells("REFUSED")}
    outcomes["not yet"] = {cell for cell in cells if cell[1] not in built}
    assert cells == {cell: outcome for outcome, those in outcomes.items() for cell in those}


def module(path: str) -> ast.Module:
    """A file of tests."""
    return ast.parse((ROOT / "tests" / path).read_text())


def constant(tree: ast.Module, name: str) -> Any:
    """The value of a module's constant."""
    nodes = [node for node in tree.body if isinstance(node, ast.Assign | ast.AnnAssign) and node.value]
    (found,) = (node.value for node in nodes if re.match(rf"{name}\b", ast.unparse(node)))
    assert found is not None
    return ast.literal_eval(found)


def shown_features() -> set[tuple[str, str]]:
    """Feature and target of each cell that a journey shows to work."""
    tree, online = module("journeys/test_targets.py"), module("journeys/test_online.py")
    cells = set()
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == "works"):
        features, *places = (ast.literal_eval(argument) for argument in call.args)
        cells |= {(feature, place) for feature in features.split(", ") for place in places}
    for feature, (test, places) in constant(tree, "ELSEWHERE").items():
        assert test in {node.name for node in online.body if isinstance(node, ast.FunctionDef)}
        cells |= {(feature, place) for place in places}
    return cells


def test_the_table_of_targets_says_of_each_cell_what_a_test_shows() -> None:
    (header,) = (row for row in table("targets.md") if row[0] == "feature")
    found = [row for row in table("targets.md") if len(row) == len(header) and row != header]
    cells = {(row[0], target): cell for row in found for target, cell in zip(header[1:], row[1:], strict=True)}
    assert set(header[1:]) == {name for name, _ in documented("Target")}
    works = {(feature.strip("`"), target) for feature, target in shown_features()}
    refused = constant(module("components/targets/test_refused.py"), "REFUSED")
    refusals = {(feature.strip("`"), target) for feature, those in refused.items() for target in those}
    assert cells == dict.fromkeys(works, "works") | dict.fromkeys(refusals, "refused")
    assert works.isdisjoint(refusals)


def test_every_example_is_deployed_in_a_journey() -> None:
    folders = {
        path.name for path in (ROOT / "examples").iterdir() if path.is_dir() and not path.name.startswith((".", "_"))
    }
    journeys = "".join(path.read_text() for path in (ROOT / "tests" / "journeys").rglob("*.py"))
    assert {name for name in folders if f"examples/{name}/" not in journeys} == set()


def sentences() -> str:
    """Every text in the code that is no docstring, parts of an f-string each on a line; and the Makefile."""
    found = [(ROOT / "Makefile").read_text()]
    for part in ("components", "localcloud", "stacks", "tools"):
        for path in (ROOT / part).rglob("*.py"):
            nodes = list(ast.walk(ast.parse(path.read_text())))
            docstrings = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
            constants = [node for node in nodes if isinstance(node, ast.Constant) and id(node) not in docstrings]
            found += [node.value for node in constants if isinstance(node.value, str)]
    return "\n".join(found)


def quoted() -> list[str]:
    """The messages that pages quote: in the headings of the troubleshooting page, and wherever a part is left open."""
    page, modes = ((ROOT / "docs" / name).read_text() for name in ("troubleshooting.md", "pull-modes.md"))
    headings = re.findall(r"^### (.+)$", page, re.MULTILINE)
    lines = [line for line in modes.splitlines() if "<...>" in line]
    assert len(lines) > 3
    return [*codes("\n".join(headings)), *(code for code in codes(page) if "<...>" in code), *lines]


def test_every_quoted_message_is_one_that_the_code_has() -> None:
    texts = sentences()
    pieces = [piece.strip() for message in quoted() for piece in message.split("<...>")]
    assert len(pieces) > 20
    assert [piece for piece in pieces if len(piece) > 3 and piece not in texts] == []
