"""A managed online endpoint: what is registered in which order, what makes another deployment, and what does not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.components import inputs
from tests.components.mocked import GROUP_ID, Registered, is_secret
from tests.components.targets.online import WORKSPACE, body, named, output, registered

TARGET = "managed_endpoint"
IDENTITY = f"{GROUP_ID}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/puller"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return inputs.write_service(tmp_path_factory.mktemp("service"))


@pytest.fixture(scope="module")
def plain(folder: Path) -> Registered:
    return registered(folder, TARGET)


def properties(made: Registered, name: str = "scores-deployment") -> dict[str, Any]:
    found: dict[str, Any] = named(made, "OnlineDeployment", name).inputs["properties"]
    return found


def deployment_name(made: Registered, name: str = "scores-deployment") -> str:
    found: str = named(made, "OnlineDeployment", name).inputs["deploymentName"]
    return found


def test_the_endpoint_is_made_without_traffic_and_never_put_again(plain: Registered) -> None:
    endpoint = named(plain, "OnlineEndpoint", "scores-endpoint")
    assert endpoint.inputs["properties"] == {"authMode": "Key", "publicNetworkAccess": "Enabled"}
    ignored = set(endpoint.options.ignoreChanges)
    assert {"properties.traffic", "properties.mirrorTraffic", "identity", "tags"} <= ignored
    assert set(endpoint.options.replaceOnChanges) == {"properties.authMode", "properties.compute"}
    assert endpoint.options.deleteBeforeReplaceDefined
    assert not endpoint.options.deleteBeforeReplace


def test_the_identity_that_azure_makes_may_pull_before_the_first_deployment_where_that_is_asked(folder: Path) -> None:
    answers: Any = {
        "machinelearningservices:OnlineEndpoint": {
            "identity": {"principalId": "own"},
            "properties": {"scoringUri": "https://endpoint.example/score"},
        }
    }
    options = {"managed_endpoint": {"grant_pull": True}, "pull_username": "", "pull_password": ""}
    made = registered(folder, TARGET, answers, **options)
    grant = named(made, "RoleAssignment", "scores-pull-grant").inputs
    assert grant["scope"].endswith("/providers/Microsoft.ContainerRegistry/registries/contoso")
    assert grant["principalId"] == "own"
    deployment = named(made, "OnlineDeployment", "scores-deployment")
    assert any(urn.endswith("RoleAssignment::scores-pull-grant") for urn in deployment.options.dependencies)


def test_the_endpoint_is_in_the_region_of_the_workspace_unless_another_is_given(
    folder: Path, plain: Registered
) -> None:
    assert named(plain, "OnlineEndpoint", "scores-endpoint").inputs["location"] == "northeurope"
    given = registered(folder, TARGET, location="uksouth")
    assert named(given, "OnlineEndpoint", "scores-endpoint").inputs["location"] == "uksouth"


def test_the_traffic_step_puts_the_whole_endpoint_after_the_deployments(folder: Path) -> None:
    made = registered(folder, TARGET, tags={"team": "ml", "odd": "[x"})
    assert body(made) == {
        "type": "Microsoft.MachineLearningServices/workspaces/onlineEndpoints",
        "apiVersion": "2025-12-01",
        "name": "ml/scores-endpoint",
        "location": "westeurope",
        "tags": {"team": "ml", "odd": "[[x"},
        "identity": {"type": "SystemAssigned"},
        "properties": {
            "authMode": "Key",
            "publicNetworkAccess": "Enabled",
            "traffic": {"scores-deployment": 100},
            "mirrorTraffic": {},
        },
    }
    step = next(one for one in made if one.type == "azure-native:resources:Deployment")
    assert any(urn.endswith("OnlineDeployment::scores-deployment") for urn in step.options.dependencies)


def test_a_deployment_is_made_before_the_old_one_goes_and_goes_with_its_endpoint(plain: Registered) -> None:
    options = named(plain, "OnlineDeployment", "scores-deployment").options
    assert options.deleteBeforeReplaceDefined
    assert not options.deleteBeforeReplace
    assert options.deletedWith.endswith("OnlineEndpoint::scores-endpoint")


def test_a_deployment_waits_for_the_pull_and_shows_its_log_when_it_fails(plain: Registered) -> None:
    hooks = named(plain, "OnlineDeployment", "scores-deployment").options.hooks
    assert list(hooks.before_create) == list(hooks.before_update) == ["ScoringService-scores-pull"]
    assert list(hooks.on_error) == ["ScoringService-scores-deployment-log"]


def test_code_model_and_environment_are_versions_of_their_content(plain: Registered) -> None:
    code, model = (
        named(plain, kind, name) for kind, name in (("CodeVersion", "scores-code"), ("ModelVersion", "scores-model"))
    )
    for asset in (code, model):
        assert asset.inputs["name"] == "scores"
        assert len(asset.inputs["version"]) == 16
    blobs = {one.inputs["blobName"] for one in plain if one.type.endswith(":Blob")}
    assert blobs == {
        f"code/scores/{code.inputs['version']}/score.py",
        f"models/scores/{model.inputs['version']}/model.joblib",
    }
    environment = named(plain, "EnvironmentVersion", "scores-environment").inputs["properties"]
    assert environment["image"] == f"contoso.azurecr.io/base@{inputs.BASE_IMAGE.partition('@')[2]}"
    assert "azureml-inference-server-http==1.5.1" in environment["condaFile"]
    routes = {key: value["path"] for key, value in environment["inferenceConfig"].items()}
    assert routes == {"livenessRoute": "/", "readinessRoute": "/", "scoringRoute": "/score"}


def test_what_a_deployment_serves_with(folder: Path) -> None:
    made = registered(
        folder,
        TARGET,
        environment_variables={"LEVEL": "debug"},
        secret_environment_variables={"KEY": inputs.CANARY},
        request_timeout_seconds=30,
        max_concurrent_requests=4,
        readiness_probe={"period_seconds": 2, "failure_threshold": 30},
        application_insights_enabled=True,
        replicas=2,
        data_collection={"model_inputs": {"sampling_rate": 0.5}},
        managed_endpoint={"instance_type": "Standard_F4s_v2", "egress_public_network_access": False},
    )
    found = properties(made)
    assert found["endpointComputeType"] == "Managed"
    assert found["instanceType"] == "Standard_F4s_v2"
    assert found["egressPublicNetworkAccess"] == "Disabled"
    assert found["appInsightsEnabled"] is True
    assert found["codeConfiguration"]["scoringScript"] == "score.py"
    assert found["requestSettings"]["requestTimeout"] == "PT30S"
    assert found["requestSettings"]["maxConcurrentRequestsPerInstance"] == 4
    assert (found["readinessProbe"]["period"], found["readinessProbe"]["failureThreshold"]) == ("PT2S", 30)
    assert found["livenessProbe"]["initialDelay"] == "PT60S"
    assert found["dataCollector"]["collections"]["model_inputs"]["samplingRate"] == 0.5
    assert found["environmentVariables"]["LEVEL"] == "debug"
    assert is_secret(found["environmentVariables"]["KEY"])
    assert named(made, "OnlineDeployment", "scores-deployment").inputs["sku"] == {"name": "Default", "capacity": 2}


@pytest.mark.parametrize(
    "changes",
    [
        {"environment_variables": {"LEVEL": "debug"}},
        {"managed_endpoint": {"instance_type": "Standard_F4s_v2"}},
        {"managed_endpoint": {"egress_public_network_access": False}},
        {"base_image": inputs.BASE_IMAGE.replace("a" * 64, "b" * 64)},
        {"models": []},
    ],
)
def test_what_azure_can_not_change_or_what_is_served_makes_another_deployment(
    folder: Path, plain: Registered, changes: dict[str, Any]
) -> None:
    name = deployment_name(registered(folder, TARGET, **changes))
    assert name.startswith("scores-")
    assert name != deployment_name(plain)


@pytest.mark.parametrize(
    "changes",
    [
        {"replicas": 3},
        {"request_timeout_seconds": 9},
        {"secret_environment_variables": {"KEY": "x"}},
        {"tags": {"a": "b"}},
    ],
)
def test_what_changes_in_place_leaves_the_deployment_its_name(
    folder: Path, plain: Registered, changes: dict[str, Any]
) -> None:
    assert deployment_name(registered(folder, TARGET, **changes)) == deployment_name(plain)


def test_a_changed_script_makes_another_deployment_and_another_code(tmp_path: Path, plain: Registered) -> None:
    folder = inputs.write_service(tmp_path)
    (folder / "score.py").write_text("def init(): ...\ndef run(data): return 1\n")
    made = registered(folder, TARGET)
    assert deployment_name(made) != deployment_name(plain)
    versions = [named(one, "CodeVersion", "scores-code").inputs["version"] for one in (made, plain)]
    assert versions[0] != versions[1]


def test_several_versions_share_the_requests(folder: Path) -> None:
    deployments = {"blue": {}, "green": {"environment_variables": {"NEW": "1"}}, "a-long-name-of-20-x": {}}
    made = registered(
        folder,
        TARGET,
        deployments=deployments,
        traffic={"blue": 90, "green": 10, "a-long-name-of-20-x": 0},
        mirror_traffic={"a-long-name-of-20-x": 5},
    )
    names = {variant: deployment_name(made, f"scores-{variant}") for variant in deployments}
    assert all(name.startswith(f"{variant}-") and len(name) <= 32 for variant, name in names.items())
    assert body(made)["properties"]["traffic"] == {"scores-blue": 90, "scores-green": 10}
    assert body(made)["properties"]["mirrorTraffic"] == {"scores-a-long-name-of-20-x": 5}
    assert {one.inputs["name"] for one in made if one.type.endswith(":CodeVersion")} == {
        f"scores-{variant}" for variant in deployments
    }


def test_one_registered_model_is_mounted_as_it_is(folder: Path) -> None:
    made = registered(folder, TARGET, models=["azureml:diabetes:3"])
    assert properties(made)["model"] == f"{WORKSPACE}/models/diabetes/versions/3"
    assert not [one for one in made if one.type.endswith(":ModelVersion")]


def test_several_models_are_one_folder_that_the_script_is_told(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "second.bin").write_bytes(b"second")
    made = registered(folder, TARGET, models=[str(folder / "model.joblib"), str(tmp_path / "second.bin")])
    version = named(made, "ModelVersion", "scores-model").inputs["version"]
    blobs = {
        one.inputs["blobName"] for one in made if one.type.endswith(":Blob") and "models/" in one.inputs["blobName"]
    }
    start = f"models/scores/{version}/models"
    assert blobs == {f"{start}/model/1/model.joblib", f"{start}/second/1/second.bin"}
    told = properties(made)["environmentVariables"]["AZUREML_MODEL_DIR"]
    assert told == f"/var/azureml-app/azureml-models/scores/{version}/models"


def test_a_login_becomes_a_connection_whose_password_is_secret(plain: Registered) -> None:
    connection = named(plain, "WorkspaceConnection", "scores-pull").inputs["properties"]
    assert (connection["category"], connection["target"]) == ("ContainerRegistry", "contoso.azurecr.io")
    assert connection["credentials"]["username"] == "puller"
    assert is_secret(connection["credentials"]["password"])


def test_an_identity_pulls_as_that_of_the_endpoint_and_without_any_nothing_is_made(folder: Path) -> None:
    made = registered(folder, TARGET, pull_username="", pull_password="", pull_identity_id=IDENTITY)
    endpoint = named(made, "OnlineEndpoint", "scores-endpoint").inputs
    assert endpoint["identity"] == {"type": "UserAssigned", "userAssignedIdentities": [IDENTITY]}
    assert body(made)["identity"] == {"type": "UserAssigned", "userAssignedIdentities": {IDENTITY: {}}}
    assert not [one for one in made if one.type.endswith(":WorkspaceConnection")]


def test_autoscale_is_a_setting_of_each_deployment_that_azure_monitor_keeps(folder: Path) -> None:
    made = registered(folder, TARGET, autoscale={"minimum": 2, "maximum": 5, "target_cpu_percent": 60})
    setting = named(made, "AutoscaleSetting", "scores-scale")
    (profile,) = setting.inputs["profiles"]
    assert profile["capacity"] == {"minimum": "2", "maximum": "5", "default": "2"}
    triggers = [(one["metricTrigger"]["operator"], one["metricTrigger"]["threshold"]) for one in profile["rules"]]
    assert triggers == [("GreaterThan", 60), ("LessThan", 30)]
    deployment = named(made, "OnlineDeployment", "scores-deployment")
    assert deployment.inputs["sku"]["capacity"] == 2
    assert list(deployment.options.ignoreChanges) == ["sku.capacity"]
    assert list(setting.options.replaceOnChanges) == ["targetResourceUri"]


def test_the_keys_are_outputs_and_a_service_with_tokens_has_none(folder: Path) -> None:
    assert output(folder, TARGET, "primary_key") == inputs.CANARY
    assert output(folder, TARGET, "secondary_key") == "second"
    assert output(folder, TARGET, "primary_key", auth="token") == ""
    made = registered(folder, TARGET, auth="token")
    assert named(made, "OnlineEndpoint", "scores-endpoint").inputs["properties"]["authMode"] == "AMLToken"


def test_the_outputs_tell_the_endpoint_and_the_deployment_with_most_requests(folder: Path) -> None:
    assert output(folder, TARGET, "scoring_uri") == "https://endpoint.example/score"
    assert output(folder, TARGET, "endpoint_name") == "scores-endpoint"
    versions: Any = {"deployments": {"blue": {}, "green": {}}, "traffic": {"blue": 10, "green": 90}}
    assert output(folder, TARGET, "deployment_name", **versions) == "scores-green"


@pytest.mark.parametrize(
    ("azure", "state"),
    [("Succeeded", "Healthy"), ("Updating", "Transitioning"), ("Canceled", "Unhealthy"), ("Failed", "Failed")],
)
def test_the_state_of_the_deployment_is_the_state_of_the_service(folder: Path, azure: str, state: str) -> None:
    answers = {"machinelearningservices:OnlineDeployment": {"properties": {"provisioningState": azure}}}
    assert output(folder, TARGET, "state", answers) == state


def test_content_that_failed_before_is_tried_again_under_another_name(folder: Path, plain: Registered) -> None:
    answers = {"getOnlineDeployment": {"properties": {"provisioningState": "Succeeded"}}}
    assert deployment_name(registered(folder, TARGET, answers)) == deployment_name(plain)
    answers = {"getOnlineDeployment": {"properties": {"provisioningState": "Failed"}}}
    assert deployment_name(registered(folder, TARGET, answers)) == f"{deployment_name(plain)}-5"
