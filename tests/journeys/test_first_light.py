"""The main journey, on the real engine: up, score, up again, change the script, and nothing left in the end.

The tests are steps on one stack, in this order. The cloud behind it is localcloud, a stand-in: what is shown here is
what the components and the engine do with the answers that Azure documents.
"""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
from typing import Any

import httpx
import pytest

from localcloud import lifecycle
from tests.journeys.project import Journey, command_lines, free_port, plain_prediction, predict, service

pytestmark = pytest.mark.journey

KEY = secrets.token_urlsafe(24)
"""What callers of the container group show: whoever reaches it could call it otherwise."""


@pytest.fixture(scope="module")
def port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def deployed(journey: Journey, port: int) -> Journey:
    """The journey after its first `up`: one service on a local port, one in a container group."""
    services = {"diabetes": service(local={"port": port}), "remote": service(target="aci", auth="key")}
    base = {"context": "examples/diabetes", "imageName": "diabetes-base"}
    journey.configure(location="westeurope", baseImage=base, services=services)
    journey.secret("services.remote.primaryKey", KEY)
    journey.up()
    return journey


@pytest.fixture(scope="module")
def outputs(deployed: Journey) -> dict[str, Any]:
    return deployed.outputs()


def test_both_targets_predict_what_the_model_does_in_plain_python(outputs: dict[str, Any], port: int) -> None:
    expected = plain_prediction()
    assert outputs["diabetes_scoring_uri"] == f"http://127.0.0.1:{port}/score"
    assert predict(outputs["diabetes_scoring_uri"]) == expected
    assert predict(outputs["remote_scoring_uri"], KEY) == expected
    assert {outputs["diabetes_state"], outputs["remote_state"]} == {"Healthy"}


def test_swagger_describes_the_request(outputs: dict[str, Any]) -> None:
    swagger = httpx.get(outputs["diabetes_scoring_uri"].replace("/score", "/swagger.json"), timeout=10).json()
    assert swagger["info"]["title"] == "diabetes"


def test_images_are_known_by_digest_and_never_as_latest(outputs: dict[str, Any]) -> None:
    for reference in (outputs["base_image"], outputs["diabetes_image_reference"]):
        repository_and_tag, _, digest = reference.partition("@")
        assert digest.startswith("sha256:")
        assert len(digest) == len("sha256:") + 64
        assert repository_and_tag.rpartition(":")[2].startswith("c-")


def test_the_second_up_and_a_refresh_change_nothing(deployed: Journey, outputs: dict[str, Any]) -> None:
    deployed.up("--expect-no-changes")
    deployed.pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes")
    deployed.up("--expect-no-changes")
    assert deployed.outputs() == outputs


def test_the_service_principal_pulls_and_nobody_else_does(deployed: Journey, outputs: dict[str, Any]) -> None:
    reference, _, digest = outputs["base_image"].partition("@")
    host, _, rest = reference.partition("/")
    url = f"https://{host}/v2/{rest.rpartition(':')[0]}/manifests/{digest}"
    username, password = _pull_credentials(deployed)
    accept = {"Accept": "application/vnd.oci.image.manifest.v1+json"}
    with httpx.Client(verify=deployed.trust(), headers=accept, timeout=10) as client:
        assert client.get(url, auth=(username, password)).headers["docker-content-digest"] == digest
        assert client.get(url, auth=(username, "wrong")).status_code == httpx.codes.UNAUTHORIZED
        assert client.get(url).status_code == httpx.codes.UNAUTHORIZED
        upload = url.partition("/manifests/")[0] + "/blobs/uploads/"
        assert client.post(upload, auth=(username, password)).status_code in {401, 403}


def test_no_secret_stands_anywhere_in_the_clear(deployed: Journey) -> None:
    _, password = _pull_credentials(deployed)
    assert len(password) > 20
    assert password in json.dumps(deployed.state(show_secrets=True)), "the search itself has to be able to find it"
    deployed.log.clear()
    deployed.up()
    assert (deployed.project / "events.json").exists()
    assert deployed.found_in_the_clear([password]) == []
    assert deployed.found_in_the_clear([KEY], given=True) == []


def test_a_wrong_request_is_answered_with_4xx_and_the_service_goes_on(outputs: dict[str, Any]) -> None:
    uri = outputs["diabetes_scoring_uri"]
    assert httpx.post(uri, json={"wrong": []}, timeout=10).status_code == httpx.codes.BAD_REQUEST
    assert predict(uri) == plain_prediction()


def test_a_kill_of_the_control_plane_interrupts_no_service(deployed: Journey, outputs: dict[str, Any]) -> None:
    control = lifecycle.CONTROL.running(deployed.home)
    assert control is not None
    os.kill(control.pid, signal.SIGKILL)
    assert predict(outputs["diabetes_scoring_uri"]) == plain_prediction()
    assert predict(outputs["remote_scoring_uri"], KEY) == plain_prediction()
    assert lifecycle.start(deployed.home) == ["control"]
    deployed.up("--expect-no-changes")


def test_a_changed_script_gives_a_new_prediction_and_leaves_the_base_image(
    deployed: Journey, outputs: dict[str, Any]
) -> None:
    script = deployed.project / "examples" / "diabetes" / "score.py"
    script.write_text(script.read_text().replace("model.predict(rows)", "(model.predict(rows) + 1000)"))
    deployed.up()
    after = deployed.outputs()
    assert after["base_image"] == outputs["base_image"]
    assert after["diabetes_image_reference"] != outputs["diabetes_image_reference"]
    expected = [value + 1000 for value in plain_prediction()]
    assert predict(after["diabetes_scoring_uri"]) == pytest.approx(expected)
    assert predict(after["remote_scoring_uri"], KEY) == pytest.approx(expected)
    assert after["remote_scoring_uri"] == outputs["remote_scoring_uri"], "the group is changed in place"


def test_destroy_leaves_nothing(deployed: Journey, port: int) -> None:
    deployed.pulumi("destroy", "--yes", "--skip-preview")
    assert "resources" not in deployed.state()["deployment"]
    assert deployed.left() == []
    assert [line for line in command_lines() if str(deployed.home.containers) in line] == []
    with socket.socket() as probe:
        # Answered connections may still linger: what counts is that nobody listens.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))


def _pull_credentials(journey: Journey) -> tuple[str, str]:
    resources = journey.state(show_secrets=True)["deployment"]["resources"]
    by_type = {resource["type"]: resource for resource in resources}
    principal = by_type["azuread:index/servicePrincipal:ServicePrincipal"]["outputs"]["clientId"]
    password = by_type["azuread:index/servicePrincipalPassword:ServicePrincipalPassword"]["outputs"]["value"]
    return principal, json.loads(password["plaintext"])
