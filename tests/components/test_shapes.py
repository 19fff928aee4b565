"""What the components register: parents, names, tags, secure defaults and secrets."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from azureml_scoring import ContainerRegistry, CustomBaseImage, RegistrySku, ScoringService, Workspace
from azureml_scoring.pull import ACR_PULL, grant_name

from tests.components import inputs
from tests.components.mocked import DIGEST, GROUP_ID, Registered, deploy, is_secret

TAGS = {"team": "ml"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return inputs.write_service(tmp_path_factory.mktemp("service"))


@pytest.fixture(scope="module")
def registry() -> Registered:
    return deploy(lambda: ContainerRegistry("hub", inputs.registry(tags=TAGS)))


@pytest.fixture(scope="module")
def workspace() -> Registered:
    return deploy(lambda: Workspace("ml", inputs.workspace(tags=TAGS)))


@pytest.fixture(scope="module")
def base_image() -> Registered:
    return deploy(lambda: CustomBaseImage("base", inputs.base_image(build_arguments={"B": "2", "A": "1"})))


@pytest.fixture(scope="module")
def aci(folder: Path) -> Registered:
    return deploy(lambda: ScoringService("scores", inputs.service(folder, tags=TAGS)))


@pytest.fixture(scope="module")
def local(folder: Path) -> Registered:
    return deploy(lambda: ScoringService("scores", inputs.service(folder, target="local", local={"port": 28890})))


@pytest.mark.parametrize(
    ("fixture", "component"),
    [
        ("registry", "ContainerRegistry::hub"),
        ("workspace", "Workspace::ml"),
        ("base_image", "CustomBaseImage::base"),
        ("aci", "ScoringService::scores"),
        ("local", "ScoringService::scores"),
    ],
)
def test_children_are_parented_and_named_after_their_component(
    fixture: str, component: str, request: pytest.FixtureRequest
) -> None:
    registered: Registered = request.getfixturevalue(fixture)
    class_name, _, name = component.partition("::")
    first, *children = registered
    assert (first.type, first.name) == (f"azureml-scoring:index:{class_name}", name)
    assert len(children) >= 3
    for child in children:
        assert child.parent == name, f"{child.type} {child.name} has the parent {child.parent}"
        assert re.match(f"{name}-[a-z]|{name}[a-z0-9]+$", child.name), f"{child.type} is named {child.name}"


def test_no_two_children_share_type_and_name(workspace: Registered, aci: Registered, registry: Registered) -> None:
    for registered in (workspace, aci, registry):
        keys = [(request.type, request.name) for request in registered]
        assert len(keys) == len(set(keys))


def test_a_registry_is_closed_by_default(registry: Registered) -> None:
    created = registry.one("Registry").inputs
    assert created["adminUserEnabled"] is False
    assert created["anonymousPullEnabled"] is False
    assert created["sku"] == {"name": "Standard"}
    assert created["tags"] == TAGS


def test_a_registry_takes_what_it_is_given() -> None:
    args = inputs.registry(registry_name="contosoml", sku=RegistrySku.PREMIUM, location="northeurope")
    created = deploy(lambda: ContainerRegistry("hub", args)).one("Registry").inputs
    assert (created["registryName"], created["sku"], created["location"]) == (
        "contosoml",
        {"name": "Premium"},
        "northeurope",
    )


def test_the_pull_principal_may_pull_from_this_registry_and_nothing_else(registry: Registered) -> None:
    registry_id = f"{GROUP_ID}/providers/Microsoft.ContainerRegistry/registries/hubacr"
    answers = {"ServicePrincipal": {"objectId": "object", "clientId": "client"}}
    grant = deploy(lambda: ContainerRegistry("hub", inputs.registry()), answers=answers).one("RoleAssignment").inputs
    assert grant["scope"] == registry_id
    assert grant["principalId"] == "object"
    assert grant["principalType"] == "ServicePrincipal"
    assert grant["roleDefinitionId"].endswith(f"/roleDefinitions/{ACR_PULL}")
    assert grant["roleAssignmentName"] == grant_name(registry_id, "object", ACR_PULL)
    assert [request.type for request in registry].count("azure-native:authorization:RoleAssignment") == 1


def test_the_pull_password_ends_on_a_date_that_later_updates_keep(registry: Registered) -> None:
    password = registry.one("ServicePrincipalPassword")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", password.inputs["endDate"])
    assert list(password.options.ignoreChanges) == ["endDate"]
    assert "value" in password.options.additionalSecretOutputs


def test_credentials_leave_the_registry_as_secrets() -> None:
    secret: list[bool] = []
    answers = {"ServicePrincipalPassword": {"value": inputs.CANARY}}

    async def program() -> None:
        made = ContainerRegistry("hub", inputs.registry())
        secret.extend([await made.pull_password.is_secret(), await made.login_server.is_secret()])

    deploy(program, answers=answers)
    assert secret == [True, False]


def test_a_workspace_is_private_by_default(workspace: Registered) -> None:
    created = workspace.one("machinelearningservices:Workspace").inputs
    assert created["publicNetworkAccess"] == "Disabled"
    assert created["identity"] == {"type": "SystemAssigned"}
    assert created["containerRegistry"] == inputs.REGISTRY_ID


def test_a_workspace_is_public_when_asked() -> None:
    registered = deploy(lambda: Workspace("ml", inputs.workspace(public_network_access=True)))
    assert registered.one("machinelearningservices:Workspace").inputs["publicNetworkAccess"] == "Enabled"


def test_what_is_made_for_a_workspace_is_secure_and_tagged(workspace: Registered) -> None:
    account, vault = workspace.one("StorageAccount").inputs, workspace.one("Vault").inputs
    assert account["allowBlobPublicAccess"] is False
    assert account["enableHttpsTrafficOnly"] is True
    assert account["minimumTlsVersion"] == "TLS1_2"
    assert vault["properties"]["enableRbacAuthorization"] is True
    assert vault["properties"]["enablePurgeProtection"] is True
    tagged = [request for request in workspace if request.type.startswith("azure-native:")]
    assert len(tagged) == 5
    assert {request.name: request.inputs["tags"] for request in tagged} == {request.name: TAGS for request in tagged}


def test_what_a_workspace_is_given_is_not_made() -> None:
    given = {
        "storage_account_id": f"{GROUP_ID}/providers/Microsoft.Storage/storageAccounts/account",
        "key_vault_id": f"{GROUP_ID}/providers/Microsoft.KeyVault/vaults/vault",
        "application_insights_id": f"{GROUP_ID}/providers/Microsoft.Insights/components/insights",
    }
    registered = deploy(lambda: Workspace("ml", inputs.workspace(**given)))
    assert [request.type.rpartition(":")[2] for request in registered] == ["Workspace", "Workspace"]
    assert registered[1].inputs["keyVault"] == given["key_vault_id"]
    assert registered[1].inputs["storageAccount"] == given["storage_account_id"]
    assert registered[1].inputs["applicationInsights"] == given["application_insights_id"]


def outputs_of(component: Callable[[], Any], names: list[str], **deploy_with: Any) -> dict[str, Any]:
    """The values of some outputs of a component."""
    values: dict[str, Any] = {}

    async def program() -> None:
        made = component()
        for name in names:
            values[name] = await getattr(made, name).future()

    deploy(program, **deploy_with)
    return values


def test_an_attached_workspace_tells_its_registry() -> None:
    names = ["container_registry_id", "container_registry_name", "login_server", "storage_account_name"]
    answers = {":getRegistry": {"loginServer": "contoso.azurecr.io"}}
    assert outputs_of(lambda: Workspace("ml", inputs.workspace()), names, answers=answers) == {
        "container_registry_id": inputs.REGISTRY_ID,
        "container_registry_name": "contoso",
        "login_server": "contoso.azurecr.io",
        "storage_account_name": "mlstorage",
    }


def test_a_new_lazy_workspace_has_no_registry_and_says_so_with_the_two_ways_out() -> None:
    names, logged = ["container_registry_id", "container_registry_name", "login_server"], list[str]()
    args: Any = {"resource_group_name": "group", "registry_mode": "lazy"}
    found = outputs_of(lambda: Workspace("ml", args), names, logged=logged)
    assert found == dict.fromkeys(names, "")
    (warning,) = logged
    assert warning.startswith("Workspace 'ml': no container registry yet: Azure ML creates the registry")
    assert "training job or model deployment" in warning
    assert "registry_mode=attached with container_registry_id" in warning


def test_a_lazy_workspace_tells_the_registry_that_azure_made_meanwhile() -> None:
    answers = {":getWorkspace": {"containerRegistry": inputs.REGISTRY_ID}}
    logged = list[str]()
    args: Any = {"resource_group_name": "group", "registry_mode": "lazy"}
    names = ["container_registry_id", "container_registry_name"]
    found = outputs_of(lambda: Workspace("ml", args), names, logged=logged, answers=answers)
    assert found == {"container_registry_id": inputs.REGISTRY_ID, "container_registry_name": "contoso"}
    assert logged == []


def test_a_base_image_is_built_with_its_arguments_in_a_fixed_order(base_image: Registered) -> None:
    request = base_image.one("TaskRun").inputs["runRequest"]
    assert request["type"] == "DockerBuildRequest"
    assert request["isPushEnabled"] is True
    assert [(one["name"], one["value"]) for one in request["arguments"]] == [("A", "1"), ("B", "2")]
    assert request["platform"] == {"os": "Linux", "architecture": "amd64"}


def test_the_outputs_of_a_base_image_name_it_by_tag_and_digest() -> None:
    names = ["image_name", "tags", "digest", "reference", "run_id", "context_hash"]
    found = outputs_of(lambda: CustomBaseImage("base", inputs.base_image(tags=["v1", "v2"])), names)
    assert re.fullmatch("[0-9a-f]{64}", found.pop("context_hash"))
    assert found == {
        "image_name": "diabetes-base",
        "tags": ["v1", "v2"],
        "digest": DIGEST,
        "reference": f"contoso.azurecr.io/diabetes-base:v1@{DIGEST}",
        "run_id": "ca1",
    }


def test_a_service_image_is_built_on_the_base_image_by_digest(aci: Registered) -> None:
    arguments = aci.one("TaskRun").inputs["runRequest"]["arguments"]
    assert [(one["name"], one["value"]) for one in arguments] == [("BASE_IMAGE", f"contoso.azurecr.io/base@{DIGEST}")]


def test_a_service_in_aci_has_its_uris(folder: Path) -> None:
    names = ["scoring_uri", "swagger_uri", "state", "image_reference", "location"]
    found = outputs_of(lambda: ScoringService("scores", inputs.service(folder)), names)
    assert re.fullmatch(rf"contoso\.azurecr\.io/scores:c-[0-9a-f]{{16}}@{DIGEST}", found.pop("image_reference"))
    assert found == {
        "scoring_uri": "http://127.0.0.1:5001/score",
        "swagger_uri": "http://127.0.0.1:5001/swagger.json",
        "state": "Healthy",
        "location": "westeurope",
    }


def test_a_local_service_has_its_uris(folder: Path) -> None:
    names = ["scoring_uri", "swagger_uri", "state", "location"]
    args = inputs.service(folder, target="local", local={"port": 28890.0})
    assert outputs_of(lambda: ScoringService("scores", args), names) == {
        "scoring_uri": "http://127.0.0.1:28890/score",
        "swagger_uri": "http://127.0.0.1:28890/swagger.json",
        "state": "Healthy",
        "location": "local",
    }


def test_the_password_is_a_secret_wherever_a_service_passes_it_on(aci: Registered, local: Registered) -> None:
    (credentials,) = aci.one("ContainerGroup").inputs["imageRegistryCredentials"]
    assert credentials["server"] == "contoso.azurecr.io"
    assert is_secret(credentials["password"])
    assert is_secret(local.one("pulumi:providers:docker").inputs["registryAuth"])
    for registered in (aci, local):
        for request in registered:
            assert inputs.CANARY not in str(_without_secrets(request.inputs)), request.name


def _without_secrets(value: Any) -> Any:
    if is_secret(value):
        return "secret"
    if isinstance(value, dict):
        return {key: _without_secrets(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_without_secrets(inner) for inner in value]
    return value
