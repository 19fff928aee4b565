"""What the inputs of a service obey: which target takes what, keys, probes, packages, and versions side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pulumi
import pytest
from azureml_scoring import service_problems

from tests.components import inputs
from tests.components.mocked import GROUP_ID, deploy

KEY = "a-key-of-24-characters-x"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = inputs.write_service(tmp_path_factory.mktemp("service"))
    (made / "other.py").write_text("def init(): ...\n")
    (made / "environment.yml").write_text("dependencies:\n- pip:\n  - azureml-inference-server-http==1.5.1\n")
    return made


def online(folder: Path, **changes: Any) -> Any:
    """Inputs of a service on a managed endpoint."""
    args = inputs.service(folder) | {"target": "managed_endpoint", "auth": "key", "workspace_name": "team"}
    return args | changes


def found(args: Any) -> list[str]:
    """The sentences of the problems, without advice."""
    given = {key: value for key, value in args.items() if value is not None}
    return [str(problem) for problem in service_problems("scores", given) if not problem.warning]


def assert_only(args: Any, start: str) -> None:
    """Fails unless there is one problem, which opens so."""
    sentences = found(args)
    assert len(sentences) == 1, sentences
    assert sentences[0].startswith(start), sentences[0]


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
        ({"readiness_probe": {"path": "health"}}, "readiness_probe.path must open with a slash; got 'health'"),
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
        ({"colour": "red"}, "aci.colour is no input of this part"),
    ],
)
def test_options_of_a_container_group(folder: Path, options: dict[str, Any], start: str) -> None:
    assert_only(inputs.service(folder, aci=options), start)


@pytest.mark.parametrize("options", [TLS, {"subnet_id": SUBNET, "zones": ["3"]}, {"gpu_count": 2.0, "gpu_sku": "V100"}])
def test_good_options_of_a_container_group(folder: Path, options: dict[str, Any]) -> None:
    assert found(inputs.service(folder, aci=options)) == []


TWO: dict[str, Any] = {"deployments": {"blue": {}, "green": {}}, "traffic": {"blue": 100}}


@pytest.mark.parametrize(
    ("changes", "start"),
    [
        ({"traffic": None}, "traffic is required with more than one of deployments"),
        (
            {"traffic": {"blue": 80, "green": 10}},
            "traffic must sum to 100, or to 0; got \"{'blue': 80, 'green': 10}, 90 in",
        ),
        ({"traffic": {"blue": 100, "red": 0}}, "traffic.red must be one of deployments; got 'red'; e.g. blue, green"),
        ({"traffic": {"blue": 100, "green": 0.5}}, "traffic.green must be a whole number from 0 to 100; got 0.5"),
        ({"mirror_traffic": {"green": 60}}, "mirror_traffic.green must be a whole number from 0 to 50; got 60"),
        ({"mirror_traffic": {"blue": 10}}, "mirror_traffic must name a version that gets no traffic of its own"),
        ({"mirror_traffic": {"green": 10, "blue": 0}}, "mirror_traffic must name one of deployments"),
        ({"replicas": 0}, "replicas must be a whole number of 1 or more; got 0"),
        ({"autoscale": {"minimum": 3, "maximum": 2}}, "autoscale.minimum must not be more than autoscale.maximum"),
        ({"autoscale": {"minimum": 0, "maximum": 2}}, "autoscale.minimum must be a whole number of 1 or more; got 0"),
        ({"autoscale": {"minimum": 1, "maximum": 2}, "replicas": 2}, "replicas is not taken together with autoscale"),
        ({"deployments": {}, "traffic": None}, "deployments must name one version or more"),
        ({"deployments": {"a_b": {}}, "traffic": {"a_b": 100}}, "deployments.a_b must be named by"),
    ],
)
def test_versions_and_their_traffic(folder: Path, changes: dict[str, Any], start: str) -> None:
    sentences = found(online(folder, **(TWO | changes)))
    assert [sentence for sentence in sentences if sentence.startswith(start)], sentences
    assert len(sentences) == (2 if start.startswith("traffic.green") else 1), sentences


@pytest.mark.parametrize("traffic", [{"blue": 100}, {"blue": 90.0, "green": 10.0}, {"blue": 0, "green": 0}])
def test_traffic_sums_to_all_or_nothing(folder: Path, traffic: dict[str, float]) -> None:
    assert found(online(folder, **(TWO | {"traffic": traffic}))) == []


def test_what_is_wrong_with_one_version_is_said_of_it_alone(folder: Path) -> None:
    green = {
        "entry_script": str(folder / "other.py"),
        "models": ["nowhere"],
        "conda_file": str(folder / "environment.yml"),
    }
    sentences = found(online(folder, **(TWO | {"deployments": {"blue": {}, "green": green}})))
    assert [sentence.partition(" ")[0] for sentence in sentences] == [
        str(folder / "other.py"),
        "deployments.green.models[0]",
    ]


def test_what_is_wrong_with_the_service_is_said_once(folder: Path) -> None:
    assert_only(online(folder, **TWO, entry_script="nowhere.py"), "entry_script must be a file that exists")
