"""What the plugin makes of a caller's inputs: the same as a program in Python's own process gives."""

from __future__ import annotations

import inspect
import secrets
from collections.abc import Mapping, Sequence
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any, NotRequired, get_args, get_origin, get_type_hints, is_typeddict

import azureml_scoring
import pulumi
import pytest
from azureml_scoring import ContainerRegistry, InvalidInput
from azureml_scoring._provider import Provider
from google.protobuf import json_format, struct_pb2
from pulumi.errors import InputPropertiesError
from pulumi.provider.server import ComponentInitError
from pulumi.runtime import rpc

from tests.components import inputs
from tests.components.mocked import Registered, deploy
from tests.components.targets.online import ANSWERS, online
from tests.contracts.test_components import COMPONENTS
from tests.contracts.test_schema import camel

LEAVES: Mapping[Any, Any] = {str: "text", int: 3, float: 0.5, bool: True}


@cache
def provider() -> Provider:
    return Provider([getattr(azureml_scoring, name) for name in COMPONENTS], "azureml-scoring")


def sample(hint: Any) -> Any:
    """A value of a type: of a TypedDict every key, of a list and a map two parts."""
    if get_origin(hint) is NotRequired:
        return sample(get_args(hint)[0])
    if get_origin(hint) is Sequence:
        return [sample(get_args(hint)[0])] * 2
    if get_origin(hint) is Mapping:
        return dict.fromkeys(("a_key", "aKey"), sample(get_args(hint)[1]))
    if is_typeddict(hint):
        hints = get_type_hints(hint, localns={"Output": pulumi.Output, "T": str}, include_extras=True)
        return {key: sample(part) for key, part in hints.items()}
    if isinstance(hint, type) and issubclass(hint, Enum):
        return list(hint)[-1]
    return LEAVES[next(one for one in (hint, *get_args(hint)) if one in LEAVES)]


def spelled(hint: Any, value: Any) -> Any:
    """A value as other languages write it: TypedDicts with the schema's names."""
    if get_origin(hint) is NotRequired:
        return spelled(get_args(hint)[0], value)
    if get_origin(hint) is Sequence:
        return [spelled(get_args(hint)[0], part) for part in value]
    if get_origin(hint) is Mapping:
        return {key: spelled(get_args(hint)[1], part) for key, part in value.items()}
    if is_typeddict(hint):
        hints = get_type_hints(hint, localns={"Output": pulumi.Output, "T": str}, include_extras=True)
        return {camel(key): spelled(hints[key], part) for key, part in value.items()}
    return value


def sent(values: Mapping[str, Any]) -> Any:
    """Inputs after their way through the engine, where every number is a float."""
    return rpc.deserialize_properties(json_format.ParseDict(dict(values), struct_pb2.Struct()), keep_unknowns=True)


def args(component: str) -> Any:
    """The TypedDict of a component's inputs."""
    return inspect.signature(getattr(azureml_scoring, component)).parameters["args"].annotation


def typed(value: Any) -> Any:
    """A value with the type of each leaf: 3 and 3.0 are equal otherwise."""
    if isinstance(value, Mapping):
        return {key: typed(part) for key, part in value.items()}
    return [typed(part) for part in value] if isinstance(value, list) else (type(value), value)


@pytest.mark.parametrize("component", COMPONENTS)
def test_every_input_arrives_as_it_was_given(component: str) -> None:
    given = sample(args(component))
    arrived = provider().map_inputs(sent(spelled(args(component), given)), provider()._component_defs[component])
    assert typed(arrived) == typed(given)


def cases(folder: Path) -> dict[str, tuple[str, Any]]:
    """Components of every kind, with objects, lists and maps of objects, choices and numbers among their inputs."""
    premium = {"sku": "Premium", "replications": [{"location": "northeurope"}], "password_valid_days": 90}
    connection = {"images": {"login_server": "contoso.azurecr.io", "username": "u", "password": inputs.CANARY}}
    probe = {"period_seconds": 7, "path": "/health"}
    versions = {"blue": {}, "green": {"replicas": 2, "environment_variables": {"A_b": "1"}}}
    scaled = {"autoscale": {"minimum": 1, "maximum": 3}, "aks": {"cluster": {}, "cpu": 1}}
    local = {"target": "local", "local": {"port": 28891}}
    return {
        "registry": ("ContainerRegistry", inputs.registry(lock={"kind": "CanNotDelete"}, **premium)),
        "token": ("ContainerRegistry", inputs.registry(pull="token", token_repositories=["base"])),
        "workspace": ("Workspace", inputs.workspace(connections=connection, tags={"A_b": "c"})),
        "base": ("CustomBaseImage", inputs.base_image(timeout_seconds=600, build_arguments={"A_b": "1"})),
        "aci": ("ScoringService", inputs.service(folder, aci={"cpu": 1, "memory_gb": 2}, liveness_probe=probe)),
        "local": ("ScoringService", inputs.service(folder, **local)),
        "managed": (
            "ScoringService",
            online(folder, "managed_endpoint", deployments=versions, traffic={"blue": 90, "green": 10}),
        ),
        "aks": ("ScoringService", online(folder, "aks", **scaled)),
    }


@pytest.mark.parametrize("case", cases(Path()))
def test_a_component_makes_the_same_resources_in_both_ways(
    case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Names of builds are drawn anew each time.
    monkeypatch.setattr(secrets, "token_hex", lambda _: "0")
    component, given = cases(inputs.write_service(tmp_path))[case]
    here = deploy(lambda: getattr(azureml_scoring, component)("it", given), answers=ANSWERS)
    wire = sent(spelled(args(component), given))
    token = f"azureml-scoring:index:{component}"
    there = deploy(lambda: provider().construct("it", token, wire).urn, answers=ANSWERS)
    assert len(here) > 2
    assert made(there) == made(here)


def made(registered: Registered) -> dict[tuple[str, str], Any]:
    """What was registered, by type and name: parent, inputs, and what it waits for."""
    return {(one.type, one.name): (one.parent, one.inputs, sorted(one.options.dependencies)) for one in registered}


def refused(component: str, given: Mapping[str, Any]) -> str:
    """Why the plugin makes no component of inputs in other languages' spelling."""
    with pytest.raises(InputPropertiesError) as told:
        provider().construct("it", f"azureml-scoring:index:{component}", sent(given))
    assert told.value.errors == [], "the engine shows the value of each property that is named here"
    return str(told.value)


def test_what_is_wrong_is_told_in_the_same_words_and_all_at_once() -> None:
    wrong = {
        "password_valid_days": 9000,
        "sku": "Gold",
        "nothing": 1,
        "replications": [{"location": "northeurope", "zoneredundant": True}],
        "tags": {"team": True},
        "lock": "CanNotDelete",
        "zone_redundancy": "yes",
    }
    with pytest.raises(InvalidInput) as told:
        ContainerRegistry("it", inputs.registry(**wrong))
    assert len(told.value.problems) == len(wrong)
    spelling = {camel(key): value for key, value in inputs.registry(**wrong).items()}
    assert refused("ContainerRegistry", spelling) == str(told.value)


def test_a_required_input_that_is_missing_is_told_with_the_others() -> None:
    shown = refused("Workspace", {"imageBuildCompute": 1})
    assert "resource_group_name is required" in shown
    assert "image_build_compute" in shown


def test_an_error_of_our_own_keeps_its_place_in_the_code(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setitem(provider()._components, "ContainerRegistry", broken)
    with pytest.raises(ComponentInitError) as told:
        provider().construct("it", "azureml-scoring:index:ContainerRegistry", {})
    assert isinstance(told.value.inner, ZeroDivisionError)
