"""Every field of the settings: its words, its example, and the component's input that it becomes."""

from __future__ import annotations

import ast
import inspect
import itertools
import re
from collections.abc import Iterator
from typing import Any

import pytest
from azureml_scoring import (
    AciOptions,
    AksCluster,
    AksOptions,
    Autoscale,
    Collection,
    ContainerRegistryArgs,
    CustomBaseImageArgs,
    CustomerManagedKey,
    DiagnosticSetting,
    LocalOptions,
    Lock,
    ManagedEndpointOptions,
    ManagedNetwork,
    PrivateEndpoint,
    Probe,
    RegistryConnection,
    Replication,
    RoleAssignment,
    ScoringServiceArgs,
    ServiceVariant,
    WorkspaceArgs,
)
from pydantic import BaseModel, TypeAdapter

from stacks import sections
from stacks.reading import NAMESPACE
from stacks.settings import Settings

INPUTS: dict[type[BaseModel], type[Any]] = {
    sections.AciSettings: AciOptions,
    sections.AksClusterSettings: AksCluster,
    sections.AksSettings: AksOptions,
    sections.AutoscaleSettings: Autoscale,
    sections.BaseImageSettings: CustomBaseImageArgs,
    sections.CollectionSettings: Collection,
    sections.CustomerManagedKeySettings: CustomerManagedKey,
    sections.DiagnosticSettingSettings: DiagnosticSetting,
    sections.LocalSettings: LocalOptions,
    sections.LockSettings: Lock,
    sections.ManagedEndpointSettings: ManagedEndpointOptions,
    sections.ManagedNetworkSettings: ManagedNetwork,
    sections.PrivateEndpointSettings: PrivateEndpoint,
    sections.ProbeSettings: Probe,
    sections.RegistryConnectionSettings: RegistryConnection,
    sections.RegistrySettings: ContainerRegistryArgs,
    sections.ReplicationSettings: Replication,
    sections.RoleAssignmentSettings: RoleAssignment,
    sections.ServiceSettings: ScoringServiceArgs,
    sections.VariantSettings: ServiceVariant,
    sections.WorkspaceSettings: WorkspaceArgs,
}
"""Section -> the inputs that it becomes."""

BY_PROGRAM = {
    sections.BaseImageSettings: {"login_server", "registry_name", "registry_resource_group_name"}
    | {"resource_group_name", "storage_account_name"},
    sections.RegistrySettings: {"location", "resource_group_name", "tags"},
    sections.ServiceSettings: {"location", "login_server", "pull_identity_id", "pull_password", "pull_username"}
    | {"registry_name", "registry_resource_group_name", "resource_group_name", "storage_account_name", "tags"}
    | {"service_image", "workspace_name", "workspace_resource_group_name"},
    sections.WorkspaceSettings: {"container_registry_id", "location", "resource_group_name", "tags"},
}
"""Section -> the inputs that the program gives, or that the stack has once for all."""


def fields() -> Iterator[Any]:
    """Every field of every section, as a test parameter."""
    every: list[type[BaseModel]] = [*INPUTS, Settings]
    for section in every:
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
def test_every_input_is_a_field_or_given_by_the_program(section: type[BaseModel]) -> None:
    inputs = INPUTS[section].__required_keys__ | INPUTS[section].__optional_keys__
    fields, given = set(section.model_fields), BY_PROGRAM.get(section, set())
    assert (fields | given, fields & given) == (inputs, set())


@pytest.mark.parametrize("section", list(INPUTS))
def test_a_field_is_required_where_its_input_is(section: type[BaseModel]) -> None:
    required = {name for name, field in section.model_fields.items() if field.is_required()}
    replaceable = {"base_image"}  # of a service: the stack's own where it names no other
    given = BY_PROGRAM.get(section, set()) | replaceable
    assert required == INPUTS[section].__required_keys__ - given


@pytest.mark.parametrize("section", list(INPUTS))
def test_a_field_has_the_default_that_the_component_documents(section: type[BaseModel]) -> None:
    """A default here is never sent, but read by the rules between the parts, and by people."""
    documented = dict(_defaults(INPUTS[section]))
    for name, field in section.model_fields.items():
        if isinstance(field.default, bool | int) and name in documented:
            assert str(field.default).lower() == documented[name], name


def _defaults(kind: type[Any]) -> Iterator[tuple[str, str]]:
    body = ast.parse(inspect.getsource(kind)).body[0]
    assert isinstance(body, ast.ClassDef)
    for attribute, words in itertools.pairwise(body.body):
        if isinstance(attribute, ast.AnnAssign) and isinstance(words, ast.Expr):
            text = " ".join(str(ast.literal_eval(words.value)).split())
            if found := re.search(r"Default: (true|false|\d+)\.", text):
                yield ast.unparse(attribute.target), found[1]


def test_the_namespace_is_the_projects_name() -> None:
    assert NAMESPACE == "azureml-scoring"
