"""Makes Azure ML create the registry of a lazy workspace: a small training job whose image has to be built.

An image of Microsoft's alone needs no build, and hence no registry: the environment adds packages to one.
"""

import asyncio
import hashlib
import time

import pulumi
from pulumi_azure_native import machinelearningservices

from ._component import Component
from ._errors import ComponentError
from ._invoke import ask
from ._workspace_args import WorkspaceArgs
from ._workspace_registry import current_registry
from .rules import ArmId

_IMAGE = "mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:20260514.v1"
_PACKAGES = """\
name: materialize
channels: [conda-forge]
dependencies: [python=3.11]
"""
_DEFINITION = hashlib.sha256(f"{_IMAGE}\n{_PACKAGES}".encode()).hexdigest()[:12]
"""Version of the environment: another definition is another version, as Azure ML changes none."""

_LONGEST_JOB = "PT30M"
"""ISO 8601: after that Azure ML ends the job itself."""
_DEADLINE = 2700.0
"""Seconds to wait for the registry: room for a compute to be found, and for the job."""
_INTERVAL = 5.0
"""Seconds between two questions."""
_SHOWN_EVERY = 30.0
"""Seconds between two messages."""
_ENDED = {"Completed", "Failed", "Canceled"}


class RegistryNotCreated(ComponentError):
    """Azure ML did not create the registry, although a job needed it.

    Attributes:
        job: Name of the job.
        status: Its status, as Azure ML words it.
    """

    def __init__(self, component: Component, name: str, job: str, status: str, waited: float) -> None:
        message = (
            f"no container registry after {waited:.0f} s: job '{job}' is {status}; read its log in the workspace's "
            "studio, mend what it names, then run it anew: pulumi up --replace with the URN of the job; or attach a "
            "registry: registry_mode=attached with container_registry_id"
        )
        super().__init__(type(component).__name__, name, message)
        self.job = job
        self.status = status


def run_job(
    component: Component, name: str, args: WorkspaceArgs, workspace: machinelearningservices.Workspace
) -> machinelearningservices.Job:
    """The job, which counts as created when the registry is there.

    Its name and inputs stay the same, so it runs once and never again.
    """
    where = {"resource_group_name": args["resource_group_name"], "workspace_name": workspace.name}
    environment = machinelearningservices.EnvironmentVersion(
        f"{name}-materialize-environment",
        name=f"{name}-materialize",
        version=_DEFINITION,
        properties={"image": _IMAGE, "conda_file": _PACKAGES, "tags": args.get("tags")},
        **where,
        opts=component.child(),
    )
    return machinelearningservices.Job(
        f"{name}-materialize",
        id=_job_name(name),
        properties=machinelearningservices.CommandJobArgs(
            job_type="Command",
            command="python --version",
            environment_id=environment.id,
            display_name="Creates the container registry of this workspace",
            limits=machinelearningservices.CommandJobLimitsArgs(job_limits_type="Command", timeout=_LONGEST_JOB),
            tags=args.get("tags"),
        ),
        **where,
        opts=component.child(
            # A name in use can't be given again.
            delete_before_replace=True,
            hooks=pulumi.ResourceHookBinding(after_create=[_wait_after(component, name)]),
        ),
    )


def _job_name(name: str) -> str:
    return f"{name}-materialize"


def _wait_after(component: Component, name: str) -> pulumi.ResourceHook:
    async def wait(args: pulumi.ResourceHookArgs) -> None:
        job = ArmId.parse(args.id)
        workspace = ArmId(job.subscription_id, job.resource_group_name, job.provider, job.types[:1], job.names[:1])
        await registry_created(component, name, str(workspace))

    return pulumi.ResourceHook(f"{type(component).__name__}-{name}-materialize", wait)


async def registry_created(component: Component, name: str, workspace_id: str) -> str:
    """Waits until Azure ML has created the registry of a workspace for the job; returns its ARM id.

    Raises:
        RegistryNotCreated: The job ended without it, or it took too long.
    """
    kind, job, started, shown = type(component).__name__, _job_name(name), time.monotonic(), 0.0
    while True:
        # The status first: a job that had ended by then had its registry, too.
        status = await _status(component, workspace_id, job)
        if registry_id := await current_registry(component, workspace_id):
            break
        waited = time.monotonic() - started
        if status in _ENDED or waited >= _DEADLINE:
            raise RegistryNotCreated(component, name, job, status, waited)
        if waited >= shown:
            pulumi.log.info(f"{kind} '{name}': waiting for the registry: job '{job}' is {status}", component)
            shown = waited + _SHOWN_EVERY
        await asyncio.sleep(_INTERVAL)
    pulumi.log.info(
        f"{kind} '{name}': Azure ML created the registry {ArmId.parse(registry_id).name}. It is in nobody's state: "
        "`pulumi destroy` leaves it, and it goes with its resource group only.",
        component,
    )
    return registry_id


async def _status(component: Component, workspace_id: str, job: str) -> str:
    workspace = ArmId.parse(workspace_id)
    found = await ask(
        component,
        "machinelearningservices:getJob",
        id=job,
        resource_group_name=workspace.resource_group_name,
        workspace_name=workspace.name,
    )
    return str((found.get("properties") or {}).get("status", "Unknown"))
