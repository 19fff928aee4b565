"""The JSON schema for editors: it is fresh, takes the stacks of this repository, and refuses what Settings refuse."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]  # it ships no types
import pytest
import yaml

from stacks import schema
from stacks.settings import Settings

ROOT = Path(__file__).parents[2]
FILE = ROOT / "stacks" / "schema.json"
STACKS = sorted((ROOT / "stacks").glob("Pulumi.*.yaml"))
OURS = "azureml-scoring"


def found(**config: Any) -> list[str]:
    """What the schema says of a configuration, whose keys are below our namespace."""
    services = {"scores": {"target": "aci", "auth": "none"}}
    values = {"location": "westeurope", "baseImage": {"context": "image"}, "services": services} | config
    document = {"config": {f"{OURS}:{key}": value for key, value in values.items() if value is not None}}
    return [
        error.message for error in jsonschema.Draft202012Validator(json.loads(FILE.read_text())).iter_errors(document)
    ]


def test_the_written_schema_is_the_one_that_the_command_prints() -> None:
    command = [sys.executable, "-m", "stacks.settings", "schema"]
    printed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert printed == FILE.read_text(), "run `.venv/bin/python -m stacks.settings schema > stacks/schema.json`"
    jsonschema.Draft202012Validator.check_schema(json.loads(printed))


def test_another_command_is_told_the_right_one(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        schema.main(Settings, ["schemas"])
    assert "invalid choice: 'schemas'" in capsys.readouterr().err


@pytest.mark.parametrize("path", STACKS, ids=lambda path: path.name)
def test_the_stacks_name_the_schema_and_obey_it(path: Path) -> None:
    text = path.read_text()
    assert text.startswith("# yaml-language-server: $schema=schema.json\n")
    jsonschema.Draft202012Validator(json.loads(FILE.read_text())).validate(yaml.safe_load(text))


def test_a_configuration_without_a_problem() -> None:
    assert found() == []
    assert found(baseImage=None, promotion={"from": "dev"}) == []
    assert found(baseImage=None, baseImages={"gpu": {"context": "gpu"}}) == []


def test_other_namespaces_are_left_alone() -> None:
    document = yaml.safe_load((ROOT / "stacks" / "Pulumi.dev.yaml").read_text())
    document["config"]["azure-native:location"] = "westeurope"
    jsonschema.validate(document, json.loads(FILE.read_text()))


def test_a_secret_may_be_encrypted_and_nothing_else_may() -> None:
    secret = {"secure": "v1:abc"}
    service = {"primaryKey": secret, "secretEnvironmentVariables": {"API_KEY": secret}}
    assert found(services={"scores": service}) == []
    assert found(services={"scores": {"entryScript": secret}}) != []
    assert found(services={"scores": {"primaryKey": {"secret": "v1"}}}) != []


@pytest.mark.parametrize(
    "config",
    [
        {"locaton": "westeurope"},
        {"location": None},
        {"services": {}},
        {"services": {"scores": {"target": "ask"}}},
        {"services": {"scores": {"entryscript": "score.py"}}},
        {"services": {"scores": {"aci": {"cpu": "many"}}}},
        {"registry": {"sku": "Gold"}},
        {"baseImage": None},
        {"promotion": {"from": "dev"}},
        {"baseImage": None, "promotion": {"to": "dev"}},
        {"tags": ["ml"]},
    ],
)
def test_what_settings_refuse_for_its_form_the_schema_refuses(config: dict[str, Any]) -> None:
    assert found(**config) != []
