"""Inputs of the wrong type: told by name, all at once, before anything is registered; None is "not given"."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pulumi
import pytest
from azureml_scoring import ComponentError, ContainerRegistry, CustomBaseImage, InvalidInput, ScoringService, Workspace

from tests.components import inputs
from tests.components.mocked import deploy

REGISTRY: Any = {"resource_group_name": "group"}


def problems(component: Any, args: dict[str, Any]) -> list[str]:
    """What is wrong with the inputs, sentence by sentence; nothing may have been registered."""
    found: list[str] = []

    def program() -> None:
        with pytest.raises(InvalidInput) as raised:
            component("tested", args)
        found.extend(str(problem) for problem in raised.value.problems)

    assert deploy(program) == []
    return found


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"location": 3}, "location must be a text; got 'int'"),
        ({"registry_name": ["a"]}, "registry_name must be a text; got 'list'"),
        ({"public_network_access": "false"}, "public_network_access must be true or false; got 'str'; e.g. true"),
        ({"zone_redundancy": 1}, "zone_redundancy must be true or false; got 'int'"),
        ({"allowed_ip_ranges": "203.0.113.0/24", "sku": "Premium"}, "allowed_ip_ranges must be a list; got 'str'"),
        ({"replications": {"location": "x"}, "sku": "Premium"}, "replications must be a list; got 'dict'"),
        ({"replications": ["northeurope"], "sku": "Premium"}, "replications[0] must be a mapping; got 'str'"),
        ({"replications": [{"location": 1}], "sku": "Premium"}, "replications[0].location must be a text; got 'int'"),
        ({"lock": "CanNotDelete"}, "lock must be a mapping; got 'str'; e.g. {...}"),
        ({"lock": {"kind": "ReadOnly", "notes": 1}}, "lock.notes must be a text; got 'int'"),
        ({"role_assignments": [3]}, "role_assignments[0] must be a mapping; got 'int'"),
        ({"diagnostic_settings": {}}, "diagnostic_settings must be a list; got 'dict'"),
        ({"tags": ["team"]}, "tags must be a mapping; got 'list'"),
        ({"tags": {"team": 1}}, "tags.team must be a text; got 'int'"),
        ({"token_repositories": "base", "pull": "token"}, "token_repositories must be a list; got 'str'"),
        ({"rotation": "1"}, "rotation must be a whole number of 0 or more; got '1'"),
    ],
)
def test_a_registry_names_the_input_and_the_type_that_it_has(changes: dict[str, Any], sentence: str) -> None:
    (found,) = problems(ContainerRegistry, REGISTRY | changes)
    assert found.startswith(sentence)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"connections": ["a"]}, "connections must be a mapping; got 'list'"),
        ({"connections": {"other": "contoso.azurecr.io"}}, "connections.other must be a mapping; got 'str'"),
        ({"managed_network": "Disabled"}, "managed_network must be a mapping; got 'str'"),
        ({"allow_registry_change": "no"}, "allow_registry_change must be true or false; got 'str'"),
    ],
)
def test_so_does_a_workspace(changes: dict[str, Any], sentence: str) -> None:
    (found,) = problems(Workspace, inputs.workspace(**changes))
    assert found.startswith(sentence)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"models": [1]}, "models[0] must be a text; got 'int'"),
        ({"entry_script": None}, "entry_script is required; got nothing"),
        ({"local": {"port": "x"}}, "local.port must be a whole number; got 'str'"),
        ({"local": {"prt": 8890}}, "local.prt is no input of this part; got 'a value'; e.g. port"),
        ({"target": "aci", "aci": {"cpu": "1"}}, "aci.cpu must be a number; got 'str'"),
        ({"target": "aci", "aci": {"memory": 1}}, "aci.memory is no input of this part; got 'a value'; e.g. memory_gb"),
        ({"environment_variables": {"WORKERS": 2}}, "environment_variables.WORKERS must be a text; got 'int'"),
        ({"pull_wait_seconds": "5"}, "pull_wait_seconds must be a whole number of 0 or more; got '5'"),
        ({"models": [""]}, "models must not hold an empty path; got ''; e.g. examples/diabetes/model"),
    ],
)
def test_so_does_a_service(tmp_path: Path, changes: dict[str, Any], sentence: str) -> None:
    args = inputs.service(inputs.write_service(tmp_path), target="local") | changes
    assert [one for one in problems(ScoringService, args) if one.startswith(sentence)]


def test_a_base_image_takes_no_text_for_its_list_of_tags() -> None:
    (found,) = problems(CustomBaseImage, inputs.base_image(tags="v1"))
    assert found.startswith("tags must be a list; got 'str'")


def test_types_and_rules_are_told_at_once() -> None:
    wrong = {"location": 3, "sku": "Gold", "rotation": -1, "lock": "x", "regsitry_name": "contosoml"}
    found = problems(ContainerRegistry, REGISTRY | wrong)
    subjects = {"location", "sku", "rotation", "lock", "regsitry_name"}
    assert sorted(sentence.partition(" ")[0] for sentence in found) == sorted(subjects)


def test_an_output_where_a_plain_value_decides_what_is_made_is_refused() -> None:
    found: list[str] = []

    def program() -> None:
        with pytest.raises(ComponentError) as raised:
            ContainerRegistry("tested", REGISTRY | {"token_name": pulumi.Output.from_input("x"), "pull": "token"})
        found.append(str(raised.value))

    assert deploy(program) == []
    assert "token_name must be a text that is known when the program starts, and no output" in found[0]


def test_so_is_one_in_the_place_of_a_choice(tmp_path: Path) -> None:
    args = inputs.service(inputs.write_service(tmp_path))
    found: list[str] = []

    def program() -> None:
        with pytest.raises(InvalidInput) as raised:
            ScoringService("tested", args | {"target": pulumi.Output.from_input("aci")})
        found.append(str(raised.value))

    assert deploy(program) == []
    assert "target must be one of local, aci, aks, managed_endpoint; got 'an output'" in found[0]


def test_the_value_of_a_wrong_secret_is_not_shown() -> None:
    (found,) = problems(
        ContainerRegistry, REGISTRY | {"pull": "token", "token_repositories": ["a"], "token_password": [inputs.CANARY]}
    )
    assert found.startswith("token_password must be a text; got 'list'")
    assert inputs.CANARY not in found


def test_none_is_the_same_as_not_given() -> None:
    nothing = dict.fromkeys(("sku", "location", "pull", "rotation", "public_network_access", "lock", "token_name"))

    def program(args: Any) -> Any:
        return lambda: ContainerRegistry("tested", REGISTRY | args)

    with_none, without = deploy(program(nothing)), deploy(program({}))
    assert [(one.type, one.name) for one in with_none] == [(one.type, one.name) for one in without]
