"""The files that make `components/` a Pulumi package for every language."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path
from typing import Any

import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.contracts.plugin import schema
from tests.contracts.test_architecture import imports
from tests.contracts.test_components import COMPONENTS
from tests.contracts.tree import python, text

PROJECT: dict[str, Any] = tomllib.loads(text(Path("pyproject.toml")))["project"]
WANTED = {
    canonicalize_name(Requirement(line).name): line
    for line in text(Path("components/requirements.txt")).splitlines()
    if not line.startswith("#")
}
IN_THE_IMAGE = Path("components/guest")
"""Runs in the service image, with what is there."""


def below(names: Iterable[str]) -> set[str]:
    """Distributions, and all that they depend on, as they are installed here."""
    found: set[str] = set()
    pending = {canonicalize_name(name) for name in names}
    while pending:
        found |= pending
        needed = (Requirement(line) for name in pending for line in (metadata.requires(name) or []))
        pending = {canonicalize_name(one.name) for one in needed if one.marker is None or one.marker.evaluate()} - found
    return found


def test_the_plugin_asks_for_what_the_distribution_and_its_extra_ask_for_but_the_settings_library() -> None:
    asked = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["image-check"]]
    declared = {canonicalize_name(Requirement(one).name): one for one in asked}
    assert declared.pop(canonicalize_name("pydantic-settings"))
    assert declared == WANTED


def test_the_plugins_environment_has_whatever_a_component_imports() -> None:
    there, providers = below(WANTED), metadata.packages_distributions()
    missing = {
        f"{path}: {name}"
        for path in python("components")
        if IN_THE_IMAGE not in path.parents
        for name in (dotted.partition(".")[0] for dotted, _ in imports(path))
        if name
        and name not in sys.stdlib_module_names
        and not there & {canonicalize_name(one) for one in providers.get(name, [])}
    }
    assert missing == set()


def test_the_plugin_has_an_environment_of_its_own() -> None:
    runtime = yaml.safe_load(text(Path("components/PulumiPlugin.yaml")))["runtime"]
    assert runtime == {"name": "python", "options": {"toolchain": "pip", "virtualenv": "venv"}}


def test_the_schema_has_the_version_of_the_distribution_and_the_four_components() -> None:
    assert schema()["version"] == PROJECT["version"]
    assert sorted(schema()["resources"]) == [f"azureml-scoring:index:{name}" for name in COMPONENTS]
