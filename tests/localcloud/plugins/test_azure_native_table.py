"""The table against the SDK whose behaviour it stands in for: no input is forgotten, no version is another."""

from __future__ import annotations

import importlib
import inspect
import re
from typing import TYPE_CHECKING, Any

import pulumi
import pytest

from localcloud.plugins.azure_native.blob import BLOB
from localcloud.plugins.azure_native.functions import FUNCTIONS
from localcloud.plugins.azure_native.table import RESOURCE_TYPES
from localcloud.plugins.azure_native.table.containerinstance import CONTAINER_GROUP
from localcloud.plugins.azure_native.table.containerregistry import TASK_RUN
from localcloud.plugins.azure_native.table.keyvault import VAULT
from localcloud.plugins.azure_native.table.network import PRIVATE_ENDPOINT
from localcloud.plugins.azure_native.table.storage import STORAGE_ACCOUNT
from localcloud.plugins.naming import AutoName
from localcloud.plugins.values import UNKNOWN, Secret

if TYPE_CHECKING:
    from localcloud.plugins.azure_native.resource_type import ResourceType

ALL_TYPES = (*RESOURCE_TYPES, BLOB)


def sdk_class(resource_type: ResourceType) -> Any:
    _, module, name = resource_type.token.split(":")
    return getattr(importlib.import_module(f"pulumi_azure_native.{module}"), name)


def sdk_names(arguments: type) -> set[str]:
    """The names on the wire of the inputs of an SDK's Args class."""
    names = set()
    for name, member in inspect.getmembers(arguments, lambda member: isinstance(member, property)):
        getter = inspect.getsource(member.fget)
        renamed = re.search(r'getter\(name="?(\w+)"?\)', getter)
        names.add(renamed.group(1) if renamed else name)
    return {"resourceName" if name == "resource_name_" else name for name in names}


@pytest.mark.parametrize("resource_type", ALL_TYPES, ids=lambda resource_type: resource_type.token)
def test_inputs_are_those_of_the_sdk(resource_type: ResourceType) -> None:
    module = importlib.import_module(sdk_class(resource_type).__module__)
    name = sdk_class(resource_type).__name__
    # Where an object of the specification has that name already, the SDK calls a resource's own inputs otherwise.
    arguments = getattr(module, f"{name}InitArgs", None) or getattr(module, f"{name}Args")
    mine = {*resource_type.parameters, *resource_type.envelope, *resource_type.settable}
    # A resource group's `properties` are read-only.
    assert mine - {"properties"} == sdk_names(arguments) - {"properties"}


@pytest.mark.parametrize("resource_type", RESOURCE_TYPES, ids=lambda resource_type: resource_type.token)
def test_version_is_the_sdk_default(resource_type: ResourceType) -> None:
    document = inspect.getsource(sdk_class(resource_type))
    assert f"Uses Azure REST API version {resource_type.version}." in document


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.token)
def test_functions_are_those_of_the_sdk(function: Any) -> None:
    _, module, name = function.token.split(":")
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
    implementation = getattr(importlib.import_module(f"pulumi_azure_native.{module}"), words)
    assert f"'{function.token}'" in inspect.getsource(inspect.unwrap(implementation))


@pytest.mark.parametrize("resource_type", ALL_TYPES, ids=lambda resource_type: resource_type.token)
def test_facts_name_properties_that_exist(resource_type: ResourceType) -> None:
    inputs = {*resource_type.parameters, *resource_type.envelope, *resource_type.settable}
    for path in (*resource_type.create_only, *resource_type.required):
        assert path.split(".")[0].removesuffix("[]") in inputs, path
    for path in (*resource_type.computed, *resource_type.service_defaults, *resource_type.subresources):
        assert path.split(".")[0].removesuffix("[]") in {*resource_type.envelope, *resource_type.settable}, path


def test_renamed_and_nested_properties_come_back_as_they_went() -> None:
    inputs: dict[str, Any] = {
        "location": "westeurope",
        "enableHttpsTrafficOnly": True,
        "networkRuleSet": {"defaultAction": "Deny", "ipRules": [{"iPAddressOrRange": "10.0.0.0/8"}]},
    }
    body = STORAGE_ACCOUNT.body(inputs)
    assert body["properties"] == {
        "supportsHttpsTrafficOnly": True,
        "networkAcls": {"defaultAction": "Deny", "ipRules": [{"value": "10.0.0.0/8"}]},
    }
    assert {name: STORAGE_ACCOUNT.outputs(body)[name] for name in inputs} == inputs


def test_objects_with_properties_of_their_own_are_flat_in_outputs() -> None:
    run = {"id": "i", "name": "r1", "properties": {"runId": "r1", "outputImages": [{"digest": "sha256:1"}]}}
    outputs = TASK_RUN.outputs({"properties": {"runResult": run, "forceUpdateTag": None}})
    assert outputs["runResult"] == {"id": "i", "name": "r1", "runId": "r1", "outputImages": [{"digest": "sha256:1"}]}
    assert "forceUpdateTag" not in outputs
    containers = [{"name": "a", "properties": {"image": "i", "instanceView": {"restartCount": 0}}}]
    group = CONTAINER_GROUP.outputs({"properties": {"containers": containers}, "tags": None})
    assert group["containers"] == [{"name": "a", "image": "i", "instanceView": {"restartCount": 0}}]
    assert CONTAINER_GROUP.inputs_of(group) == {"containers": [{"name": "a", "image": "i"}]}


def test_secrets_are_looked_into_for_what_is_computed() -> None:
    address = {"type": "Public", "ports": []}
    preview = CONTAINER_GROUP.preview({"ipAddress": Secret(address), "containers": Secret([{"name": "a"}])})
    assert preview["ipAddress"] == Secret(address | {"fqdn": UNKNOWN, "ip": UNKNOWN})
    assert preview["containers"] == Secret([{"name": "a", "instanceView": UNKNOWN}])
    outputs = {"containers": Secret([{"name": "a", "instanceView": {}}]), "ipAddress": UNKNOWN}
    assert CONTAINER_GROUP.inputs_of(outputs) == {"containers": Secret([{"name": "a"}]), "ipAddress": UNKNOWN}


def test_an_import_records_no_property_that_the_sdk_has_no_input_for() -> None:
    outputs = {"properties": {"tenantId": "t", "vaultUri": "https://v/", "provisioningState": "Succeeded"}}
    assert VAULT.inputs_of(outputs) == {"properties": {"tenantId": "t"}}


def test_the_sdk_is_the_one_the_table_was_made_for() -> None:
    version = importlib.import_module("importlib.metadata").version("pulumi_azure_native")
    assert version.startswith("3.29.")
    assert issubclass(sdk_class(TASK_RUN), pulumi.CustomResource)


@pytest.mark.parametrize(
    ("token", "kind"),
    [
        ("resources:ResourceGroup", AutoName.RANDOM),
        ("containerregistry:Registry", AutoName.RANDOM),
        ("managedidentity:UserAssignedIdentity", AutoName.RANDOM),
        ("authorization:ManagementLockByScope", AutoName.RANDOM),
        ("monitor:DiagnosticSetting", AutoName.RANDOM),
        ("authorization:RoleAssignment", AutoName.UUID),
        ("containerregistry:TaskRun", AutoName.COPY),
        ("containerregistry:Token", AutoName.COPY),
        ("storage:BlobContainer", AutoName.COPY),
        ("machinelearningservices:Job", AutoName.COPY),
        ("machinelearningservices:EnvironmentVersion", AutoName.COPY),
        ("network:Subnet", AutoName.COPY),
        ("containerservice:AgentPool", AutoName.COPY),
        ("machinelearningservices:Compute", AutoName.COPY),
        ("machinelearningservices:OnlineDeployment", AutoName.COPY),
        ("resources:Deployment", AutoName.RANDOM),
        ("kubernetesconfiguration:Extension", AutoName.RANDOM),
        # A name that is part of an address is random, of a child, too.
        ("machinelearningservices:OnlineEndpoint", AutoName.RANDOM),
    ],
)
def test_children_of_a_resource_take_the_logical_name_as_it_is(token: str, kind: AutoName) -> None:
    types = {resource_type.token: resource_type for resource_type in RESOURCE_TYPES}
    assert types[f"azure-native:{token}"].auto_name is kind


def test_an_object_without_anything_inside_has_no_properties() -> None:
    body = PRIVATE_ENDPOINT.body({"subnet": {"id": "/a/subnet"}})
    assert body == {"properties": {"subnet": {"id": "/a/subnet"}}}


def test_user_assigned_identities_are_unknown_before_they_are_known_by_id() -> None:
    identity = {"type": "UserAssigned", "userAssignedIdentities": ["/an/identity"]}
    preview = CONTAINER_GROUP.preview({"identity": identity})
    assert preview["identity"]["userAssignedIdentities"] is UNKNOWN
    assert preview["identity"]["type"] == "UserAssigned"
