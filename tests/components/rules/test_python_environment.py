"""What a service installs: one of its forms, with the server in it, as text that stands alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from azureml_scoring.rules import PythonEnvironment, check_python_environment

SERVER = "azureml-inference-server-http==1.5.1"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "base.txt").write_text(f"# shared\n{SERVER}\n-r ../requirements.txt\n")
    (tmp_path / "requirements.txt").write_text(
        "--extra-index-url https://pip.contoso.test\n-r more/base.txt  # too\nnumpy\n"
    )
    (tmp_path / "environment.yml").write_text("dependencies:\n- numpy=2\n- pip:\n  - -r requirements.txt\n")
    return tmp_path


def sentences(**given: Any) -> list[str]:
    """What is wrong with an environment."""
    return [str(problem) for problem in check_python_environment(PythonEnvironment(**given))]


def test_every_form_is_good_with_the_server_in_it(folder: Path) -> None:
    assert sentences(requirements=folder / "requirements.txt") == []
    assert sentences(conda_file=folder / "environment.yml") == []
    assert sentences(pip_packages=(SERVER, "numpy")) == []
    assert sentences(conda_text=f"dependencies:\n- pip:\n  - {SERVER}\n") == []


@pytest.mark.parametrize(
    "given",
    [
        {"pip_packages": ("numpy",)},
        {"conda_text": "dependencies:\n- pip:\n  - numpy\n"},
        {"pip_packages": ("azureml-defaults==1.0.44",)},
        {"conda_text": "dependencies:\n- pip:\n  - azureml-defaults==1.0.44\n"},
    ],
)
def test_every_form_needs_the_server(given: dict[str, Any]) -> None:
    (found,) = sentences(**given)
    assert "must require azureml-" in found


def test_a_file_without_the_server_is_named_with_its_own_lines(folder: Path) -> None:
    (folder / "requirements.txt").write_text("# one\n\nazureml-defaults==1.0.44\n")
    (found,) = sentences(requirements=folder / "requirements.txt")
    assert found.startswith(f"{folder / 'requirements.txt'}:3 must require azureml-defaults at version 1.0.45")


def test_an_empty_list_is_an_image_that_brings_all() -> None:
    (problem,) = check_python_environment(PythonEnvironment(pip_packages=()))
    assert problem.warning


def test_there_is_one_form_and_no_more(folder: Path) -> None:
    (none,) = sentences()
    assert none.startswith(
        "requirements must be given, and no other of requirements, conda_file and pip_packages; got n"
    )
    (two,) = sentences(requirements=folder / "requirements.txt", pip_packages=())
    assert "got ['requirements', 'pip_packages']" in two


def test_a_file_that_is_not_there_is_the_input_s(folder: Path) -> None:
    (found,) = sentences(conda_file=folder / "nothing.yml")
    assert found.startswith("conda_file must be a file that exists; got ")
    (folder / "requirements.txt").write_text("-r nothing.txt\n")
    (inner,) = sentences(requirements=folder / "requirements.txt")
    assert "must name requirements files that can be read" in inner


@pytest.mark.parametrize("form", ["requirements", "conda_file"])
def test_a_file_of_another_encoding_is_a_problem(folder: Path, form: str) -> None:
    (folder / "latin").write_bytes(f"{SERVER} # caf\xe9\n".encode("latin-1"))
    (found,) = sentences(**{form: folder / "latin"})
    assert found.startswith(f"{folder / 'latin'} must be in UTF-8 and must name")


def test_what_other_files_hold_stands_in_the_text(folder: Path) -> None:
    text = PythonEnvironment(requirements=folder / "requirements.txt").pip_text()
    assert text.splitlines() == ["--extra-index-url https://pip.contoso.test", "# shared", SERVER, "numpy"]


def test_a_conda_file_that_names_no_other_stays_as_it_is(folder: Path) -> None:
    (folder / "environment.yml").write_text(f"# mine\ndependencies: [pip: [{SERVER}]]\n")
    environment = PythonEnvironment(conda_file=folder / "environment.yml")
    assert environment.conda_yaml() == (folder / "environment.yml").read_text()


@pytest.mark.parametrize("form", ["conda_file", "requirements", "pip_packages"])
def test_every_form_can_be_a_conda_file(folder: Path, form: str) -> None:
    given: Any = {
        "conda_file": folder / "environment.yml",
        "requirements": folder / "requirements.txt",
        "pip_packages": (SERVER, "numpy"),
    }
    document = yaml.safe_load(PythonEnvironment(**{form: given[form]}).conda_yaml())
    (pip,) = (part["pip"] for part in document["dependencies"] if isinstance(part, dict))
    assert {SERVER, "numpy"} <= set(pip)
