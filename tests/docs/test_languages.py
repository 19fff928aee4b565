"""Blocks that are no commands: programs run without an engine, settings are read, the rest parses."""

from __future__ import annotations

import ast
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pulumi.runtime
import pytest
import yaml
from azureml_scoring.rules import inspect_dockerfile

from stacks.reading import validate
from stacks.settings import Settings
from tests.components import inputs
from tests.components.mocked import GROUP_ID, deploy
from tests.docs.blocks import CHECKED, ROOT, Block, blocks
from tests.docs.sessions import Ports
from tests.stacks.configured import load

DIAGRAMS = ("flowchart", "sequenceDiagram", "stateDiagram-v2")
NAMESPACE = "azureml-scoring:"
AZURE = {
    ":getClientConfig": {"subscriptionId": GROUP_ID.split("/")[2]},
    ":getRegistry": {"loginServer": "contoso.azurecr.io"},
}
"""What Azure answers to programs."""
MATERIALIZED = {":getWorkspace": {"containerRegistry": inputs.REGISTRY_ID}}
"""What it answers once a job has made it create the registry."""


def of(*languages: str, files: bool = True) -> pytest.MarkDecorator:
    """A test for each block of some languages."""
    found = [block for block in blocks(*languages) if files or block.marker != "file"]
    return pytest.mark.parametrize("block", found, ids=str)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that paths of examples start in, with a model that is not trained."""
    for folder in ("examples/diabetes", "examples/v1", "stacks"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns(".venv", "__pycache__"))
    model = tmp_path / "examples" / "diabetes" / "model" / "model.joblib"
    model.parent.mkdir(exist_ok=True)
    model.write_bytes(b"model")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@of("python")
def test_python_compiles(block: Block) -> None:
    compile(block.code, str(block), "exec", ast.PyCF_ONLY_AST)


@of("python", files=False)
def test_programs_run_with_the_components_as_they_are(block: Block, project: Path) -> None:
    before = program() if block.marker == "fragment" else ""
    for file in (one for one in blocks(*CHECKED) if (one.page, one.marker) == (block.page, "file")):
        path = project / file.argument
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(file.code)

    def whole() -> None:
        code = f"{before}\n{block.code}"
        asked = re.findall(r"\.require\w*\(\"(\w+)\"", code)
        pulumi.runtime.set_all_config({f"project:{key}": "0123456789abcdef0123456789abcdef" for key in asked})
        exec(compile(code, str(block), "exec"), {"__name__": "__main__"})  # noqa: S102 - what the page says to run

    answers = AZURE | (MATERIALIZED if '"materialize": True' in block.code else {})
    # An `up` would ask registries for images.
    assert deploy(whole, answers=answers, preview=True)


def program() -> str:
    """The program of the README, which fragments go on from."""
    (found,) = (block.code for block in blocks("python") if block.page == "README.md" and not block.marker)
    return found


@pytest.mark.usefixtures("project")
@of("yaml")
def test_settings_are_those_of_a_stack(block: Block) -> None:
    document = yaml.safe_load(Ports().freed(block.code))
    config = (document.get("config") or {}) if isinstance(document, dict) else {}
    if not any(key.startswith(NAMESPACE) for key in config):
        return
    values = {key.removeprefix(NAMESPACE): opened(value) for key, value in config.items() if key.startswith(NAMESPACE)}
    secret = [key.removeprefix(NAMESPACE) for key, value in config.items() if opened(value) != value]
    if block.marker == "file":
        # Its files come with the page's other steps: the commands there run it.
        assert validate(Settings, values)[1] == []
    else:
        load(values, secret)


def opened(value: Any) -> Any:
    """A value of a settings file as the engine hands it to a program."""
    match value:
        case {"secure": _}:
            return "0123456789abcdef0123456789abcdef"
        case dict():
            return {key: opened(inner) for key, inner in value.items()}
        case list():
            return [opened(inner) for inner in value]
        case _:
            return value


@of("json")
def test_json_parses(block: Block) -> None:
    json.loads(block.code)


@of("dockerfile")
def test_a_dockerfile_gives_what_azure_ml_asks_for(block: Block) -> None:
    assert [problem for problem in inspect_dockerfile(block.code).problems() if not problem.warning] == []


@of("mermaid")
def test_a_picture_is_one_that_can_be_drawn(block: Block) -> None:
    assert block.code.split()[0] in DIAGRAMS
    assert block.code.count("[") == block.code.count("]")
