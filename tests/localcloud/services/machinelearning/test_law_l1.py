"""Law L1: the first job or image build of a workspace makes its registry."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from localcloud.arm.ids import ResourceId
from localcloud.services.machinelearning.lazy_registry import registry_name
from tests.localcloud.services.machinelearning.conftest import WORKSPACE, changed, eventually

if TYPE_CHECKING:
    from localcloud.cloud import Cloud

ENVIRONMENT = f"{WORKSPACE}/environments/sklearn/versions/1"
JOB = f"{WORKSPACE}/jobs/first"
CONDA = {"properties": {"image": "mcr.example/base:1", "condaFile": "dependencies: [python=3.11]"}}
IMAGE = {"properties": {"image": "mcr.example/base:1"}}
COMMAND = {"properties": {"jobType": "Command", "command": "python train.py", "environmentId": "azureml:sklearn:1"}}
REGISTRIES = "Microsoft.ContainerRegistry/registries"


def registries(arm: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = arm.get(REGISTRIES)["value"]
    return found


def ended(arm: Any) -> dict[str, Any]:
    return eventually(arm, JOB, "status", "Completed", "Failed")


def test_l1_the_first_job_makes_a_registry(arm: Any, workspace: dict[str, Any]) -> None:
    arm.put(ENVIRONMENT, IMAGE)
    arm.put(JOB, COMMAND)
    assert ended(arm)["properties"]["status"] == "Completed"

    registry_id = arm.get(WORKSPACE)["properties"]["containerRegistry"]
    registry = arm.get(registry_id)
    assert registry["name"] == registry_name(workspace)
    assert registry["name"].startswith("testworkspac")
    assert registry["properties"]["adminUserEnabled"] is True
    assert (registry["location"], registry["sku"]["name"]) == ("eastus", "Standard")
    assert registry_id.startswith(f"{arm.group}/")
    credentials = arm.post(f"{WORKSPACE}/listKeys")["containerRegistryCredentials"]
    assert credentials["username"] == registry["name"]


@pytest.mark.usefixtures("workspace")
def test_l1_an_image_build_makes_a_registry_and_an_image_alone_does_not(arm: Any) -> None:
    arm.put(ENVIRONMENT, IMAGE)
    assert arm.get(WORKSPACE)["properties"]["containerRegistry"] is None
    arm.put(f"{WORKSPACE}/environments/conda/versions/1", CONDA)

    eventually(arm, WORKSPACE, "containerRegistry", *(each["id"] for each in registries(arm)))
    assert len(registries(arm)) == 1


def test_l1_many_first_jobs_make_one_registry(arm: Any, cloud: Cloud, workspace: dict[str, Any]) -> None:
    arm.put(ENVIRONMENT, CONDA)
    for number in range(40):  # more than the cloud runs operations at once
        arm.put(f"{WORKSPACE}/jobs/job{number}", COMMAND)
    for number in range(40):
        eventually(arm, f"{WORKSPACE}/jobs/job{number}", "status", "Completed")

    assert [registry["name"] for registry in registries(arm)] == [registry_name(workspace)]
    assert cloud.operations.running(ResourceId.parse(workspace["id"]).key) is None


def test_l1_a_workspace_with_a_registry_gets_no_other(arm: Any, body: dict[str, Any], registry: dict[str, Any]) -> None:
    arm.put(WORKSPACE, changed(body, containerRegistry=registry["id"]))
    arm.put(ENVIRONMENT, CONDA)
    arm.put(JOB, COMMAND)

    assert ended(arm)["properties"]["status"] == "Completed"
    assert [each["id"] for each in registries(arm)] == [registry["id"]]
    assert arm.get(WORKSPACE)["properties"]["containerRegistry"] == registry["id"]


def test_l1_the_workspace_has_a_right_on_its_registry(
    arm: Any, body: dict[str, Any], user_identity: dict[str, Any]
) -> None:
    user = {"type": "UserAssigned", "userAssignedIdentities": {user_identity["id"]: {}}}
    arm.put(WORKSPACE, changed(body, primaryUserAssignedIdentity=user_identity["id"]) | {"identity": user})
    arm.put(ENVIRONMENT, CONDA)
    arm.put(JOB, COMMAND)
    ended(arm)
    registry_id = arm.get(WORKSPACE)["properties"]["containerRegistry"]
    assigned = arm.get(f"{registry_id}/providers/Microsoft.Authorization/roleAssignments")["value"]

    assert user_identity["properties"]["principalId"] in [each["properties"]["principalId"] for each in assigned]


def premium(arm: Any, **properties: Any) -> str:
    body = {"location": "eastus", "sku": {"name": "Premium"}, "properties": properties}
    found: str = arm.put(f"{REGISTRIES}/premiumRegistry", body)["id"]
    return found


def test_a_build_without_a_right_on_the_registry_fails(
    arm: Any, body: dict[str, Any], user_identity: dict[str, Any]
) -> None:
    user = {"type": "UserAssigned", "userAssignedIdentities": {user_identity["id"]: {}}}
    properties = {"primaryUserAssignedIdentity": user_identity["id"], "containerRegistry": premium(arm)}
    arm.put(WORKSPACE, changed(body, **properties) | {"identity": user})
    arm.put(ENVIRONMENT, CONDA)
    arm.put(JOB, COMMAND)
    failed = ended(arm)["properties"]

    assert failed["status"] == "Failed"
    assert "container registry authorization failure" in failed["parameters"]["localcloud"]


@pytest.mark.parametrize(("compute", "status"), [(None, "Failed"), ("cpu-cluster", "Completed")])
def test_a_private_registry_needs_a_compute_that_builds(
    arm: Any, body: dict[str, Any], compute: str | None, status: str
) -> None:
    private = premium(arm, publicNetworkAccess="Disabled", adminUserEnabled=True)
    arm.put(WORKSPACE, changed(body, containerRegistry=private, imageBuildCompute=compute))
    arm.put(ENVIRONMENT, CONDA)
    arm.put(JOB, COMMAND)
    found = ended(arm)["properties"]

    assert found["status"] == status
    assert ("imageBuildCompute" in found["parameters"]["localcloud"]) == (status == "Failed")


def test_a_registry_that_is_gone_fails_the_job(arm: Any, body: dict[str, Any], registry: dict[str, Any]) -> None:
    arm.put(WORKSPACE, changed(body, containerRegistry=registry["id"]))
    arm.put(ENVIRONMENT, IMAGE)
    arm.operation(arm.send("DELETE", registry["id"]))
    arm.put(JOB, COMMAND)

    assert registry["id"] in ended(arm)["properties"]["parameters"]["localcloud"]


@pytest.mark.usefixtures("workspace")
def test_l1_a_run_goes_on_after_a_restart(arm: Any, cloud: Cloud) -> None:
    stopped = replace(cloud, settings=replace(cloud.settings, job_seconds=3600.0))
    arm.put(ENVIRONMENT, IMAGE)
    job_id = ResourceId.parse(arm.id(JOB))
    body = COMMAND | {"properties": COMMAND["properties"] | {"environmentId": arm.id(ENVIRONMENT)}}
    stopped.store.put("ml-job-runs", job_id.key, {"status": "Preparing"})
    document = {"id": job_id.text, "name": "first", "type": "Microsoft.MachineLearningServices/workspaces/jobs"}
    stopped.resources.save(document | body)
    cloud.resources.resume(cloud)

    assert ended(arm)["properties"]["status"] == "Completed"
    assert arm.get(WORKSPACE)["properties"]["containerRegistry"]


def test_l1_a_build_goes_on_after_a_restart(arm: Any, cloud: Cloud, workspace: dict[str, Any]) -> None:
    version = {"id": arm.id(ENVIRONMENT), "name": "1", "type": f"{WORKSPACE.rpartition('/')[0]}/environments/versions"}
    cloud.resources.save(version | CONDA)
    cloud.resources.resume(cloud)

    registry_id = arm.id(f"{REGISTRIES}/{registry_name(workspace)}")
    eventually(arm, WORKSPACE, "containerRegistry", registry_id)
