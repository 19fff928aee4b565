"""A workspace and its registry: read, checked, kept, and changed only where that is allowed."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest
from azureml_scoring import ComponentError, Workspace
from azureml_scoring._workspace_registry import PrivateRegistry, RegistryChangeRefused, registry_guard

from tests.components import inputs
from tests.components.mocked import GROUP_ID, deploy

OTHER_ID = inputs.REGISTRY_ID.replace("contoso", "other")
WORKSPACE_ID = f"{GROUP_ID}/providers/Microsoft.MachineLearningServices/workspaces/ml"
CURRENT = ":getWorkspace"


def test_the_named_registry_is_read_by_its_id() -> None:
    answers = {":Registry": {"loginServer": "contoso.azurecr.io"}}
    values: list[str] = []

    async def program() -> None:
        values.append(str(await Workspace("ml", inputs.workspace()).login_server.future()))

    registered = deploy(program, answers=answers)
    assert values == ["contoso.azurecr.io"]
    assert registered.read == [("ml-registry", inputs.REGISTRY_ID)]


CLOSED = [{"publicNetworkAccess": "Disabled"}, {"networkRuleSet": {"defaultAction": "Deny"}}]


@pytest.mark.parametrize("closed", CLOSED)
def test_a_registry_closed_to_the_internet_needs_a_compute_that_builds(closed: dict[str, Any]) -> None:
    with pytest.raises(PrivateRegistry) as raised:
        deploy(lambda: Workspace("ml", inputs.workspace()), answers={":Registry": closed})
    assert raised.value.registry_id == inputs.REGISTRY_ID
    assert str(raised.value).startswith("Workspace 'ml': image_build_compute is required with a registry that is clos")
    assert "the registry's own build service can't reach it" in str(raised.value)


@pytest.mark.parametrize(
    ("shown", "changes"),
    [
        (CLOSED[0], {"image_build_compute": "cpu-cluster"}),
        (CLOSED[1], {"image_build_compute": "cpu-cluster"}),
        ({"publicNetworkAccess": "Enabled", "networkRuleSet": {"defaultAction": "Allow"}}, {}),
    ],
)
def test_any_other_registry_is_attached(shown: dict[str, Any], changes: dict[str, Any]) -> None:
    registered = deploy(lambda: Workspace("ml", inputs.workspace(**changes)), answers={":Registry": shown})
    created = registered.one("machinelearningservices:Workspace").inputs
    assert created["containerRegistry"] == inputs.REGISTRY_ID


def test_a_registry_that_is_not_there_yet_is_not_attached() -> None:
    with pytest.raises(ComponentError, match="container_registry_id is empty: no container registry yet"):
        deploy(lambda: Workspace("ml", inputs.workspace(container_registry_id=pulumi.Output.from_input(""))))


def test_only_a_workspace_with_a_named_registry_is_guarded() -> None:
    guarded = deploy(lambda: Workspace("ml", inputs.workspace())).one("machinelearningservices:Workspace").options
    assert list(guarded.hooks.before_update) == ["Workspace-ml-registry"]
    assert list(guarded.ignoreChanges) == []
    args: Any = {"resource_group_name": "group", "registry_mode": "lazy"}
    lazy = deploy(lambda: Workspace("ml", args)).one("machinelearningservices:Workspace").options
    assert list(lazy.hooks.before_update) == []
    assert list(lazy.ignoreChanges) == ["containerRegistry"]


def updated(current: str | None, wanted: str, *, allowed: bool = False) -> list[str]:
    """What the guard logs before an update of the workspace."""
    logged: list[str] = []

    async def program() -> None:
        component = Workspace("ml", inputs.workspace(container_registry_id=wanted))
        hook = registry_guard(component, "guarded", allowed=allowed)
        args = pulumi.ResourceHookArgs("urn", WORKSPACE_ID, "ml-aml", "type", new_inputs={"containerRegistry": wanted})
        await hook.callback(args)  # type: ignore[misc]  # this hook is a coroutine function

    deploy(program, logged, {CURRENT: {"containerRegistry": current}})
    return logged


@pytest.mark.parametrize("current", [None, "", inputs.REGISTRY_ID, inputs.REGISTRY_ID.upper()])
def test_an_update_may_set_the_registry_or_keep_it(current: str | None) -> None:
    assert updated(current, inputs.REGISTRY_ID) == []


def test_an_update_may_not_change_the_registry() -> None:
    with pytest.raises(RegistryChangeRefused) as raised:
        updated(OTHER_ID, inputs.REGISTRY_ID)
    assert (raised.value.current, raised.value.wanted) == (OTHER_ID, inputs.REGISTRY_ID)
    message = str(raised.value)
    assert message.startswith("Workspace 'guarded': container_registry_id must stay the registry that the workspace")
    assert "lineage of earlier jobs and models breaks" in message
    assert message.endswith("e.g. allow_registry_change=True, to accept that")


def test_a_change_that_is_allowed_is_said_aloud() -> None:
    (warning,) = updated(OTHER_ID, inputs.REGISTRY_ID, allowed=True)
    assert warning.startswith(f"Workspace 'guarded': the registry changes from {OTHER_ID} to {inputs.REGISTRY_ID}; the")


@pytest.mark.parametrize("preview", [True, False])
def test_a_preview_refuses_the_change_too_and_an_update_leaves_it_to_the_hook(preview: bool) -> None:  # noqa: FBT001 - a parametrized case
    def run() -> None:
        deploy(
            lambda: Workspace("ml", inputs.workspace()),
            answers={CURRENT: {"containerRegistry": OTHER_ID}},
            preview=preview,
        )

    if not preview:
        run()
        return
    with pytest.raises(RegistryChangeRefused):
        run()


def test_a_preview_accepts_the_change_that_is_allowed() -> None:
    logged: list[str] = []
    args = inputs.workspace(allow_registry_change=True)
    answers = {CURRENT: {"containerRegistry": OTHER_ID}}
    deploy(lambda: Workspace("ml", args), logged, answers, preview=True)
    assert [line for line in logged if "the registry changes from" in line] != []
