"""Errors of components: what they say, and that the engine shows them as they are."""

from __future__ import annotations

import pulumi
from azureml_scoring import ComponentError, InvalidInput
from azureml_scoring.rules import Problem

NAME = Problem("registry_name", "must be 5 to 50 letters and digits", "x!", "contosoml")
DAYS = Problem("password_valid_days", "must be from 1 to 730", 0, "180")


def test_one_problem_is_one_line_that_opens_with_the_component() -> None:
    error = InvalidInput("ContainerRegistry", "registry", [NAME])
    assert str(error) == (
        "ContainerRegistry 'registry': registry_name must be 5 to 50 letters and digits; got 'x!'; e.g. contosoml"
    )


def test_several_problems_are_counted_and_listed() -> None:
    assert str(InvalidInput("ContainerRegistry", "registry", [NAME, DAYS])).splitlines() == [
        "ContainerRegistry 'registry': 2 problems",
        "  - registry_name must be 5 to 50 letters and digits; got 'x!'; e.g. contosoml",
        "  - password_valid_days must be from 1 to 730; got 0; e.g. 180",
    ]


def test_an_error_carries_its_facts() -> None:
    error = InvalidInput("ContainerRegistry", "registry", [NAME, DAYS])
    assert (error.component, error.name, error.problems) == ("ContainerRegistry", "registry", (NAME, DAYS))


def test_errors_are_run_errors_which_the_engine_shows_without_a_traceback() -> None:
    assert issubclass(InvalidInput, ComponentError)
    assert issubclass(ComponentError, pulumi.RunError)
