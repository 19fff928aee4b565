"""The project's own files: what is pinned, what is packaged, and what Pulumi reads."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.contracts.tree import ROOT, files, python, text

LOCK = text(Path("requirements.lock"))
PROJECT: dict[str, Any] = tomllib.loads(text(Path("pyproject.toml")))


def entries() -> dict[str, str]:
    """The lock's entries: package -> the whole entry with its hashes."""
    found: dict[str, str] = {}
    for entry in re.split(r"\n(?=\S)", LOCK.strip()):
        if not entry.startswith("#"):
            name = canonicalize_name(re.split(r"[=<>;\[ ]", entry, maxsplit=1)[0])
            assert name not in found or "python_full_version" in entry, f"{name} is there twice"
            found[name] = entry
    return found


def declared() -> list[str]:
    """Every dependency of the project, those of its extras included."""
    extras: dict[str, list[str]] = PROJECT["project"]["optional-dependencies"]
    return [*PROJECT["project"]["dependencies"], *(one for extra in extras.values() for one in extra)]


def test_every_package_is_pinned_with_hashes() -> None:
    wrong = {
        name
        for name, entry in entries().items()
        if not re.match(r"[\w.\-\[\]]+==[\w.!+]+( ; .+?)? \\\n", entry)
        or not re.search(r"--hash=sha256:[0-9a-f]{64}", entry)
    }
    assert len(entries()) > 30
    assert wrong == set()


def test_the_lock_names_no_address() -> None:
    assert re.findall(r".*(?:://|--index|--find-links|-i ).*", LOCK) == []


@pytest.mark.parametrize("dependency", declared())
def test_the_lock_has_a_version_that_the_project_asks_for(dependency: str) -> None:
    wanted = Requirement(dependency)
    entry = entries()[canonicalize_name(wanted.name)]
    version = re.search(r"==([\w.!+]+)", entry)
    assert version is not None
    assert wanted.specifier.contains(version[1], prereleases=True)


@pytest.mark.parametrize("dependency", PROJECT["project"]["dependencies"])
def test_a_dependency_has_a_floor_and_a_ceiling(dependency: str) -> None:
    assert {one.operator for one in Requirement(dependency).specifier} >= {">=", "<"}


def test_every_package_of_the_product_is_in_the_distribution() -> None:
    folders = {path.parent for path in python("components") if path.name == "__init__.py"}
    names = {".".join(["azureml_scoring", *folder.parts[1:]]) for folder in folders}
    setuptools = PROJECT["tool"]["setuptools"]
    assert names == set(setuptools["packages"])
    assert setuptools["package-dir"] == {"azureml_scoring": "components"}
    assert {path.parent for path in python("components")} == folders, "a folder without __init__.py is not packaged"


def test_every_data_file_of_the_product_is_in_the_distribution_but_those_of_the_plugin() -> None:
    data = PROJECT["tool"]["setuptools"]["package-data"]
    packaged = {Path("components", *package.split(".")[1:], name) for package, names in data.items() for name in names}
    found = {path for path in files() if path.parts[0] == "components" and path.suffix != ".py"}
    assert found - packaged == {Path("components", name) for name in ("PulumiPlugin.yaml", "requirements.txt")}
    assert packaged <= found


def test_the_product_imports_what_it_declares() -> None:
    names = {canonicalize_name(Requirement(one).name) for one in PROJECT["project"]["dependencies"]}
    used = {
        match.replace("_", "-").lower()
        for path in [*python("components", "stacks"), Path("__main__.py")]
        for match in re.findall(r"^(?:from|import) (pulumi\w*|pydantic|dockerfile|httpx)\b", text(path), re.MULTILINE)
    }
    assert used <= names


def test_pulumi_reads_the_stacks_from_their_folder() -> None:
    project = yaml.safe_load(text(Path("Pulumi.yaml")))
    assert project["name"] == PROJECT["project"]["name"]
    assert project["stackConfigDir"] == "stacks"
    assert project["runtime"] == {"name": "python", "options": {"toolchain": "pip", "virtualenv": ".venv"}}
    assert Path("stacks/Pulumi.local.yaml") in files()
    assert not list(ROOT.glob("Pulumi.*.yaml")), "a stack's file at the top would not be read"


def test_stacks_hold_our_keys_only_and_no_plain_secret() -> None:
    for path in files():
        if path.parts[0] == "stacks" and path.suffix == ".yaml":
            document = yaml.safe_load(text(path))
            assert set(document) <= {"config", "encryptionsalt", "secretsprovider", "encryptedkey"}
            assert {key.partition(":")[0] for key in document["config"]} == {"azureml-scoring"}
