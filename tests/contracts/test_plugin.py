"""The files that make `components/` a Pulumi package for every language."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.contracts.plugin import schema
from tests.contracts.test_components import COMPONENTS
from tests.contracts.tree import text

PROJECT: dict[str, Any] = tomllib.loads(text(Path("pyproject.toml")))["project"]
WANTED = {
    canonicalize_name(Requirement(line).name): line
    for line in text(Path("components/requirements.txt")).splitlines()
    if not line.startswith("#")
}


def test_the_plugin_asks_for_what_the_distribution_asks_for_but_what_is_for_the_settings_alone() -> None:
    declared = {canonicalize_name(Requirement(one).name): one for one in PROJECT["dependencies"]}
    assert {name: declared[name] for name in declared.keys() - {"pydantic", "pydantic-settings"}} == WANTED


def test_the_plugin_has_an_environment_of_its_own() -> None:
    runtime = yaml.safe_load(text(Path("components/PulumiPlugin.yaml")))["runtime"]
    assert runtime == {"name": "python", "options": {"toolchain": "pip", "virtualenv": "venv"}}


def test_the_schema_has_the_version_of_the_distribution_and_the_four_components() -> None:
    assert schema()["version"] == PROJECT["version"]
    assert sorted(schema()["resources"]) == [f"azureml-scoring:index:{name}" for name in COMPONENTS]
