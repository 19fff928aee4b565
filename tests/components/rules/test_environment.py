"""Requirements: which server package, at which version."""

from __future__ import annotations

import pytest
from azureml_scoring.rules.environment import Requirement, check_requirements, read_requirements


@pytest.mark.parametrize(
    "text",
    [
        "azureml-inference-server-http==1.5.1",
        "azureml_inference.Server-HTTP >= 1.0 # the server",
        "flask\nazureml-defaults>=1.0.45",
        "azureml-defaults[extra] ~= 1.0.45 ; python_version > '3.8'",
        "azureml-defaults (==1.13.0)",
        "azureml-defaults==1.*",
        "azureml-defaults ~=1.0",
        "azureml-defaults==1.60.0.post1 --hash=sha256:abc",
        "azureml-defaults \\\n  ==1.13.0",
        "azureml-inference-server-http @ https://example.org/server.whl",
    ],
)
def test_a_server_is_there(text: str) -> None:
    assert check_requirements(text, "requirements.txt") == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# azureml-defaults==1.13.0",
        "flask==3.0",
        "my-azureml-defaults==2.0",
        "-r other.txt",
        "https://example.org/azureml-defaults.whl",
        "azureml-defaults==1.0.44",
        "azureml-defaults<=1.0.44.9",
        "azureml-defaults<1.0.45",
        "azureml-defaults~=0.9",
        "azureml-defaults==1.0.4.*",
        "azureml-defaults==0.*",
    ],
)
def test_no_server_is_a_problem(text: str) -> None:
    (problem,) = check_requirements(text, "requirements.txt")
    assert not problem.warning
    assert "1.0.45" in problem.rule


@pytest.mark.parametrize("name", ["azureml-defaults", "azureml-inference-server-http"])
def test_no_version_is_a_warning(name: str) -> None:
    (problem,) = check_requirements(f"numpy\n{name}\n", "requirements.txt")
    assert problem.warning
    assert str(problem).startswith(f"requirements.txt:2 should say which version of {name}")


def test_reading() -> None:
    text = "# c\n--index-url x\nNumPy[fast]>=1,<3 # c\n\n./local\nzope.interface\na @ file:///a.whl\n"
    assert read_requirements(text) == [
        Requirement("numpy", ((">=", "1"), ("<", "3")), None, 3),
        Requirement("zope-interface", (), None, 6),
        Requirement("a", (), "file:///a.whl", 7),
    ]
