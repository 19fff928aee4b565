"""Every key of the files has a verdict on every target, and the reading keeps to it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from azureml_scoring._service_args import ScoringServiceArgs
from azureml_scoring.v1_files import DeploymentConfig, InferenceConfig, Verdict, keys_of
from azureml_scoring.v1_files._keys import TARGETS, Section

from tests.components.v1_files.documents import errors, read_deployment, read_inference, warned

VALUES: dict[str, Any] = {
    "computeType": "AKS",
    "computeTargetName": "cluster",
    "ComputeTarget": "cluster",
    "containerResourceRequirements.cpu": 1,
    "containerResourceRequirements.cpuLimit": 2,
    "containerResourceRequirements.memoryInGB": 1.5,
    "containerResourceRequirements.memoryInGBLimit": 2,
    "containerResourceRequirements.gpu": 1,
    "autoScaler.autoscaleEnabled": True,
    "autoScaler.minReplicas": 2,
    "autoScaler.maxReplicas": 4,
    "autoScaler.targetUtilization": 50,
    "autoScaler.refreshPeriodInSeconds": 5,
    "dataCollection.storageEnabled": True,
    "dataCollection.eventHubEnabled": True,
    "keys.primaryKey": "canary-primary",
    "keys.secondaryKey": "canary-secondary",
    "livenessProbeRequirements.periodSeconds": 11,
    "livenessProbeRequirements.initialDelaySeconds": 12,
    "livenessProbeRequirements.timeoutSeconds": 3,
    "livenessProbeRequirements.successThreshold": 1,
    "livenessProbeRequirements.failureThreshold": 4,
    "authEnabled": True,
    "tokenAuthEnabled": True,
    "appInsightsEnabled": True,
    "scoringTimeoutMs": 1500,
    "maxConcurrentRequestsPerContainer": 3,
    "maxQueueWaitMs": 500,
    "numReplicas": 3,
    "gpuCores": 1,
    "namespace": "scoring",
    "location": "westeurope",
    "dnsNameLabel": "contoso-diabetes",
    "cname": "scoring.contoso.com",
    "vaultBaseUrl": "https://vault",
    "keyName": "key",
    "keyVersion": "1",
    "vnetName": "net",
    "subnetName": "subnet",
    "port": 8891,
    "versionName": "blue",
    "trafficPercentile": 50,
    "isDefault": True,
    "isControlVersionType": True,
    "overwrite": True,
}
"""A value for each key of `deploymentconfig.json` that stands alone."""
TOGETHER = {"sslEnabled", "sslCertificate", "sslKey"}
"""Keys with a test of their own."""


def nested(path: str, value: object) -> dict[str, Any]:
    """A document with one key."""
    head, _, rest = path.partition(".")
    return {head: nested(rest, value) if rest else value}


def test_every_key_of_the_deployment_file_is_tried() -> None:
    assert {path for path, _ in keys_of(DeploymentConfig)} == set(VALUES) | TOGETHER


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("path", sorted(set(VALUES) - {"computeType"}))
def test_each_key_is_what_its_verdict_says(tmp_path: Path, path: str, target: str) -> None:
    (key,) = (key for name, key in keys_of(DeploymentConfig) if name == path)
    keys = nested(path, VALUES[path]) | ({"authEnabled": True} if path.startswith("keys.") else {})
    given = {"primary_key": "given"} if path == "authEnabled" else {}
    read = read_deployment(tmp_path, target, given, **keys)
    if key.verdict(target) is Verdict.USED and path != "tokenAuthEnabled":
        assert errors(read) == []
        assert path not in warned(read)
        assert key.inputs[target].partition(".")[0] in read.inputs
        assert read.inputs != read_deployment(tmp_path, target).inputs or path in _DEFAULTS
    elif key.verdict(target) is Verdict.REFUSED:
        assert [error for error in errors(read) if error.startswith(f"{path} is not taken: {key.why}")]
    elif path != "tokenAuthEnabled":
        assert path in warned(read)
    assert "canary" not in "".join(map(str, read.problems)) + repr(read)


_DEFAULTS = {"autoScaler.autoscaleEnabled", "authEnabled"}
"""Keys whose value here is v1's own default."""


@pytest.mark.parametrize("model", [DeploymentConfig, InferenceConfig])
def test_every_key_has_a_verdict_and_a_reason_where_it_is_not_used(model: type[Section]) -> None:
    known = set(ScoringServiceArgs.__annotations__) | {"conda_text"}
    for path, key in keys_of(model):
        for target in TARGETS:
            if key.verdict(target) is Verdict.USED:
                assert key.inputs[target].partition(".")[0] in known, path
            else:
                assert key.why, path
        assert not key.refused or key.fix, path
        assert {name.partition(".")[0] for name in key.instead} <= known, path


def test_a_refused_key_gives_way_to_the_input_that_does_the_same(tmp_path: Path) -> None:
    given = {"aks": {"instance_type": "gpu"}}
    assert errors(read_deployment(tmp_path, "aks", gpuCores=1)) != []
    read = read_deployment(tmp_path, "aks", given, gpuCores=1)
    assert errors(read) == []
    assert "gpuCores" in warned(read)


def test_no_to_what_a_target_does_not_have_is_nothing_to_tell(tmp_path: Path) -> None:
    read = read_deployment(tmp_path, "local", sslEnabled=False, gpuCores=0, appInsightsEnabled=False)
    assert errors(read) == []
    assert warned(read) == set()


def test_null_and_what_is_empty_say_nothing(tmp_path: Path) -> None:
    read = read_inference(tmp_path, environment={"docker": {"arguments": [], "shmSize": None}, "r": None})
    assert read.problems == []


@pytest.mark.parametrize(
    ("keys", "path"),
    [
        ({"docker": {"baseDockerfile": "FROM ubuntu"}}, "docker.baseDockerfile"),
        ({"docker": {"buildContext": {"location": "x"}}}, "docker.buildContext"),
        ({"spark": {"packages": [{"group": "g"}]}}, "spark.packages"),
        ({"r": {"rVersion": "4"}}, "r"),
    ],
)
def test_what_an_image_would_miss_is_refused(tmp_path: Path, keys: dict[str, Any], path: str) -> None:
    (error,) = errors(read_inference(tmp_path, environment=keys))
    assert error.startswith(f"environment.{path} is not taken: ")


def test_an_own_base_image_goes_before_a_dockerfile(tmp_path: Path) -> None:
    read = read_inference(tmp_path, {"base_image": "x"}, environment={"docker": {"baseDockerfile": "FROM ubuntu"}})
    assert errors(read) == []
    assert "environment.docker.baseDockerfile" in warned(read)
