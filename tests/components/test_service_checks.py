"""What the inputs of a service obey: which target takes what, keys, probes, packages, and versions side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pulumi
import pytest

from tests.components import inputs
from tests.components.mocked import GROUP_ID, deploy
from tests.components.service_problems import assert_only, found, online

KEY = "a-key-of-24-characters-x"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = inputs.write_service(tmp_path_factory.mktemp("service"))
    (made / "other.py").write_text("def init(): ...\n")
    (made / "environment.yml").write_text("dependencies:\n- pip:\n  - azureml-inference-server-http==1.5.1\n")
    return made


def test_each_target_has_inputs_without_a_problem(folder: Path) -> None:
    local = {"target": "local", "local": {"port": 28894}}
    aks = {"target": "aks", "aks": {"compute_name": "team-compute"}}
    assert found(inputs.service(folder, **local)) == []
    assert found(inputs.service(folder, auth="key", primary_key=KEY)) == []
    assert found(online(folder)) == []
    assert found(online(folder) | aks) == []


@pytest.mark.parametrize(
    ("key", "value", "fix"),
    [
        ("workspace_name", "team", "target=aks or target=managed_endpoint"),
        ("replicas", 2, "target=aks or target=managed_endpoint"),
        ("autoscale", {"minimum": 1, "maximum": 2}, "target=aks or target=managed_endpoint"),
        ("application_insights_enabled", True, "target=aks or target=managed_endpoint"),
        ("data_collection", {"model_inputs": {}}, "target=managed_endpoint"),
        ("managed_endpoint", {}, "target=managed_endpoint"),
        ("aks", {}, "target=aks"),
    ],
)
def test_a_container_group_takes_nothing_of_an_endpoint(folder: Path, key: str, value: Any, fix: str) -> None:
    (sentence,) = found(inputs.service(folder, **{key: value}))
    assert sentence.startswith(f"{key} is not taken with target=aci; got ")
    assert sentence.endswith(f"e.g. {fix}")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("primary_key", KEY),
        ("secondary_key", KEY),
        ("application_insights_connection_string", "InstrumentationKey=x"),
        ("aci", {}),
    ],
)
def test_an_endpoint_takes_nothing_of_a_container_group(folder: Path, key: str, value: Any) -> None:
    assert_only(online(folder, **{key: value}), f"{key} is not taken with target=managed_endpoint")


@pytest.mark.parametrize("key", ["registry_name", "login_server"])
def test_what_builds_a_service_image_is_required_where_one_is_built(folder: Path, key: str) -> None:
    without = {name: value for name, value in inputs.service(folder).items() if name != key}
    assert_only(without, f"{key} is required with target=aci; got nothing")
    assert found({name: value for name, value in online(folder).items() if name != key}) == []


def test_an_endpoint_needs_its_workspace(folder: Path) -> None:
    assert_only(online(folder, workspace_name=None), "workspace_name is required with target=managed_endpoint")


@pytest.mark.parametrize(
    ("changes", "start"),
    [
        ({"auth": "key"}, "primary_key is required with auth=key and target=aci; or say auth=none; got nothing"),
        ({"auth": "key", "primary_key": ""}, "primary_key is required with auth=key"),
        ({"auth": "token"}, "auth must be key or none with target=aci; got 'token'"),
        ({"auth": "none", "primary_key": KEY}, "primary_key is not taken with auth=none; got 'a key'"),
        ({"auth": "both"}, "auth must be one of key, token, none; got 'both'"),
        ({"auth": "key", "primary_key": "short"}, "primary_key must have 16 characters or more"),
        ({"auth": "key", "primary_key": KEY, "secondary_key": f"{KEY} x"}, "secondary_key must have 16 characters"),
        ({"auth": "key", "primary_key": KEY, "secondary_key": KEY}, "secondary_key must be another one than primary"),
    ],
)
def test_keys_and_auth_go_together(folder: Path, changes: dict[str, Any], start: str) -> None:
    (sentence, *more) = found(inputs.service(folder, **changes))
    assert more == []
    assert sentence.startswith(start)
    assert KEY not in sentence


def test_a_key_is_required_in_aci_where_nothing_is_said_and_not_on_this_machine(folder: Path) -> None:
    (sentence,) = found(inputs.service(folder, auth=None))
    assert sentence.startswith("primary_key is required with auth=key and target=aci")
    assert found(inputs.service(folder, auth=None, target="local", local={"port": 28895})) == []


def test_a_key_that_is_not_known_yet_is_a_key(folder: Path) -> None:
    sentences = list[str]()

    def program() -> None:
        sentences.extend(found(inputs.service(folder, auth="key", primary_key=pulumi.Output.secret(KEY))))

    deploy(program)
    assert sentences == []


def test_an_endpoint_is_never_open(folder: Path) -> None:
    assert_only(online(folder, auth="none"), "auth must be key or token with target=managed_endpoint")
    assert found(online(folder, auth="token")) == []


@pytest.mark.parametrize(
    ("changes", "start"),
    [
        ({"request_timeout_seconds": 0}, "request_timeout_seconds must be a whole number of 1 or more; got 0"),
        ({"max_concurrent_requests": 1.5}, "max_concurrent_requests must be a whole number of 1 or more; got 1.5"),
        ({"liveness_probe": {"period_seconds": 0}}, "liveness_probe.period_seconds must be a whole number of 1 or"),
        ({"readiness_probe": {"path": "health"}}, "readiness_probe.path must open with a slash, and"),
        ({"readiness_probe": {"path": "/a b"}}, "readiness_probe.path must open with a slash, and have no space"),
        ({"readiness_probe": {"perid_seconds": 5}}, "readiness_probe.perid_seconds is no input of this part"),
        ({"inference_config": ""}, "inference_config must not be empty"),
        ({"deployment_config": ""}, "deployment_config must not be empty"),
        (
            {"environment_variables": {"SCORING_AUTH": "none"}},
            "environment_variables.SCORING_AUTH is set by the component itself",
        ),
        (
            {"environment_variables": {"WORKER_COUNT": "2"}, "max_concurrent_requests": 3},
            "environment_variables.WORKER_COUNT is set by max_concurrent_requests, which is given as well",
        ),
        (
            {"environment_variables": {"A": "1"}, "secret_environment_variables": {"A": "2"}},
            "environment_variables.A must not be secret as well",
        ),
        # A local service knows its own container by its name, so that no other may stand there.
        (
            {"environment_variables": {"SERVICE_NAME": "x"}},
            "environment_variables.SERVICE_NAME is set by the component",
        ),
        ({"environment_variables": {"A=B": "x"}}, "environment_variables.A=B must be named by letters, digits and"),
        ({"environment_variables": {"": "x"}}, "environment_variables. must be named by letters, digits and"),
        (
            {"secret_environment_variables": {"AZUREML_MODEL_DIR": "/models"}},
            "secret_environment_variables.AZUREML_MODEL_DIR is set by models, which is given as well",
        ),
        (
            {
                "environment_variables": {"APPLICATIONINSIGHTS_CONNECTION_STRING": "x"},
                "application_insights_connection_string": "InstrumentationKey=x",
            },
            "environment_variables.APPLICATIONINSIGHTS_CONNECTION_STRING is set by application_insights_connection",
        ),
        (
            {"application_insights_connection_string": "0000-key"},
            "application_insights_connection_string must be a connection string",
        ),
        ({"requirements": None}, "requirements must be given, and no other of"),
        ({"pip_packages": ["numpy"]}, "requirements must be given, and no other of"),
        ({"models": ["azureml:diabetes:3"]}, "models[0] must be a file or folder with target=aci"),
        ({"entry_script": None}, "entry_script is required; got nothing"),
        ({"base_image": None}, "base_image is required; got nothing"),
    ],
)
def test_what_the_server_is_told_and_serves(folder: Path, changes: dict[str, Any], start: str) -> None:
    assert_only(inputs.service(folder, **changes), start)


def test_a_worker_count_of_one_s_own_is_taken(folder: Path) -> None:
    assert found(inputs.service(folder, environment_variables={"WORKER_COUNT": "2"})) == []
    # An endpoint is told how many requests go to an instance; how many workers answer them is the image's.
    assert found(online(folder, environment_variables={"WORKER_COUNT": "2"}, max_concurrent_requests=2)) == []


def test_a_folder_of_models_of_the_image_s_own_is_taken(folder: Path) -> None:
    without = inputs.service(folder, models=[], environment_variables={"AZUREML_MODEL_DIR": "/models"})
    assert found(without) == []


def test_a_local_container_is_healthy_after_one_success(folder: Path) -> None:
    args = inputs.service(folder, target="local", local={"port": 28896}, readiness_probe={"success_threshold": 2})
    assert_only(args, "readiness_probe.success_threshold is not taken with target=local")


def test_an_endpoint_has_the_name_of_its_workspace(folder: Path) -> None:
    assert_only(online(folder, workspace_name=""), "workspace_name must not be empty")


def test_a_version_does_not_show_what_is_secret_in_the_service(folder: Path) -> None:
    blue = {"environment_variables": {"A": "1", "SERVICE_NAME": "x"}}
    sentences = found(online(folder, deployments={"blue": blue}, secret_environment_variables={"A": "2"}))
    assert [sentence.partition(" ")[0] for sentence in sentences] == [
        "deployments.blue.environment_variables.A",
        "deployments.blue.environment_variables.SERVICE_NAME",
    ]


def test_links_are_followed_to_files_and_no_further(folder: Path, tmp_path: Path) -> None:
    source = inputs.write_service(tmp_path)
    (source / "shared.py").symlink_to(folder / "other.py")
    args = online(folder, entry_script=str(source / "score.py"), source_directory=str(source))
    assert found(args) == []
    (source / "library").symlink_to(folder)
    assert_only(args, f"{source / 'library'} must lead to a file, and leads to {folder}")


@pytest.mark.parametrize("target", ["aci", "managed_endpoint"])
def test_an_empty_folder_is_no_model(folder: Path, tmp_path: Path, target: str) -> None:
    (tmp_path / "model" / "1").mkdir(parents=True)
    args = inputs.service(folder) if target == "aci" else online(folder)
    assert_only(args | {"models": [str(tmp_path / "model")]}, "models[0] must hold a file")


def test_the_entry_script_is_below_its_source_directory_and_not_beside_it(folder: Path, tmp_path: Path) -> None:
    script = tmp_path / "src" / ".." / "score.py"
    inputs.write_service(tmp_path)
    (tmp_path / "src").mkdir()
    args = inputs.service(folder, entry_script=str(script), source_directory=str(tmp_path / "src"))
    assert_only(args, "entry_script must lie in source_directory")


def test_a_registered_model_is_mounted_in_an_endpoint(folder: Path) -> None:
    assert found(online(folder, models=["azureml:diabetes:3"])) == []


SUBNET = f"{GROUP_ID}/providers/Microsoft.Network/virtualNetworks/hub/subnets/containers"
PEM = "-----BEGIN {0}-----\nAA==\n-----END {0}-----\n"
TLS = {"tls_certificate": PEM.format("CERTIFICATE"), "tls_key": PEM.format("EC PRIVATE KEY")}


@pytest.mark.parametrize(
    ("options", "start"),
    [
        ({"memory_gb": 1.25}, "aci.memory_gb must be a positive number of GB, in tenths; got 1.25"),
        ({"gpu_count": 1}, "aci.gpu_sku is required with aci.gpu_count"),
        ({"gpu_count": 1, "gpu_sku": "A100"}, "aci.gpu_sku must be one of K80, P100, V100; got 'A100'"),
        ({"gpu_count": 0, "gpu_sku": "V100"}, "aci.gpu_count must be a whole number from 1 to 4; got 0"),
        ({"tls_key": TLS["tls_key"]}, "aci.tls_certificate is required with aci.tls_key"),
        (
            TLS | {"tls_key": "/certs/tls.key"},
            "aci.tls_key must be PEM text, not the path of a file; got '14 characters'",
        ),
        (
            TLS | {"tls_key": PEM.format("ENCRYPTED PRIVATE KEY")},
            "aci.tls_key must have no pass phrase: nobody is there to type it",
        ),
        ({"subnet_id": "subnets/x"}, "aci.subnet_id must be the ARM id of a subnet ("),
        (
            {"subnet_id": SUBNET, "dns_name_label": "contoso"},
            "aci.dns_name_label is not taken together with aci.subnet_id",
        ),
        ({"zones": ["1", "2"]}, "aci.zones must hold one zone: 1, 2 or 3; got ['1', '2']"),
        ({"dns_name_label": ""}, "aci.dns_name_label must be"),
        ({"colour": "red"}, "aci.colour is no input of this part"),
    ],
)
def test_options_of_a_container_group(folder: Path, options: dict[str, Any], start: str) -> None:
    assert_only(inputs.service(folder, aci=options), start)


@pytest.mark.parametrize("options", [TLS, {"subnet_id": SUBNET, "zones": ["3"]}, {"gpu_count": 2.0, "gpu_sku": "V100"}])
def test_good_options_of_a_container_group(folder: Path, options: dict[str, Any]) -> None:
    assert found(inputs.service(folder, aci=options)) == []
