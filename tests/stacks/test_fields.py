"""Every field of the settings: its words, its example, and the component's input that it becomes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from azureml_scoring import (
    AciOptions,
    ContainerRegistryArgs,
    CustomBaseImageArgs,
    LocalOptions,
    ScoringServiceArgs,
    WorkspaceArgs,
)
from pydantic import BaseModel, TypeAdapter

from stacks import settings
from stacks.reading import NAMESPACE
from stacks.settings import Settings

INPUTS: dict[type[BaseModel], type[Any]] = {
    settings.RegistrySettings: ContainerRegistryArgs,
    settings.WorkspaceSettings: WorkspaceArgs,
    settings.BaseImageSettings: CustomBaseImageArgs,
    settings.ServiceSettings: ScoringServiceArgs,
    settings.LocalSettings: LocalOptions,
    settings.AciSettings: AciOptions,
}
"""Section -> the inputs that it becomes."""


def fields() -> Iterator[Any]:
    """Every field of every section, as a test parameter."""
    sections: list[type[BaseModel]] = [*INPUTS, Settings]
    for section in sections:
        section.model_rebuild()  # resolves the sections that are written further down
        for name, field in section.model_fields.items():
            yield pytest.param(section, name, field, id=f"{section.__name__}.{name}")


@pytest.mark.parametrize(("section", "name", "field"), list(fields()))
def test_a_field_has_words_and_a_key_in_camel_case(section: type[BaseModel], name: str, field: Any) -> None:
    assert field.description, f"{section.__name__}.{name} has no docstring"
    assert re.fullmatch(r"([`A-Z]|pip ).*\.", field.description, re.DOTALL)
    assert re.fullmatch(r"[a-z]+([A-Z][a-z]+)*", field.alias)
    assert field.alias.lower() == name.replace("_", "")


@pytest.mark.parametrize(("section", "name", "field"), list(fields()))
def test_a_field_has_an_example_that_it_accepts(section: type[BaseModel], name: str, field: Any) -> None:
    annotation = field.annotation
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return  # a section: its own fields have examples
    assert field.examples, f"{section.__name__}.{name} has no example"
    if name == "services":
        return  # its example is the start of one: the whole is in stacks/Pulumi.local.yaml
    for example in field.examples:
        TypeAdapter(annotation).validate_python(example)


@pytest.mark.parametrize("section", list(INPUTS))
def test_every_field_is_an_input_of_the_component(section: type[BaseModel]) -> None:
    inputs = INPUTS[section].__required_keys__ | INPUTS[section].__optional_keys__
    assert set(section.model_fields) <= inputs


@pytest.mark.parametrize("section", list(INPUTS))
def test_what_a_component_requires_is_set_by_the_stack_or_by_the_program(section: type[BaseModel]) -> None:
    required = {name for name in section.model_fields if section.model_fields[name].is_required()}
    assert required <= INPUTS[section].__required_keys__, "the component would take it as optional"
    by_program = {
        "base_image",
        "container_registry_id",
        "login_server",
        "pull_password",
        "pull_username",
        "registry_name",
        "resource_group_name",
        "storage_account_name",
    }
    assert INPUTS[section].__required_keys__ - required <= by_program


def test_the_namespace_is_the_projects_name() -> None:
    assert NAMESPACE == "azureml-scoring"
