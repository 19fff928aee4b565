"""What is found out about a pull as a managed identity, without the identity's own token."""

from __future__ import annotations

import asyncio
from typing import Any

import pulumi
import pytest
from azureml_scoring import ContainerRegistry, PullRefused
from azureml_scoring.pull import Preflight, PullAccess, PullLeaves, RegistryPlace
from azureml_scoring.pull._evidence import Evidence, look
from azureml_scoring.pull._refusal import Cause
from azureml_scoring.rules import ImageReference

from tests.components import inputs
from tests.components.mocked import GROUP_ID, deploy
from tests.components.pull.docker_registry import REPOSITORY
from tests.localcloud.registry.conftest import People

IDENTITY = f"{GROUP_ID}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/puller"
PLACE = RegistryPlace("contoso", "group")
NOT_FOUND = 'request failed: Status=404 Code="ResourceNotFound" Message="..."'
FORBIDDEN = 'request failed: Status=403 Code="AuthorizationFailed" Message="..."\nmore'


def answers(host: str, **changes: Any) -> dict[str, Any]:
    """What Azure answers when all is well; `changes` by the name of the function."""
    good = {
        "getRegistry": {"id": inputs.REGISTRY_ID, "name": "contoso", "loginServer": host},
        "getUserAssignedIdentity": {"principalId": "principal"},
        "getRoleAssignment": {"id": "assignment"},
        "getClientToken": {"token": "reader-directory-token"},
    }
    return {f":{name}": answer for name, answer in (good | changes).items()}


def found(host: str, tag: str = "v1", identity_id: str = IDENTITY, **changes: Any) -> Evidence:
    """What the look finds."""
    evidence = list[Evidence]()

    async def program() -> None:
        component = ContainerRegistry("hub", inputs.registry())
        access = PullAccess(host, "", "", identity_id)
        evidence.append(await look(component, PLACE, ImageReference(host, REPOSITORY, tag), access))

    deploy(program, answers=answers(host, **changes))
    return evidence[0]


def test_a_role_and_an_image_that_are_there_leave_nothing_to_doubt_from_outside(host: str) -> None:
    assert found(host) == Evidence(None, role_seen=True, unproven=())


def test_an_image_that_is_not_there_refutes_the_pull(host: str) -> None:
    refusal = found(host, tag="v2").refusal
    assert refusal is not None
    assert refusal.cause is Cause.NO_SUCH_TAG


def test_an_identity_that_is_gone_refutes_the_pull(host: str) -> None:
    refusal = found(host, getUserAssignedIdentity=NOT_FOUND).refusal
    assert refusal is not None
    assert (refusal.cause, refusal.lasting, refusal.detail) == (Cause.CREDENTIAL, True, "there is no identity puller")


@pytest.mark.parametrize(
    ("changes", "role_seen", "doubt"),
    [
        ({"getRegistry": FORBIDDEN}, False, "the registry can't be read (invoke of"),
        ({"getUserAssignedIdentity": FORBIDDEN}, False, "the identity can't be read (invoke of"),
        ({"getRoleAssignment": NOT_FOUND}, False, "no role assignment of this package lets the identity pull"),
        ({"getClientToken": FORBIDDEN}, True, "the deployer has no token to ask for the image (invoke of"),
        (
            {"getClientToken": {"token": "nobody-directory-token"}},
            True,
            "the deployer can't ask for the image (no role: the deployer has no right at the registry)",
        ),
    ],
)
def test_what_cannot_be_looked_at_stays_unproven_and_refutes_nothing(
    host: str, changes: dict[str, Any], *, role_seen: bool, doubt: str
) -> None:
    evidence = found(host, **changes)
    assert (evidence.refusal, evidence.role_seen) == (None, role_seen)
    (sentence,) = evidence.unproven
    assert sentence.startswith(doubt)
    assert "\n" not in sentence


def test_an_identity_of_another_subscription_is_not_read(host: str) -> None:
    evidence = found(host, identity_id=IDENTITY.replace("000000000001", "000000000002"))
    doubt = "the identity is in another subscription, so its role is not read"
    assert evidence == Evidence(None, role_seen=False, unproven=(doubt,))


def test_the_deployers_token_goes_to_the_host_that_azure_names_and_to_no_other(host: str, people: People) -> None:
    asked = list[str]()
    people.authenticate = lambda *who: asked.append(str(who))  # type: ignore[method-assign]  # it must not be called
    registry = {"id": inputs.REGISTRY_ID, "name": "contoso", "loginServer": "contoso.azurecr.io"}
    (doubt,) = found(host, getRegistry=registry).unproven
    assert doubt == f"{host} is not the registry contoso, so the image is not asked for"
    assert asked == []


def test_the_preflight_says_what_was_seen_and_what_stays_unproven(host: str) -> None:
    (message,) = _preflight(host)
    assert message == (
        f"{host}/{REPOSITORY}:v1 is pulled as a managed identity, which only Azure itself can try: its role is there, "
        "and so is the image; unproven until Azure has pulled"
    )
    (message,) = _preflight(host, getRoleAssignment=NOT_FOUND)
    assert "which only Azure itself can try: no role assignment of this package lets the identity pull" in message


def test_the_preflight_stops_for_an_image_that_is_not_there(host: str) -> None:
    with pytest.raises(PullRefused) as error:
        _preflight(host, tag="v2")
    assert error.value.cause is Cause.NO_SUCH_TAG


def _preflight(host: str, tag: str = "v1", **changes: Any) -> list[str]:
    """What the hook before a pull as an identity logs."""
    logged = list[str]()

    async def program() -> None:
        component = ContainerRegistry("hub", inputs.registry())
        leaves = PullLeaves.of("pull", {"pull_identity_id": IDENTITY}, host)
        image = pulumi.Output.from_input(f"{host}/{REPOSITORY}:{tag}")
        hook = Preflight(component, "scores", image, leaves, 0, PLACE).before_pull()
        await asyncio.wait_for(hook.callback(pulumi.ResourceHookArgs("urn", "id", "group", "type")), 30)  # type: ignore[arg-type]  # this hook is a coroutine function

    deploy(program, logged, answers(host, **changes))
    return logged
