"""Training jobs: what is asked for is recorded, its command is not executed, and its status moves as Azure's does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from localcloud.arm.errors import NotEmulated
from localcloud.arm.ids import ResourceId
from localcloud.arm.resource_type import Action, ActionRequest, Facts, Request, ResourceType
from localcloud.services.machinelearning import environments, job_runs
from localcloud.services.machinelearning.errors import JobRefused

if TYPE_CHECKING:
    from localcloud.arm.store import Document
    from localcloud.cloud import Cloud

JOB_TYPE = "Microsoft.MachineLearningServices/workspaces/jobs"
_RECORDED = "The command is recorded, not executed."


class Jobs(ResourceType):
    """`Microsoft.MachineLearningServices/workspaces/jobs`: command jobs on serverless compute."""

    type = JOB_TYPE
    stateful = False
    asynchronous_delete = True
    facts = Facts(
        name_rule=r"[a-zA-Z0-9][-\w]{0,254}",
        create_only=tuple(
            f"properties.{name}"
            for name in (
                "jobType",
                "command",
                "environmentId",
                "computeId",
                "codeId",
                "resources.instanceCount",
                "resources.instanceType",
            )
        ),
        texts=("properties.command", "properties.environmentId"),
        read_only=("properties.status", "properties.parameters"),
        defaults={"properties.isArchived": False, "properties.experimentName": "Default"},
    )

    def admit(self, request: Request) -> None:
        """A command and an environment that is there."""
        if request.properties.get("jobType") != "Command":
            raise NotEmulated(f"jobs of the type '{request.properties.get('jobType')}'", ["Command"])
        for name in ("command", "environmentId"):
            if not request.properties.get(name):
                raise JobRefused(f"The command job needs '{name}'.")
        if request.properties.get("computeId"):
            raise NotEmulated("a job's computeId", ["serverless compute (no computeId)"])
        environments.find(request.cloud, request.id.parent, request.properties["environmentId"])

    def provision(self, request: Request) -> None:
        """Starts it; an update changes what describes it only."""
        request.properties.setdefault("displayName", request.id.name)
        if request.existing is None:
            job_runs.start(request.cloud, request.id, request.properties["environmentId"])

    def remove(self, request: Request) -> None:
        """Ends and forgets its run."""
        job_runs.forget(request.cloud, request.id)

    def resume(self, cloud: Cloud) -> None:
        """Runs go on after a restart."""
        for job in cloud.resources.of_type(self.type):
            job_runs.resume(cloud, ResourceId.parse(job["id"]), job["properties"]["environmentId"])

    def shown(self, cloud: Cloud, document: Document) -> Document:
        """With its run's status; `parameters`, which Azure fills in too, says what was not done, or why it failed."""
        job = ResourceId.parse(document["id"])
        said = {"localcloud": job_runs.failure(cloud, job) or _RECORDED}
        run = {"status": job_runs.status(cloud, job), "parameters": said}
        return document | {"properties": document["properties"] | run}

    def actions(self) -> Mapping[str, Action]:
        """Cancelling."""
        return {"cancel": _cancel}


def _cancel(request: ActionRequest) -> dict[str, Any]:
    job_runs.cancel(request.cloud, request.id)
    return {}
