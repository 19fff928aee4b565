"""Every cell of the table in docs/pull-modes.md, on one stack: a prediction, or the refusal that the table names.

The tests are steps on one stack, in this order. localcloud stands in for Azure: what is shown here is what the
components do with the answers that Azure documents.
"""

from __future__ import annotations

import json
import re
import secrets
from typing import Any

import pytest

from tests.journeys.project import ACR, PACKS, Journey, free_port, plain_prediction, predict

pytestmark = pytest.mark.journey

KEY = secrets.token_urlsafe(24)

WORKS = (
    "principal-local",
    "principal-aci",
    "identity-aci",
    "token-local",
    "token-aci",
    "anonymous-local",
    "anonymous-aci",
    "principal-aks",
    "principal-managed_endpoint",
    "identity-aks",
    "identity-managed_endpoint",
    "token-aks",
    "token-managed_endpoint",
    "anonymous-aks",
    "anonymous-managed_endpoint",
    "workspace-aks",
    "workspace-managed_endpoint",
)
REFUSED = {
    "identity-local": "a managed identity exists only inside Azure",
    "workspace-local": "pull mode workspace works inside Azure ML only",
    "workspace-aci": "pull mode workspace works inside Azure ML only",
}


def configure(journey: Journey, services: tuple[str, ...]) -> None:
    """Sets which cells are deployed; the secret of the token stays."""
    for name, value in {"services": " ".join(services), **PORTS}.items():
        journey.pulumi("config", "set", f"azureml-scoring:{name}", value)


PORTS = {f"port.{cell}": str(free_port()) for cell in (*WORKS, *REFUSED) if cell.endswith("-local")}


@pytest.fixture(scope="module")
def token_password(journey: Journey) -> str:
    """What `az acr token credential generate` shows once: the first `up` has made the token, which has no password."""
    journey.program("pull_modes")
    journey.secret("key", KEY)
    configure(journey, ())
    journey.judged_by = PACKS | {"registry_credentials": {"anonymousRegistries": ["anonymousacr"]}}
    journey.up()
    assert "az acr token credential generate" in "".join(journey.log[-2:])
    registry = journey.outputs()["registry_id"]
    body = {"tokenId": f"{registry}/tokens/scoring", "name": "password1"}
    answer = journey.azure("POST", f"{registry}/generateCredentials", body, **ACR)
    password: str = next(one["value"] for one in answer["passwords"] if one["name"] == "password1")
    return password


@pytest.fixture(scope="module")
def deployed(journey: Journey, token_password: str) -> Journey:
    """All cells that work; the hosts of the registries are no names of Azure's, and listed besides."""
    hosts = {mode: journey.outputs()[f"{mode}_login_server"] for mode in ("anonymous", "identity")}
    options = {"anonymousRegistries": ["anonymousacr", hosts["anonymous"]], "identityRegistries": [hosts["identity"]]}
    journey.judged_by = PACKS | {"registry_credentials": options}
    journey.secret("token_password", token_password)
    for cells in (tuple(cell for cell in WORKS if "aks" not in cell and "endpoint" not in cell), WORKS):
        configure(journey, cells)
        journey.up()
    return journey


@pytest.fixture(scope="module")
def outputs(deployed: Journey) -> dict[str, Any]:
    return deployed.outputs(show_secrets=True)


@pytest.mark.parametrize("cell", WORKS)
def test_a_cell_that_works_predicts_what_the_model_does_in_plain_python(
    deployed: Journey, outputs: dict[str, Any], cell: str
) -> None:
    assert predict(outputs[cell], outputs[f"{cell}_key"], deployed.trust()) == plain_prediction()


def test_each_mode_hands_out_what_it_pulls_with_and_nothing_else(outputs: dict[str, Any]) -> None:
    leaves = ("pull_username", "pull_password", "pull_identity_id", "credential_expires_on")
    given = {
        mode: [leaf for leaf in leaves if outputs[f"{mode}_{leaf}"]]
        for mode in ("principal", "identity", "token", "anonymous", "workspace")
    }
    assert given == {
        "principal": ["pull_username", "pull_password", "credential_expires_on"],
        "identity": ["pull_identity_id"],
        "token": ["pull_username", "pull_password"],
        "anonymous": [],
        "workspace": [],
    }


def test_one_registry_serves_all_but_the_open_one_and_the_workspaces_own(
    deployed: Journey, outputs: dict[str, Any]
) -> None:
    modes = ("principal", "identity", "token", "anonymous", "workspace")
    shared, *others = dict.fromkeys(outputs[f"{mode}_login_server"] for mode in modes)
    assert {outputs[f"{mode}_login_server"] for mode in modes[:3]} == {shared}
    assert others == [outputs[f"{mode}_login_server"] for mode in modes[3:]]
    made = [one for one in deployed.state()["deployment"]["resources"] if one["type"].endswith(":Registry")]
    assert len([one for one in made if not one.get("external")]) == len([shared, *others])


def test_the_second_up_and_a_refresh_change_nothing(deployed: Journey) -> None:
    deployed.up("--expect-no-changes")
    # The first refresh finds the password that was generated for the token beside Pulumi.
    deployed.pulumi("refresh", "--yes", "--skip-preview")
    deployed.pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes")
    deployed.up("--expect-no-changes")


def test_the_cells_that_are_refused_say_why_and_make_nothing(deployed: Journey) -> None:
    configure(deployed, (*WORKS, *REFUSED))
    shown = deployed.failed_up("--continue-on-error")
    for cell, reason in REFUSED.items():
        assert re.search(rf"ScoringService '{cell}'[^\n]*{reason}", shown), f"{cell}: {reason}\n{shown}"
    resources = deployed.state()["deployment"]["resources"]
    made = [one["urn"].rpartition("::")[2] for one in resources if not one["type"].startswith("azureml-scoring:")]
    for cell in REFUSED:
        assert f"{cell}-group" not in made
        assert f"{cell}-container" not in made
    configure(deployed, WORKS)
    deployed.up()


def test_no_credential_stands_anywhere_in_the_clear(deployed: Journey, outputs: dict[str, Any]) -> None:
    hidden = [outputs["principal_pull_password"], outputs["token_pull_password"]]
    assert all(len(secret) > 20 for secret in hidden)
    assert json.dumps(deployed.state(show_secrets=True)).count(hidden[1]) > 0, "the search has to be able to find it"
    assert deployed.found_in_the_clear(hidden) == []
    assert deployed.found_in_the_clear([KEY], given=True) == []


def test_destroy_leaves_nothing(deployed: Journey) -> None:
    deployed.pulumi("destroy", "--yes", "--skip-preview")
    assert "resources" not in deployed.state()["deployment"]
    assert deployed.left() == []
