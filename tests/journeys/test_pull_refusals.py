"""The same image with a wrong, expired, removed or unscoped credential, or a role in its lag: the cause is named.

The tests are steps on one stack, in this order. localcloud stands in for Azure, its clock and lag included.
"""

from __future__ import annotations

import re
import secrets
from typing import Any

import httpx
import pytest

from tests.journeys.project import ACR, Journey, plain_prediction, predict

pytestmark = pytest.mark.journey

KEY = secrets.token_urlsafe(24)
"""What callers show."""

CAUSES = {
    "wrong": "credential",
    "expired": "credential",
    "removed": "credential",
    "unscoped": "role",
    "late": "role",
}


def remove_password(journey: Journey, client_id: str) -> None:
    """Takes a principal its password, as an administrator does in the portal."""
    (found,) = journey.azure("GET", "/v1.0/servicePrincipals", **{"$filter": f"appId eq '{client_id}'"})["value"]
    for credential in found["passwordCredentials"]:
        body = {"keyId": credential["keyId"]}
        journey.azure("POST", f"/v1.0/servicePrincipals/{found['id']}/removePassword", body)


@pytest.fixture(scope="module")
def prepared(journey: Journey) -> dict[str, Any]:
    """The registry with the credentials, each good when it was made; the stack's outputs."""
    journey.program("refusals")
    journey.configure(services="made")
    journey.secret("key", KEY)
    journey.up()
    registry = journey.outputs()["registry_id"]
    body = {"tokenId": f"{registry}/tokens/elsewhere", "name": "password1"}
    answer = journey.azure("POST", f"{registry}/generateCredentials", body, **ACR)
    journey.secret("token_password", answer["passwords"][0]["value"])
    journey.secret("wrong", "canary-of-a-wrong-password")
    journey.up()
    return journey.outputs(show_secrets=True)


@pytest.fixture(scope="module")
def refused(journey: Journey, prepared: dict[str, Any]) -> str:
    """What an `up` says after the credentials have gone bad."""
    journey.localcloud("clock", "--advance", "2d")
    remove_password(journey, prepared["removed_username"])
    journey.localcloud("lag", "--roles", "86400")
    journey.pulumi("config", "set", "azureml-scoring:late", "true")
    journey.pulumi("config", "set", "azureml-scoring:services", " ".join(("made", *CAUSES)))
    return journey.failed_up("--continue-on-error")


@pytest.mark.parametrize("name", CAUSES)
def test_each_refusal_names_its_cause_and_makes_nothing(journey: Journey, refused: str, name: str) -> None:
    assert re.search(rf"ScoringService '{name}'[^\n]*{CAUSES[name]}", refused), refused
    groups = [one["urn"].rpartition("::")[2] for one in journey.state()["deployment"]["resources"]]
    assert f"{name}-group" not in groups
    assert "made-group" in groups


def test_no_password_is_shown(refused: str, journey: Journey, prepared: dict[str, Any]) -> None:
    passwords = [prepared[f"{name}_password"] for name in ("made", "expired", "removed", "unscoped")]
    assert all(passwords)
    assert journey.found_in_the_clear([*passwords, "canary-of-a-wrong-password"]) == []
    assert "canary-of-a-wrong-password" not in refused


@pytest.mark.parametrize("name", ["expired", "removed", "unscoped", "late"])
def test_the_cloud_explains_the_same(journey: Journey, refused: str, name: str) -> None:
    assert refused
    outputs = journey.outputs(show_secrets=True)
    username, password = outputs[f"{name}_username"], outputs[f"{name}_password"]
    image = outputs["made_image"]
    shown = journey.localcloud("explain-pull", image, "--as", username, "--password-stdin", check=False, typed=password)
    assert CAUSES[name] in shown.lower()
    assert password not in shown


def test_a_role_that_arrives_lets_the_next_up_through(journey: Journey, refused: str) -> None:
    assert refused
    journey.localcloud("lag", "--roles", "0")
    journey.pulumi("config", "set", "azureml-scoring:services", "made late")
    journey.up()
    assert predict(journey.outputs()["late"], KEY) == plain_prediction()


def test_the_service_that_was_there_went_on(journey: Journey, refused: str) -> None:
    assert refused
    assert httpx.get(journey.outputs()["made"].replace("/score", "/"), timeout=10).status_code == httpx.codes.OK
