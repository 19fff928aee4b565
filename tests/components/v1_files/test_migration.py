"""The migration helper: the YAML of the CLI v2 and v1's Python, all files or none, and no secret in them."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from azureml_scoring.v1_files.__main__ import main
from azureml_scoring.v1_files.migration import migrate

from tests.components.v1_files.documents import DOCUMENT, written

AKS: dict[str, Any] = {
    "computeType": "AKS",
    "computeTargetName": "cluster",
    "numReplicas": 2,
    "containerResourceRequirements": {"cpu": 0.5, "cpuLimit": 1, "memoryInGB": 1, "memoryInGBLimit": 2},
    "gpuCores": 1,
    "scoringTimeoutMs": 5000,
    "maxConcurrentRequestsPerContainer": 2,
    "livenessProbeRequirements": {"periodSeconds": 10, "initialDelaySeconds": 30},
    "appInsightsEnabled": True,
    "keys": {"primaryKey": "canary-key"},
}
PRIVATE: dict[str, Any] = {
    "entryScript": "score.py",
    "environment": {
        "docker": {
            "baseImage": "base:v1",
            "baseImageRegistry": {"address": "contoso.azurecr.io", "username": "reader", "password": "canary-password"},
        },
        "environmentVariables": {"LEVEL": "1", "API_TOKEN": "canary-token"},
        "python": {"userManagedDependencies": True},
    },
}


def made(folder: Path, inference: Path, deployment: dict[str, Any] | None, **options: Any) -> dict[str, Any]:
    """The files by name: YAML as its content, Python as its text."""
    file = written(folder, "deploymentconfig.json", deployment) if deployment else None
    found = migrate(inference, file, "diabetes", folder / "v2", **options)
    assert [str(problem) for problem in found.problems if not problem.warning] == []
    return {name: yaml.safe_load(text) if name.endswith("yml") else text for name, text in found.files.items()}


def test_the_document_on_aks(tmp_path: Path) -> None:
    files = made(tmp_path, DOCUMENT, AKS, model="mymodel:1")
    assert list(files) == ["conda.yml", "environment.yml", "endpoint.yml", "deployment.yml", "deploy_v1.py"]
    environment = json.loads(DOCUMENT.read_text())["environment"]
    assert files["conda.yml"]["dependencies"] == environment["python"]["condaDependencies"]["dependencies"]
    schema = "https://azuremlschemas.azureedge.net/latest"
    assert files["environment.yml"] == {
        "$schema": f"{schema}/environment.schema.json",
        "name": "my-deploy-env",
        "version": "1",
        "image": environment["docker"]["baseImage"],
        "conda_file": "conda.yml",
    }
    assert files["endpoint.yml"] == {
        "$schema": f"{schema}/kubernetesOnlineEndpoint.schema.json",
        "name": "diabetes",
        "auth_mode": "key",
        "compute": "azureml:cluster",
    }
    code = files["deployment.yml"].pop("code_configuration")
    assert (tmp_path / "v2" / code["code"]).resolve() == DOCUMENT.parent
    assert code["scoring_script"] == "score.py"
    assert files["deployment.yml"] == {
        "$schema": f"{schema}/kubernetesOnlineDeployment.schema.json",
        "name": "blue",
        "endpoint_name": "diabetes",
        "model": "azureml:mymodel:1",
        "environment": "azureml:my-deploy-env:1",
        "environment_variables": {"EXAMPLE_ENV_VAR": "EXAMPLE_VALUE"},
        "app_insights_enabled": True,
        "request_settings": {"request_timeout_ms": 5000, "max_concurrent_requests_per_instance": 2},
        "liveness_probe": {"period": 10, "initial_delay": 30},
        "type": "kubernetes",
        "instance_count": 2,
        "scale_settings": {"type": "default"},
        "resources": {
            "requests": {"cpu": "0.5", "memory": "1Gi"},
            "limits": {"cpu": "1", "memory": "2Gi", "nvidia.com/gpu": "1"},
        },
    }


def test_a_private_image_gets_a_connection_without_its_password(tmp_path: Path) -> None:
    inference = written(tmp_path, "inferenceconfig.json", PRIVATE)
    files = made(tmp_path, inference, AKS, model=str(tmp_path / "model.pkl"), target="managed_endpoint")
    assert files["connection.yml"] == {
        "name": "contoso-azurecr-io",
        "type": "container_registry",
        "target": "https://contoso.azurecr.io",
        "credentials": {"type": "username_password", "username": "reader", "password": "<password>"},
    }
    # An image that brings all says where it answers.
    assert files["environment.yml"]["inference_config"]["scoring_route"] == {"port": 5001, "path": "/score"}
    deployment = files["deployment.yml"]
    assert deployment["environment_variables"] == {"LEVEL": "1", "API_TOKEN": "<API_TOKEN>"}
    assert deployment["model"] == {"path": "../model.pkl"}
    assert (deployment["instance_count"], deployment["instance_type"]) == (2, "Standard_DS3_v2")
    assert "resources" not in deployment
    assert "canary" not in str(files)


def test_v1s_own_defaults_scale_on_aks(tmp_path: Path) -> None:
    files = made(tmp_path, DOCUMENT, {"computeType": "AKS"}, compute="cluster")
    assert files["deployment.yml"]["scale_settings"] == {
        "type": "target_utilization",
        "min_instances": 1,
        "max_instances": 10,
        "target_utilization_percentage": 70,
        "polling_interval": 1,
    }
    assert "instance_count" not in files["deployment.yml"]


@pytest.mark.parametrize(
    ("deployment", "called"),
    [
        (AKS, "AksWebservice.deploy_configuration(cpu_cores=0.5, memory_gb=1.0, "),
        ({"computeType": "ACI", "dnsNameLabel": "x"}, "AciWebservice.deploy_configuration(dns_name_label='x')"),
        ({"computeType": "local", "port": 8890}, "LocalWebservice.deploy_configuration(port=8890)"),
    ],
)
def test_v1s_python_is_what_the_document_shows(tmp_path: Path, deployment: dict[str, Any], called: str) -> None:
    text = made(tmp_path, DOCUMENT, deployment, model="mymodel:1")["deploy_v1.py"]
    ast.parse(text)
    assert called in text
    assert "env.docker.base_image = 'mcr.microsoft.com/azureml/o16n-sample-user-base/ubuntu-miniconda:latest'" in text
    assert "[Model(ws, name='mymodel', version=1)]" in text
    assert ('primary_key=os.environ["PRIMARY_KEY"]' in text) is ("keys" in deployment)


def run(*arguments: object) -> int:
    """The command, for the document."""
    return main([str(DOCUMENT), "--name", "diabetes", *map(str, arguments)])


def test_nothing_is_overwritten_unless_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "deployment.yml").write_text("mine")
    assert run("--compute", "cluster", "--output", tmp_path) == 1
    assert f"{tmp_path} has deployment.yml already; with --overwrite" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["deployment.yml"]
    assert (tmp_path / "deployment.yml").read_text() == "mine"
    assert run("--compute", "cluster", "--output", tmp_path, "--overwrite") == 0
    assert "mine" not in (tmp_path / "deployment.yml").read_text()
    assert "az ml online-deployment create --file deployment.yml" in capsys.readouterr().out


def test_a_wrong_file_makes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = written(tmp_path, "deploymentconfig.json", {"computeType": "AKS", "numReplica": 1})
    assert run("--deployment-config", wrong, "--output", tmp_path / "v2") == 1
    assert "error: " in (said := capsys.readouterr().err)
    assert "e.g. numReplicas" in said
    assert not (tmp_path / "v2").exists()


def test_aks_needs_the_name_of_a_compute(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--output", tmp_path / "v2") == 1
    assert "error: compute is required with the target aks" in capsys.readouterr().err


def test_help_is_there(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    assert "--overwrite" in capsys.readouterr().out
