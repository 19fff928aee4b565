"""`deploymentconfig.json`: what its keys become, alone and together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.components.v1_files.documents import errors, read_deployment, warned

AKS_EXAMPLE: dict[str, Any] = {
    "autoScaler": {
        "autoscaleEnabled": True,
        "minReplicas": 1,
        "maxReplicas": 3,
        "refreshPeriodInSeconds": 1,
        "targetUtilization": 70,
    },
    "dataCollection": {"storageEnabled": True},
    "authEnabled": True,
    "containerResourceRequirements": {"cpu": 0.5, "memoryInGB": 1.0},
}
"""The example of Azure's reference of the format."""
CERTIFICATE: dict[str, Any] = {
    "sslEnabled": True,
    "sslCertificate": "cert.pem",
    "sslKey": "key.pem",
    "cname": "x.contoso.com",
}
BOTH = {"primary_key": "p", "secondary_key": "s"}


def test_the_references_example_on_aks(tmp_path: Path) -> None:
    read = read_deployment(tmp_path, None, **AKS_EXAMPLE)
    assert errors(read) == []
    assert warned(read) == {"dataCollection.storageEnabled"}
    assert read.inputs == {
        "target": "aks",
        "auth": "key",
        "autoscale": {"minimum": 1, "maximum": 3, "target_cpu_percent": 70, "period_seconds": 1},
        "aks": {"cpu": 0.5, "memory_gb": 1.0},
    }


def test_a_file_of_aks_on_local_works_as_far_as_it_has_meaning(tmp_path: Path) -> None:
    read = read_deployment(tmp_path, "local", **AKS_EXAMPLE, scoringTimeoutMs=60000)
    assert errors(read) == []
    assert read.inputs == {"target": "local", "auth": "none", "request_timeout_seconds": 60}
    assert warned(read) >= {"authEnabled", "containerResourceRequirements.cpu", "autoScaler.minReplicas"}


def test_a_file_of_aks_on_a_managed_endpoint(tmp_path: Path) -> None:
    read = read_deployment(tmp_path, "managed_endpoint", **AKS_EXAMPLE)
    assert errors(read) == []
    assert read.inputs["autoscale"] == {"minimum": 1, "maximum": 3, "target_cpu_percent": 70}
    assert read.inputs["data_collection"] == {"model_inputs": {}, "model_outputs": {}}
    assert "managed_endpoint" not in read.inputs


@pytest.mark.parametrize("compute", ["ACI", "aci", "Aci"])
def test_compute_types_are_not_told_apart_by_case(tmp_path: Path, compute: str) -> None:
    assert read_deployment(tmp_path, None, computeType=compute).inputs["target"] == "aci"


def test_without_a_word_on_replicas_aks_scales_as_v1_did(tmp_path: Path) -> None:
    assert read_deployment(tmp_path, None).inputs["autoscale"] == {
        "minimum": 1,
        "maximum": 10,
        "target_cpu_percent": 70,
    }
    assert "autoscale" not in read_deployment(tmp_path, "managed_endpoint").inputs
    assert "autoscale" not in read_deployment(tmp_path, None, {"replicas": 2}).inputs
    fixed = read_deployment(tmp_path, None, numReplicas=2, autoScaler={"autoscaleEnabled": False}).inputs
    assert (fixed["replicas"], "autoscale" in fixed) == (2, False)


def test_a_container_group_gets_halves_of_cores_and_tenths_of_a_gb(tmp_path: Path) -> None:
    resources = {"cpu": 0.1, "memoryInGB": 0.55}
    read = read_deployment(tmp_path, None, computeType="ACI", containerResourceRequirements=resources)
    assert read.inputs["aci"] == {"cpu": 0.5, "memory_gb": 0.6}
    assert warned(read) == {"containerResourceRequirements.cpu", "containerResourceRequirements.memoryInGB"}
    whole = {"cpu": 1.5, "memoryInGB": 1.1}
    assert warned(read_deployment(tmp_path, "aci", containerResourceRequirements=whole, authEnabled=False)) == set()


@pytest.mark.parametrize(
    ("target", "keys", "given", "auth"),
    [
        ("aci", {"computeType": "ACI"}, {}, {"auth": "none"}),
        ("aci", {}, {}, {"auth": "key"}),
        ("aci", {"keys": {"primaryKey": "p"}}, {}, {"auth": "key", "primary_key": "p"}),
        ("local", {"authEnabled": True}, {"primary_key": "p"}, {"auth": "key"}),
        ("local", {"keys": {"primaryKey": "p", "secondaryKey": "s"}}, {}, {"auth": "key", **BOTH}),
        ("aks", {"computeType": "ACI"}, {}, {"auth": "key"}),
        ("aks", {"keys": {"primaryKey": "p"}}, {}, {"auth": "key"}),
        ("aks", {"tokenAuthEnabled": True}, {}, {"auth": "token"}),
        ("managed_endpoint", {"authEnabled": False, "tokenAuthEnabled": True}, {}, {"auth": "token"}),
        ("aks", {"authEnabled": False}, {"auth": "token"}, {}),
    ],
)
def test_who_may_call(
    tmp_path: Path, target: str, keys: dict[str, Any], given: dict[str, Any], auth: dict[str, str]
) -> None:
    read = read_deployment(tmp_path, target, given, **keys)
    assert errors(read) == []
    found = {name: value for name, value in read.inputs.items() if name in {"auth", "primary_key", "secondary_key"}}
    assert found == auth


def test_an_endpoint_is_never_open(tmp_path: Path) -> None:
    read = read_deployment(tmp_path, "aks", authEnabled=False)
    assert read.inputs["auth"] == "key"
    assert "authEnabled" in warned(read)


def test_tokens_outside_azure_ml_are_refused(tmp_path: Path) -> None:
    (error,) = errors(read_deployment(tmp_path, "aci", tokenAuthEnabled=True))
    assert error.startswith("tokenAuthEnabled is not taken with target=aci: Azure ML alone gives out tokens")


def test_certificates_are_read_beside_the_file(tmp_path: Path) -> None:
    (tmp_path / "cert.pem").write_text("CERTIFICATE")
    (tmp_path / "key.pem").write_text("canary-key")
    keys = CERTIFICATE
    read = read_deployment(tmp_path, None, computeType="ACI", **keys)
    assert errors(read) == []
    assert read.inputs["aci"] == {"tls_certificate": "CERTIFICATE", "tls_key": "canary-key"}
    assert warned(read) == {"cname"}
    assert "canary" not in repr(read)
    assert warned(read_deployment(tmp_path, "aks", **keys)) == set(keys)


def test_a_certificate_that_is_not_there_is_told(tmp_path: Path) -> None:
    read = read_deployment(tmp_path, None, computeType="ACI", sslEnabled=True, sslCertificate="none.pem")
    assert [error.partition(" ")[0] for error in errors(read)] == ["sslCertificate", "sslKey"]


@pytest.mark.parametrize(
    ("keys", "error"),
    [
        ({"authEnabled": True, "tokenAuthEnabled": True}, "tokenAuthEnabled must not be true together"),
        ({"autoScaler": {"autoscaleEnabled": True}, "numReplicas": 2}, "numReplicas must be left out"),
        ({"autoScaler": {"autoscaleEnabled": False}}, "numReplicas is required where autoScaler is off"),
        ({"autoScaler": {"minReplicas": 4, "maxReplicas": 2}}, "autoScaler.minReplicas must not be more"),
        ({"autoScaler": {"minReplicas": 11}}, "autoScaler.minReplicas must not be more"),
        (
            {"containerResourceRequirements": {"cpu": 2, "cpuLimit": 1}},
            "containerResourceRequirements.cpuLimit must not",
        ),
    ],
)
def test_what_v1_refused_is_refused(tmp_path: Path, keys: dict[str, Any], error: str) -> None:
    (found,) = errors(read_deployment(tmp_path, "aks", **keys))
    assert found.startswith(error)


def test_a_cluster_of_its_own_goes_before_the_compute_of_the_file(tmp_path: Path) -> None:
    assert read_deployment(tmp_path, "aks", computeTargetName="a").inputs["aks"] == {"compute_name": "a"}
    ways: list[dict[str, Any]] = [{"cluster": {}}, {"cluster_id": "x"}]
    for given in ways:
        assert "aks" not in read_deployment(tmp_path, "aks", {"aks": given}, computeTargetName="a").inputs


def test_a_compute_that_is_attached_has_its_namespace(tmp_path: Path) -> None:
    read = read_deployment(tmp_path, "aks", computeTargetName="cluster", namespace="scoring")
    assert read.inputs["aks"] == {"compute_name": "cluster"}
    (problem,) = (one for one in read.problems if "namespace" in one.subject)
    assert problem.warning
    made = read_deployment(tmp_path, "aks", {"aks": {"cluster": {}}}, namespace="scoring")
    assert made.inputs["aks"] == {"namespace": "scoring"}
