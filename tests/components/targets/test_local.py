"""The container that a local service is: on loopback only, healthy before it counts as there."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from azureml_scoring import ScoringService

from tests.components import inputs
from tests.components.answering import serving
from tests.components.mocked import DIGEST, Registered, deploy, is_secret


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return inputs.write_service(tmp_path_factory.mktemp("service"))


def registered(folder: Path, **changes: Any) -> Registered:
    """What a local service registers."""
    args = inputs.service(folder, target="local", local={"port": 28890}, **changes)
    return deploy(lambda: ScoringService("scores", args))


@pytest.fixture(scope="module")
def plain(folder: Path) -> Registered:
    return registered(folder)


def test_the_container_is_published_on_loopback_only(plain: Registered) -> None:
    (port,) = plain.one("Container").inputs["ports"]
    assert port == {"internal": 5001, "external": 28890, "ip": "127.0.0.1"}


def test_image_and_container_go_through_the_provider_that_logs_in(plain: Registered) -> None:
    provider = plain.one("pulumi:providers:docker")
    assert is_secret(provider.inputs["registryAuth"])
    assert "registryAuth" in provider.options.additionalSecretOutputs
    for request in (plain.one("RemoteImage"), plain.one("Container")):
        assert "providers:docker::scores-docker" in request.options.provider
    assert plain.one("RemoteImage").inputs["name"] == f"contoso.azurecr.io/scores@{DIGEST}"


def test_the_image_is_asked_for_before_it_is_pulled(plain: Registered) -> None:
    hooks = plain.one("RemoteImage").options.hooks
    assert list(hooks.before_create) == list(hooks.before_update) == ["ScoringService-scores-pull"]
    assert not plain.one("Container").options.hooks.before_create


def test_the_engine_logs_in_to_the_registry_and_to_no_other(plain: Registered) -> None:
    auth = plain.one("pulumi:providers:docker").inputs["registryAuth"]["value"]
    expected = {"address": "contoso.azurecr.io", "username": "puller", "password": inputs.CANARY}
    assert json.loads(auth) == [expected]


def test_without_a_login_anybody_pulls(folder: Path) -> None:
    made = registered(folder, pull_username="", pull_password="")
    assert made.one("pulumi:providers:docker").inputs["registryAuth"]["value"] == "[]"


def test_the_old_container_goes_first_since_the_port_is_one(plain: Registered) -> None:
    container = plain.one("Container")
    assert container.options.deleteBeforeReplace
    assert container.inputs["wait"] is True
    assert container.inputs["waitTimeout"] >= 60
    assert container.inputs["restart"] == "unless-stopped"


def test_variables_are_sorted_and_secret_ones_are_secrets(folder: Path) -> None:
    made = registered(folder, environment_variables={"Z": "1"}, secret_environment_variables={"KEY": inputs.CANARY})
    shown = [one for one in made.one("Container").inputs["envs"] if not is_secret(one)]
    assert shown == ["SERVICE_NAME=scores", "Z=1"]
    assert made.one("Container").inputs["envs"][0]["value"] == f"KEY={inputs.CANARY}"


@pytest.mark.parametrize(("status", "healthy"), [(200, True), (404, False), (503, False)])
def test_the_health_check_passes_for_a_service_that_answers_200(
    plain: Registered, status: int, *, healthy: bool
) -> None:
    kind, _, *command = plain.one("Container").inputs["healthcheck"]["tests"]
    assert kind == "CMD"
    with serving([(status, "")]) as port:
        script = command[1].replace(":5001/", f":{port}/")
        done = subprocess.run([sys.executable, command[0], script], capture_output=True, check=False, timeout=30)
    assert (done.returncode == 0) is healthy
