"""Environments and command jobs; shapes from EnvironmentVersion_ and Job_CommandJob_createOrUpdate.json."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from localcloud.arm.ids import ResourceId
from localcloud.services.machinelearning import job_runs
from tests.localcloud.services.machinelearning.conftest import WORKSPACE, eventually

if TYPE_CHECKING:
    from localcloud.cloud import Cloud

VERSION = f"{WORKSPACE}/environments/env/versions/1"
IMAGE: dict[str, Any] = {"properties": {"image": "docker.io/tensorflow/serving:latest"}}
JOB = f"{WORKSPACE}/jobs/job1"
COMMAND: dict[str, Any] = {
    "properties": {
        "jobType": "Command",
        "command": "python train.py",
        "environmentId": "azureml:env:1",
        "displayName": "string",
        "resources": {"instanceCount": 1, "instanceType": "Standard_DS3_v2"},
        "limits": {"timeout": "PT5M", "jobLimitsType": "Command"},
        "identity": {"identityType": "AMLToken"},
    }
}

pytestmark = pytest.mark.usefixtures("workspace")


def with_properties(body: dict[str, Any], **properties: Any) -> dict[str, Any]:
    return {"properties": body["properties"] | properties}


def test_a_version_makes_its_environment(arm: Any) -> None:
    version = arm.put(VERSION, IMAGE)
    arm.put(f"{WORKSPACE}/environments/env/versions/12", IMAGE)
    environment = arm.get(f"{WORKSPACE}/environments/env")

    assert IMAGE["properties"].items() <= version["properties"].items()
    assert (version["properties"]["environmentType"], version["properties"]["osType"]) == ("UserCreated", "Linux")
    assert (environment["properties"]["latestVersion"], environment["properties"]["nextVersion"]) == ("12", "13")


def test_a_version_needs_its_workspace(arm: Any) -> None:
    path = VERSION.replace("testworkspace", "nowhere")

    assert arm.refused(path, IMAGE)[:2] == (404, "ParentResourceNotFound")


@pytest.mark.parametrize(
    "changes",
    [
        {"image": "other:1"},
        {"image": None, "build": {"contextUri": "https://a"}},
        {"osType": "Windows"},
        {"condaFile": "a"},
    ],
)
def test_a_version_never_changes(arm: Any, changes: dict[str, Any]) -> None:
    arm.put(VERSION, IMAGE)

    assert arm.refused(VERSION, with_properties(IMAGE, **changes))[1] == "PropertyChangeNotAllowed"
    assert arm.put(VERSION, with_properties(IMAGE, description="new"))["properties"]["description"] == "new"


@pytest.mark.parametrize(
    "properties",
    [
        {},
        {"image": "a:1", "build": {"contextUri": "https://a"}},
        {"build": {}},
        {"build": {"contextUri": "https://a"}, "condaFile": "b"},
    ],
)
def test_a_version_is_an_image_or_a_build(arm: Any, properties: dict[str, Any]) -> None:
    assert arm.refused(VERSION, {"properties": properties})[0] == 400


def test_a_job_runs_to_its_end_and_says_that_nothing_was_executed(arm: Any) -> None:
    arm.put(VERSION, IMAGE)
    first = arm.send("PUT", JOB, COMMAND)
    done = eventually(arm, JOB, "status", "Completed")

    assert first.status_code == 201
    assert "azure-asyncoperation" not in first.headers
    assert first.json()["properties"]["status"] in {"NotStarted", "Queued"}
    assert COMMAND["properties"].items() <= done["properties"].items()
    assert done["properties"]["parameters"] == {"localcloud": "The command is recorded, not executed."}


def test_a_job_passes_every_stage(cloud: Cloud, monkeypatch: pytest.MonkeyPatch, arm: Any) -> None:
    seen: list[str] = []
    move = job_runs._move

    def watched(cloud: Cloud, job: ResourceId, new: str, error: str = "") -> bool:
        seen.append(new)
        return move(cloud, job, new, error)

    monkeypatch.setattr(job_runs, "_move", watched)
    arm.put(VERSION, IMAGE)
    arm.put(JOB, COMMAND)
    eventually(arm, JOB, "status", "Completed")

    assert seen == ["Queued", "Preparing", "Running", "Completed"]
    assert cloud.settings.job_seconds == 0.3


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"command": ""}, "command"),
        ({"environmentId": None}, "environmentId"),
        ({"environmentId": "azureml:env:2"}, "env/versions/2"),
        ({"environmentId": "nonsense"}, "nonsense"),
        ({"jobType": "Sweep"}, "Sweep"),
        ({"computeId": "/cpu"}, "serverless"),
    ],
)
def test_a_job_that_can_not_be_is_refused(arm: Any, changes: dict[str, Any], said: str) -> None:
    arm.put(VERSION, IMAGE)

    assert said in arm.refused(JOB, with_properties(COMMAND, **changes))[2]


def test_an_environment_of_a_registry_is_an_image(arm: Any) -> None:
    shared = "azureml://registries/azureml/environments/sklearn-1.5/versions/1"
    arm.put(JOB, with_properties(COMMAND, environmentId=shared))

    assert eventually(arm, JOB, "status", "Completed", "Failed")["properties"]["status"] == "Completed"


def test_a_job_is_what_it_was_submitted_as(arm: Any) -> None:
    arm.put(VERSION, IMAGE)
    arm.put(JOB, COMMAND)

    assert "command" in arm.refused(JOB, with_properties(COMMAND, command="other"))[2]
    assert arm.put(JOB, with_properties(COMMAND, description="new"))["properties"]["description"] == "new"
    eventually(arm, JOB, "status", "Completed")


def test_a_canceled_job_stays_canceled(arm: Any) -> None:
    arm.put(VERSION, IMAGE)
    arm.put(JOB, COMMAND)
    arm.post(f"{JOB}/cancel")

    assert arm.get(JOB)["properties"]["status"] == "Canceled"
    arm.put(f"{WORKSPACE}/jobs/job2", COMMAND)
    eventually(arm, f"{WORKSPACE}/jobs/job2", "status", "Completed")
    assert arm.get(JOB)["properties"]["status"] == "Canceled"
    arm.post(f"{WORKSPACE}/jobs/job2/cancel")
    assert arm.get(f"{WORKSPACE}/jobs/job2")["properties"]["status"] == "Completed"


def test_a_running_job_can_be_deleted(arm: Any) -> None:
    arm.put(VERSION, IMAGE)
    arm.put(JOB, COMMAND)
    arm.delete(JOB)
    arm.put(JOB, COMMAND)

    eventually(arm, JOB, "status", "Completed")
