"""`inferenceconfig.json`: paths, image, registry and packages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.components.v1_files.documents import errors, read_inference, warned

REGISTRY = {"address": "contoso.azurecr.io", "username": "reader", "password": "canary"}


def test_paths_count_from_the_file_and_from_the_source_folder(tmp_path: Path) -> None:
    python = {"condaDependenciesFile": "env.yml"}
    read = read_inference(tmp_path, sourceDirectory="src", environment={"python": python})
    assert read.inputs == {
        "target": "aks",
        "entry_script": str(tmp_path / "src" / "score.py"),
        "source_directory": str(tmp_path / "src"),
        "conda_file": str(tmp_path / "src" / "env.yml"),
    }


@pytest.mark.parametrize(
    ("image", "registry", "found"),
    [
        ("contoso.azurecr.io/base:v1", REGISTRY, "contoso.azurecr.io/base:v1"),
        ("base:v1", REGISTRY, "contoso.azurecr.io/base:v1"),
        ("team/base", {"address": "https://contoso.azurecr.io/"}, "contoso.azurecr.io/team/base"),
        ("ubuntu:22.04", None, "ubuntu:22.04"),
        ("ubuntu:22.04", {"address": None, "username": None, "password": None}, "ubuntu:22.04"),
    ],
)
def test_an_image_is_named_with_its_registry(
    tmp_path: Path, image: str, registry: dict[str, Any] | None, found: str
) -> None:
    docker = {"baseImage": image, "baseImageRegistry": registry}
    read = read_inference(tmp_path, environment={"docker": docker})
    assert errors(read) == []
    assert read.inputs["base_image"] == found
    assert ("base_image_password" in read.inputs) is bool(registry and registry.get("password"))


def test_an_image_of_another_registry_is_refused(tmp_path: Path) -> None:
    docker = {"baseImage": "mcr.microsoft.com/x:v1", "baseImageRegistry": REGISTRY}
    (error,) = errors(read_inference(tmp_path, environment={"docker": docker}))
    assert error.startswith("environment.docker.baseImage must lie in baseImageRegistry.address, contoso.azurecr.io")


def test_a_password_in_the_file_is_used_and_warned_of(tmp_path: Path) -> None:
    docker = {"baseImage": "base:v1", "baseImageRegistry": REGISTRY}
    read = read_inference(tmp_path, environment={"docker": docker})
    assert (read.inputs["base_image_username"], read.inputs["base_image_password"]) == ("reader", "canary")
    assert warned(read) == {"environment.docker.baseImageRegistry.password"}
    assert "canary" not in repr(read)


def test_the_oldest_form_has_no_environment(tmp_path: Path) -> None:
    oldest: dict[str, Any] = {
        "runtime": "python",
        "condaFile": "infenv.yml",
        "extraDockerfileSteps": None,
        "sourceDirectory": None,
        "enableGpu": False,
        "baseImage": "mcr.microsoft.com/azureml/o16n-sample-user-base/ubuntu-miniconda",
        "baseImageRegistry": "mcr.microsoft.com",
    }
    read = read_inference(tmp_path, **oldest)
    assert errors(read) == []
    assert warned(read) == {"runtime", "enableGpu"}
    assert read.inputs["base_image"] == oldest["baseImage"]
    assert read.inputs["conda_file"] == str(tmp_path / "infenv.yml")
    inner = {"docker": {"baseImage": "ubuntu:22.04"}}
    beside = read_inference(tmp_path, environment=inner, condaFile="infenv.yml", baseImage="ubuntu:20.04")
    assert beside.inputs["base_image"] == "ubuntu:22.04"
    assert "conda_file" not in beside.inputs
    assert warned(beside) == {"condaFile", "baseImage"}


def test_packages_that_the_image_brings_are_not_installed(tmp_path: Path) -> None:
    python = {"userManagedDependencies": True, "condaDependencies": {"dependencies": ["python=3.9"]}}
    read = read_inference(tmp_path, environment={"python": python})
    assert (read.inputs["pip_packages"], "conda_text" in read.inputs) == ([], False)


@pytest.mark.parametrize("form", ["requirements", "conda_file", "pip_packages"])
def test_an_input_that_says_what_is_installed_goes_before_the_file(tmp_path: Path, form: str) -> None:
    python = {"condaDependencies": {"dependencies": ["python=3.9"]}}
    read = read_inference(tmp_path, {form: "x"}, environment={"python": python})
    assert set(read.inputs) == {"target", "entry_script"}
