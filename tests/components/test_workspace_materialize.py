"""The job that makes Azure ML create a registry: what it is, and how it is waited for."""

from __future__ import annotations

import re
from typing import Any

import pulumi
import pytest
from azureml_scoring import Workspace
from azureml_scoring import _workspace_materialize as materialize
from azureml_scoring._workspace_materialize import RegistryNotCreated, registry_created

from tests.components import inputs
from tests.components.mocked import GROUP_ID, Registered, deploy

PLAIN: Any = {"resource_group_name": "group", "registry_mode": "lazy"}
LAZY: Any = PLAIN | {"materialize": True, "tags": {"team": "ml"}}
WORKSPACE_ID = f"{GROUP_ID}/providers/Microsoft.MachineLearningServices/workspaces/ml"
THERE = {"containerRegistry": inputs.REGISTRY_ID}


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(materialize, "_INTERVAL", 0.01)


def lazy(**answers: Any) -> Registered:
    return deploy(lambda: Workspace("ml", LAZY), answers={":getWorkspace": THERE, **answers})


def test_the_job_needs_an_image_that_has_to_be_built() -> None:
    registered = lazy()
    environment = registered.one("EnvironmentVersion")
    assert environment.inputs["name"] == "ml-materialize"
    assert environment.inputs["properties"]["image"].startswith("mcr.microsoft.com/azureml/")
    assert "python=" in environment.inputs["properties"]["condaFile"]
    job = registered.one("Job")
    properties = job.inputs["properties"]
    assert (job.name, job.inputs["id"]) == ("ml-materialize", "ml-materialize")
    assert properties["environmentId"].endswith("/ml-materialize-environment")
    assert properties["limits"] == {"jobLimitsType": "Command", "timeout": "PT30M"}
    assert "computeId" not in properties, "serverless"
    assert properties["tags"] == environment.inputs["properties"]["tags"] == {"team": "ml"}
    assert list(job.options.hooks.after_create) == ["Workspace-ml-materialize"]


def test_two_updates_ask_for_the_same_job() -> None:
    first, second = lazy(), lazy()
    for kind in ("EnvironmentVersion", "Job"):
        assert first.one(kind).inputs == second.one(kind).inputs


def test_a_workspace_that_is_not_asked_to_runs_no_job() -> None:
    registered = deploy(lambda: Workspace("ml", PLAIN))
    assert not [request for request in registered if request.type.endswith(("Job", "EnvironmentVersion"))]


def test_a_connection_of_a_lazy_workspace_is_no_job_that_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is made below the workspace later once stood in the list of its jobs."""
    waited: list[str] = []

    async def never(*_: Any) -> str:
        waited.append("for a job that nobody made")
        return inputs.REGISTRY_ID

    monkeypatch.setattr("azureml_scoring.workspace.registry_created", never)
    connections = {"other": {"login_server": "contoso.azurecr.io"}}
    deploy(lambda: Workspace("ml", PLAIN | {"connections": connections}))
    assert waited == []


def test_the_registry_is_an_output_after_the_job() -> None:
    values: list[Any] = []

    async def program() -> None:
        made = Workspace("ml", LAZY)
        values.extend([await made.container_registry_name.future(), await made.login_server.future()])

    answers = {":getWorkspace": THERE, ":getRegistry": {"loginServer": "contoso.azurecr.io"}}
    deploy(program, answers=answers)
    assert values == ["contoso", "contoso.azurecr.io"]


def waited(answers: dict[str, Any]) -> list[str]:
    """What is logged while the hook waits."""
    logged: list[str] = []

    async def program() -> None:
        component = Workspace("ml", PLAIN)
        await registry_created(component, "ml", WORKSPACE_ID)

    try:
        deploy(program, logged, answers)
    finally:
        # The warning of the workspace itself, which has no registry either.
        logged[:] = [line for line in logged if "no container registry yet" not in line]
    return logged


def test_the_registry_that_is_there_is_told_to_be_in_nobodys_state() -> None:
    (said,) = waited({":getWorkspace": THERE, ":getJob": {"properties": {"status": "Running"}}})
    assert said.startswith("Workspace 'ml': Azure ML created the registry contoso. It is in nobody's state")
    assert "goes with its resource group only" in said


@pytest.mark.parametrize("status", ["Failed", "Canceled", "Completed"])
def test_a_job_that_ended_without_a_registry_is_an_error_at_once(status: str) -> None:
    with pytest.raises(RegistryNotCreated) as raised:
        waited({":getJob": {"properties": {"status": status}}})
    assert (raised.value.job, raised.value.status) == ("ml-materialize", status)
    message = str(raised.value)
    told = rf"Workspace 'ml': no container registry after \d+ s: job 'ml-materialize' is {status}; read"
    assert re.match(told, message)
    assert "pulumi up --replace" in message
    assert "registry_mode=attached with container_registry_id" in message


def test_waiting_is_visible_and_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(materialize, "_DEADLINE", 0.5)
    logged: list[str] = []

    async def program() -> None:
        component = Workspace("ml", PLAIN)
        await registry_created(component, "ml", WORKSPACE_ID)

    with pytest.raises(RegistryNotCreated) as raised:
        deploy(program, logged, {":getJob": {"properties": {"status": "Queued"}}})
    assert raised.value.status == "Queued"
    assert "Workspace 'ml': waiting for the registry: job 'ml-materialize' is Queued" in logged


def test_the_hook_waits_for_the_workspace_of_the_job() -> None:
    logged: list[str] = []

    async def program() -> None:
        component = Workspace("ml", PLAIN)
        hook = materialize._wait_after(component, "other")
        job: Any = pulumi.ResourceHookArgs("urn", f"{WORKSPACE_ID}/jobs/other-materialize", "other-materialize", "type")
        await hook.callback(job)  # type: ignore[misc]  # this hook is a coroutine function

    deploy(program, logged, {":getWorkspace": THERE})
    assert "Workspace 'other': Azure ML created the registry contoso." in logged[-1]


def test_a_later_update_goes_on_waiting_but_a_preview_does_not() -> None:
    ended = {":getJob": {"properties": {"status": "Failed"}}}
    with pytest.raises(RegistryNotCreated):
        deploy(lambda: Workspace("ml", LAZY), answers=ended)
    logged: list[str] = []
    deploy(lambda: Workspace("ml", LAZY), logged, ended, preview=True)
    assert "no container registry yet" in logged[-1]
