"""The docs say what is so: links, commands, examples, tables and quoted messages are held against the code."""

from __future__ import annotations

import ast
import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tools.reference.reading import classes

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
README = (ROOT / "README.md").read_text()
MADE = {
    "examples/diabetes/model/model.joblib",
    "stacks/Pulumi.iris-dev.yaml",
    "stacks/Pulumi.iris.yaml",
    "stacks/images/staging.yaml",
}
"""What docs may name although a fresh clone does not have it: `make up`, the tutorial and `make promote` make it."""
_TREE = ("components", "docs", "examples", "localcloud", "stacks", "tests", "tools")
_FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


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


def linked(page: Path) -> set[Path]:
    """The files that a page links to."""
    links = (link.partition("#")[0] for link in _LINK.findall(_FENCE.sub("", page.read_text())) if "://" not in link)
    return {(page.parent / link).resolve() for link in links if link}


def test_every_page_is_reached_from_the_readme_and_stands_in_the_index() -> None:
    pages = {ROOT / "README.md"}
    reached: set[Path] = set()
    while pages:
        reached |= pages
        pages = {link for page in pages for link in linked(page) if link.suffix == ".md"} - reached
    index = ROOT / "docs" / "README.md"
    docs = set((ROOT / "docs").rglob("*.md"))
    assert docs - reached == set()
    assert docs - linked(index) == {index}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_path_that_is_named_is_there(page: Path) -> None:
    named = {code for code in codes(page.read_text()) if re.fullmatch(rf"({'|'.join(_TREE)})/[\w./-]*", code)}
    assert sorted(path for path in named - MADE if not (ROOT / path).exists()) == []


def test_every_make_target_is_explained_and_no_page_names_another() -> None:
    documented = set(re.findall(r"^([a-z][a-z-]*):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert targets(codes((ROOT / "CONTRIBUTING.md").read_text())) == documented
    for page in PAGES:
        assert targets(codes(page.read_text())) <= documented, page


def modules() -> set[tuple[str, str]]:
    """Each `python -m` command in the docs: module and first argument."""
    texts = [code for page in PAGES for code in codes(page.read_text())]
    return {match for text in texts for match in re.findall(r"python3? -m ([\w.]+)(?: ([a-z][a-z-]*)\b)?", text)}


@pytest.mark.parametrize("command", sorted(modules()), ids=" ".join)
def test_every_python_command_is_there(command: tuple[str, str]) -> None:
    module, subcommand = command
    assert importlib.util.find_spec(module) is not None
    if module.partition(".")[0] in _TREE:
        arguments = [sys.executable, "-m", module, *filter(None, [subcommand]), "--help"]
        done = subprocess.run(arguments, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr


def test_the_settings_in_the_readme_are_those_of_the_stack() -> None:
    (shown,) = fences(README, "yaml")
    stack = yaml.safe_load((ROOT / "stacks" / "Pulumi.local.yaml").read_text())
    assert yaml.safe_load(shown)["config"] == stack["config"]


def names(kind: str) -> set[str]:
    """The inputs of a TypedDict, the outputs of a component, the values of an enum."""
    return {one.name for one in classes()[kind].attributes}


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
    modes, built = names("PullMode"), names("Target")
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
    assert set(header[1:]) == names("Target")
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
    for part in ("components", "localcloud", "policy", "stacks", "tools"):
        for path in (ROOT / part).rglob("*.py"):
            nodes = list(ast.walk(ast.parse(path.read_text())))
            docstrings = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
            constants = [node for node in nodes if isinstance(node, ast.Constant) and id(node) not in docstrings]
            found += [node.value for node in constants if isinstance(node.value, str)]
    return "\n".join(found)


_PROGRAMS = ("az", "docker", "kubectl", "make", "pip", "pulumi", "python", "skopeo", "ss")
"""What a command begins with."""


def quoted() -> list[str]:
    """The messages that pages quote: what is longer on the troubleshooting page, and wherever a part is left open."""
    page, modes = ((ROOT / "docs" / name).read_text() for name in ("troubleshooting.md", "pull-modes.md"))
    headings = codes("\n".join(re.findall(r"^### (.+)$", page, re.MULTILINE)))
    lines = [line for line in modes.splitlines() if "<...>" in line]
    assert len(lines) > 3
    spans = [code for code in codes(page) if "<...>" in code or len(code.split()) > 2]
    return [*headings, *(code for code in spans if code.split()[0] not in _PROGRAMS), *lines]


def test_every_quoted_message_is_one_that_the_code_has() -> None:
    texts = sentences()
    pieces = {piece.strip() for message in quoted() for piece in message.split("<...>")}
    assert len(pieces) > 90
    assert sorted(piece for piece in pieces if len(piece) > 3 and piece not in texts) == []
