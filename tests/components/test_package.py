"""The package as it is imported: its names, and what an import loads."""

from __future__ import annotations

import subprocess
import sys

import azureml_scoring
import pytest
from azureml_scoring import rules

SDKS = ("pulumi", "pulumi_azure_native", "pulumi_azuread", "pulumi_docker", "pydantic")


def modules_after(statement: str) -> set[str]:
    """Top-level modules that a fresh interpreter has loaded after a statement."""
    script = f"{statement}\nimport sys\nprint(*{{name.partition('.')[0] for name in sys.modules}})"
    return set(subprocess.check_output([sys.executable, "-c", script], text=True, timeout=60).split())


@pytest.mark.parametrize("statement", ["import azureml_scoring", "from azureml_scoring.rules import *"])
def test_the_package_and_all_of_its_rules_load_no_sdk(statement: str) -> None:
    loaded = modules_after(statement)
    assert "azureml_scoring" in loaded
    assert loaded.isdisjoint(SDKS)


def test_a_component_loads_the_sdk_that_it_needs_and_no_other() -> None:
    loaded = modules_after("from azureml_scoring import Workspace")
    assert {"pulumi", "pulumi_azure_native"} <= loaded
    assert loaded.isdisjoint({"pulumi_docker", "pulumi_azuread"})


def test_all_names_are_sorted_and_there() -> None:
    assert azureml_scoring.__all__ == sorted(azureml_scoring.__all__)
    for name in azureml_scoring.__all__:
        assert getattr(azureml_scoring, name).__name__ == name


def test_every_lazy_name_is_in_all() -> None:
    assert sorted(name for names in azureml_scoring._MODULES.values() for name in names) == azureml_scoring.__all__
    assert sorted(name for names in rules._MODULES.values() for name in names) == sorted(rules.__all__)


def test_an_unknown_name_is_an_attribute_error_as_of_any_module() -> None:
    with pytest.raises(AttributeError, match="module 'azureml_scoring' has no attribute 'Workspaces'"):
        _ = azureml_scoring.Workspaces


def test_a_lazy_name_leaves_the_garbage_collector_as_it_was() -> None:
    script = "import gc, azureml_scoring\nazureml_scoring.Workspace\nassert gc.isenabled()\n"
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)
