"""Bad input on the real engine: a message that says what is wrong, nothing left behind, and a way back.

The tests are steps on one stack, in this order: from a configuration that is refused to a service that predicts.
"""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest

from localcloud import report
from tests.components.answering import serving
from tests.journeys.project import SAMPLE, Journey, free_port, service

pytestmark = pytest.mark.journey

CANARY = "canary-4711"
BASE = {"context": "examples/diabetes", "imageName": "diabetes-base"}


@pytest.fixture(scope="module")
def example(journey: Journey) -> Path:
    """The example's folder in the copy of the project."""
    return journey.project / "examples" / "diabetes"


@pytest.fixture(scope="module")
def port() -> int:
    return free_port()


def test_a_wrong_configuration_is_one_message_and_nothing_happens(journey: Journey, example: Path) -> None:
    (example / "broken.Dockerfile").write_text("FORM ubuntu:22.04\n")
    (example / "broken.py").write_text("def init():\n    pass\n\ndef run(data)\n    return data\n")
    with serving([(404, "")]) as taken:
        services = {
            "diabetes": service(entryScript="examples/diabetes/broken.py", local={"port": taken}),
            "remote": service(target="aci", auth="none", models=["nothing.joblib"], model="x"),
        }
        base = BASE | {"dockerfile": "broken.Dockerfile"}
        journey.configure(location="westeurope", baseImage=base, services=services, registry={"sku": "Gold"})
        shown = journey.failed_up()
    assert "Traceback" not in shown
    for expected in (
        "the stack's configuration has 6 problems; nothing was deployed:",
        "azureml-scoring:registry.sku is wrong: input should be 'Basic', 'Standard' or 'Premium'; got 'Gold'",
        "azureml-scoring:services.remote.model is no key that is known here; got 'x'; e.g. models",
        "azureml-scoring:services.remote.models[0] must be a file or folder that exists; got 'nothing.joblib'",
        "azureml-scoring:baseImage.dockerfile: examples/diabetes/broken.Dockerfile:1 must hold Dockerfile instructions",
        "azureml-scoring:services.diabetes.entryScript: examples/diabetes/broken.py:4 must parse as Python",
        "azureml-scoring:services.diabetes.local.port must be free on 127.0.0.1, but another program listens on it",
        f"got {taken};",
    ):
        assert shown.count(expected) == 1, f"{expected}\nis not once in\n{shown}"
    resources = journey.state()["deployment"].get("resources", [])
    assert {resource["type"] for resource in resources} <= {"pulumi:pulumi:Stack"}
    assert [line for line in report.status(journey.home) if line.startswith(("resources", "container"))] == []


def test_a_build_that_fails_says_at_which_line(journey: Journey, example: Path, port: int) -> None:
    (example / "broken.Dockerfile").write_text("FROM ubuntu:22.04\nCOPY nothere .\n")
    services = {"diabetes": service(local={"port": port})}
    journey.configure(
        location="westeurope",
        baseImage=BASE | {"dockerfile": "broken.Dockerfile", "requirementLevel": "off"},
        services=services,
    )
    shown = journey.failed_up()
    assert "Dockerfile line 2: COPY nothere .: COPY failed: " in shown
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"http://127.0.0.1:{port}/", timeout=5)


def test_a_service_that_cannot_start_shows_the_end_of_its_log(journey: Journey, example: Path, port: int) -> None:
    script = example / "score.py"
    (example / "raises.py").write_text(
        script.read_text().replace("global model", 'raise ValueError("no such weights")')
    )
    services = {"diabetes": service(entryScript="examples/diabetes/raises.py", local={"port": port})}
    journey.configure(location="westeurope", baseImage=BASE, services=services)
    shown = journey.failed_up()
    assert "ValueError: no such weights" in shown
    assert "neither the container nor its image has a health check" not in shown


def test_after_mending_the_same_command_goes_through(journey: Journey, port: int) -> None:
    journey.configure(location="westeurope", baseImage=BASE, services={"diabetes": service(local={"port": port})})
    key = "azureml-scoring:services.diabetes.secretEnvironmentVariables.API_KEY"
    journey.pulumi("config", "set", "--path", "--secret", key, CANARY)
    journey.up()
    answer = httpx.post(f"http://127.0.0.1:{port}/score", json=SAMPLE, timeout=30)
    assert answer.status_code == httpx.codes.OK
    assert len(answer.json()) == len(SAMPLE["data"])


def test_a_secret_of_the_configuration_reaches_the_service_and_is_encrypted_in_the_state(journey: Journey) -> None:
    assert CANARY not in "".join(journey.log)
    assert CANARY not in json.dumps(journey.state())
    (container,) = (
        resource
        for resource in journey.state(show_secrets=True)["deployment"]["resources"]
        if resource["type"] == "docker:index/container:Container"
    )
    assert f"API_KEY={CANARY}" in json.dumps(container["inputs"]["envs"])
