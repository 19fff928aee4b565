"""The four leaves: what can't be among them, and that no password shows."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest
from azureml_scoring.pull import PullAccess, PullLeaves, access_problems

from tests.components.inputs import CANARY
from tests.components.mocked import value_of

HOST = "contoso.azurecr.io"
IDENTITY = "/subscriptions/1/resourceGroups/group/providers/Microsoft.ManagedIdentity/userAssignedIdentities/puller"
LOGIN = {"pull_username": "puller", "pull_password": CANARY}


def told(args: dict[str, Any], *, outside_azure: bool = False) -> list[str]:
    """The problems' sentences; the password must be in none."""
    found = [str(problem) for problem in access_problems("pull", args, outside_azure=outside_azure)]
    assert CANARY not in "".join(found)
    return found


@pytest.mark.parametrize("outside_azure", [False, True])
@pytest.mark.parametrize("args", [{}, LOGIN, {"pull_username": "", "pull_password": "", "pull_identity_id": ""}])
def test_a_login_and_nothing_at_all_can_be_everywhere(args: dict[str, str], *, outside_azure: bool) -> None:
    assert told(args, outside_azure=outside_azure) == []


def test_an_identity_pulls_inside_azure_only() -> None:
    assert told({"pull_identity_id": IDENTITY}) == []
    (sentence,) = told({"pull_identity_id": IDENTITY}, outside_azure=True)
    assert sentence.startswith("pull_identity_id is not taken with target=local: a managed identity exists only inside")
    assert "pull=service_principal" in sentence


@pytest.mark.parametrize("login", [LOGIN, {"pull_username": "puller"}, {"pull_password": CANARY}])
def test_both_ways_at_once_cannot_be(login: dict[str, str]) -> None:
    found = told(login | {"pull_identity_id": IDENTITY})
    assert found[0].startswith("pull_identity_id is not taken together with pull_username and pull_password; got '/sub")


def test_a_user_name_without_a_password_says_how_a_token_gets_one() -> None:
    (sentence,) = told({"pull_username": "puller", "pull_password": ""})
    assert sentence.startswith("pull_password is required with pull_username; got nothing; e.g. a password; that of a")
    assert "az acr token credential generate" in sentence
    assert told({"pull_username": "puller"}) == [sentence]


def test_a_password_without_a_user_name_is_no_login() -> None:
    (sentence,) = told({"pull_password": CANARY})
    assert sentence.startswith("pull_username is required with pull_password; got nothing")


def test_what_is_not_known_yet_is_no_problem_yet() -> None:
    async def later() -> str:
        return ""

    assert (
        value_of(lambda: pulumi.Output.from_input(bool(told({"pull_username": pulumi.Output.from_input(later())}))))
        is False
    )


def test_the_names_of_the_inputs_follow_what_is_pulled() -> None:
    (problem,) = access_problems("base_image", {"base_image_username": "puller"})
    assert problem.subject == "base_image_password"


def test_no_repr_shows_a_password() -> None:
    access = PullAccess(HOST, "puller", CANARY, "")
    assert CANARY not in repr(access)
    assert "password='***'" in repr(access)
    assert "password=''" in repr(PullAccess(HOST, "", "", ""))


@pytest.mark.parametrize("empty", ["", None])
def test_the_values_are_what_the_leaves_are(empty: str | None) -> None:
    def make() -> pulumi.Output[Any]:
        return PullLeaves.of("pull", {"pull_username": empty, "pull_identity_id": IDENTITY}, HOST).access()

    assert value_of(make) == PullAccess(HOST, "", "", IDENTITY)
