"""The hooks themselves: asked before anything changes, one error that names the cause, and nothing shown."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pulumi
import pytest
from azureml_scoring import ContainerRegistry, InvalidInput, PullRefused
from azureml_scoring.pull import Preflight, PullLeaves, _preflight
from azureml_scoring.pull._refusal import Cause

from tests.components import inputs
from tests.components.mocked import DIGEST, deploy
from tests.components.pull.docker_registry import REPOSITORY, Registry, serving

IDENTITY = (
    "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/group"
    "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/puller"
)
FAILED = 'Status=400 Code="InaccessibleImage" Message="The image ... is not accessible."'


def registry(**changes: Any) -> Registry:
    """A registry that lets one user pull."""
    people = {"passwords": {"puller": inputs.CANARY, "stranger": inputs.CANARY}, "pullers": {"puller"}}
    return Registry(**(people | changes))


def run(
    use: Callable[[Preflight], Any],
    host: str,
    leaves: dict[str, str],
    wait_seconds: float = 0,
    *,
    outside_azure: bool = False,
    tag: str = "v1",
    as_workspace: bool = False,
) -> list[str]:
    """What a use of the preflight logs."""
    logged = list[str]()

    async def program() -> None:
        image = pulumi.Output.from_input(f"{host}/{REPOSITORY}:{tag}")
        made = PullLeaves.of("pull", leaves, host, outside_azure=outside_azure)
        hub = ContainerRegistry("hub", inputs.registry())
        await use(Preflight(hub, "scores", image, made, wait_seconds, as_workspace=as_workspace))

    deploy(program, logged)
    assert inputs.CANARY not in "".join(logged)
    return logged


async def before(preflight: Preflight) -> None:
    """Runs the hook before a pull."""
    args: Any = pulumi.ResourceHookArgs("urn", "id", "scores-group", "type", new_inputs={"password": inputs.CANARY})
    await preflight.before_pull().callback(args)  # type: ignore[misc]  # this hook is a coroutine function


def login(name: str = "puller", password: str = inputs.CANARY) -> dict[str, str]:
    """The leaves of a login."""
    return {"pull_username": name, "pull_password": password}


def test_a_pull_that_works_says_nothing() -> None:
    with serving(registry()) as host:
        assert run(before, host, login()) == []


@pytest.mark.parametrize(
    ("leaves", "tag", "cause"),
    [
        (login(), "v2", Cause.NO_SUCH_TAG),
        (login(password="wrong"), "v1", Cause.CREDENTIAL),
        (login("removed"), "v1", Cause.CREDENTIAL),
        (login("stranger"), "v1", Cause.NO_ROLE),
        ({}, "v1", Cause.CREDENTIAL),
    ],
)
def test_a_pull_that_cannot_work_stops_with_its_cause(leaves: dict[str, str], tag: str, cause: Cause) -> None:
    with serving(registry()) as host, pytest.raises(PullRefused) as error:
        run(before, host, leaves, tag=tag)
    assert error.value.cause is cause
    assert error.value.image == f"{host}/{REPOSITORY}:{tag}"
    assert str(error.value).startswith(f"ContainerRegistry 'scores': {host}/{REPOSITORY}:{tag} can't be pulled: ")
    assert inputs.CANARY not in str(error.value)


def test_the_workspace_may_pull_what_nobody_else_may_which_can_not_be_tried_from_here() -> None:
    with serving(registry()) as host:
        (message,) = run(before, host, {}, as_workspace=True)
    assert message.startswith(f"{host}/{REPOSITORY}:v1 is not open to anybody (")
    assert message.endswith("whether Azure ML may pull it, the deployment tells")


def test_the_workspace_needs_no_right_at_an_open_registry_and_the_image_has_to_be_there() -> None:
    with serving(registry(pullers={"", "puller"})) as host:
        assert run(before, host, {}, as_workspace=True) == []
        with pytest.raises(PullRefused) as error:
            run(before, host, {}, as_workspace=True, tag="v2")
    assert error.value.cause is Cause.NO_SUCH_TAG


def test_a_login_is_tried_although_the_workspace_could_pull() -> None:
    with serving(registry()) as host, pytest.raises(PullRefused):
        run(before, host, login(password="wrong"), as_workspace=True)


def test_a_role_that_arrives_meanwhile_lets_the_update_go_on() -> None:
    denied, tokens = json.dumps({"token": "puller|"}), json.dumps({"token": f"puller|repository:{REPOSITORY}:pull"})
    # Refused, asked again without the scope, and granted at the second try.
    answers: dict[str, list[Any]] = {"/token": [(200, {}, denied), (200, {}, denied), (200, {}, tokens)]}
    with serving(registry(answers=answers)) as host:
        (message,) = run(before, host, login(), wait_seconds=30)
    assert "can't be pulled yet (no role: answered 401 UNAUTHORIZED" in message


@pytest.mark.parametrize(
    ("leaves", "outside_azure", "subject"),
    [
        (login() | {"pull_identity_id": IDENTITY}, False, "pull_identity_id is not taken together with"),
        (login(password=""), False, "pull_password is required with pull_username"),
        (login(name=""), False, "pull_username is required with pull_password"),
        ({"pull_identity_id": IDENTITY}, True, "pull_identity_id is not taken with target=local"),
    ],
)
def test_leaves_that_cannot_be_stop_before_anything_is_asked(
    leaves: dict[str, str], *, outside_azure: bool, subject: str
) -> None:
    made = registry()
    with serving(made) as host, pytest.raises(InvalidInput, match=subject) as error:
        run(before, host, leaves, outside_azure=outside_azure)
    assert made.asked == []
    assert inputs.CANARY not in str(error.value)


def build_on(host: str, leaves: dict[str, str], builder: str = "contoso.azurecr.io", wait: float = 0) -> list[str]:
    """What the hook before a build on an image at `host` logs."""

    async def ask(preflight: Preflight) -> None:
        hook = preflight.before_build(pulumi.Output.from_input(builder))
        await hook.callback(pulumi.ResourceHookArgs("urn", "id", "scores-build", "type"))  # type: ignore[misc]  # as above

    return run(ask, host, leaves, wait)


def test_a_build_on_an_image_of_another_registry_is_checked_first() -> None:
    with serving(registry()) as host:
        assert build_on(host, login()) == []
        with pytest.raises(PullRefused) as error:
            build_on(host, login(password="wrong"))
    assert error.value.cause is Cause.CREDENTIAL


def test_a_build_on_an_image_of_its_own_registry_needs_no_login() -> None:
    made = registry()
    with serving(made) as host:
        assert build_on(host, {}, builder=host) == []
    assert made.asked == []


def test_a_registry_that_only_azure_may_reach_is_no_reason_not_to_build_or_to_wait() -> None:
    made = registry(answers={"/v2/": [(503, {}, "")]})
    with serving(made) as host:
        (warning,) = build_on(host, login(), wait=300)
    assert made.asked == ["GET /v2/"]
    assert "can't be asked for from here (answered 503 Service Unavailable)" in warning


def errors(leaves: dict[str, str], text: str, wait_seconds: float, times: int = 1) -> tuple[list[bool], list[str]]:
    """What the hook on an error answers each time, and what it logs."""
    answers = list[bool]()

    async def ask(preflight: Preflight) -> None:
        hook = preflight.role_on_its_way()
        for _ in range(times):
            args = pulumi.ErrorHookArgs("urn", "id", "scores-group", "type", errors=[text])
            answers.append(await hook.callback(args))  # type: ignore[misc]  # this hook is a coroutine function

    return answers, run(ask, "contoso.azurecr.io", leaves, wait_seconds)


@pytest.fixture
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_preflight, "_PAUSE", 0.01)


@pytest.mark.usefixtures("_quick")
def test_a_group_whose_identity_may_lack_its_role_yet_is_made_again_and_that_is_told() -> None:
    answers, logged = errors({"pull_identity_id": IDENTITY}, FAILED, wait_seconds=30, times=2)
    assert answers == [True, True]
    assert "can't be pulled as the identity yet: a new role takes minutes to arrive; next try in 0 s" in logged[0]


@pytest.mark.usefixtures("_quick")
def test_a_role_that_does_not_arrive_is_the_cause_in_the_end() -> None:
    with pytest.raises(PullRefused) as error:
        errors({"pull_identity_id": IDENTITY}, FAILED, wait_seconds=0.02, times=10)
    assert error.value.cause is Cause.NO_ROLE
    assert "Azure could not pull as the identity; no role of it was seen" in str(error.value)


@pytest.mark.parametrize(
    ("leaves", "text"),
    [(login(), FAILED), ({"pull_identity_id": IDENTITY}, 'Status=409 Code="Conflict"'), ({}, FAILED)],
)
def test_any_other_failure_is_left_to_the_engine(leaves: dict[str, str], text: str) -> None:
    assert errors(leaves, text, wait_seconds=30) == ([False], [])


def test_hooks_have_names_of_their_own() -> None:
    names = list[str]()

    async def name(preflight: Preflight) -> None:
        builds = preflight.before_build(pulumi.Output.from_input("contoso.azurecr.io"))
        names.extend([preflight.before_pull().name, builds.name, preflight.role_on_its_way().name])

    run(name, f"contoso.azurecr.io/{DIGEST[:6]}", {})
    assert names == [f"ContainerRegistry-scores-{role}" for role in ("pull", "base-pull", "role")]
