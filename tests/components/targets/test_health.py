"""Waiting for a service: it asks until 200 comes, and says where when that takes too long."""

from __future__ import annotations

import re
import socket
from typing import Any

import pulumi
import pytest
from azureml_scoring import ComponentError, ContainerRegistry
from azureml_scoring.targets import _health
from azureml_scoring.targets._health import wait_until_healthy

from tests.components import inputs
from tests.components.answering import serving
from tests.components.mocked import GROUP_ID, deploy


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_health, "_DEADLINE", 0.3)
    monkeypatch.setattr(_health, "_PAUSE", 0.01)
    monkeypatch.setattr(_health, "_LOOK", 0.01)


GROUP = f"{GROUP_ID}/providers/Microsoft.ContainerInstance/containerGroups/scores-group"


def wait(port: int, outputs: dict[str, Any] | None, *, private: bool = False, **answers: Any) -> list[str]:
    """Runs the hook after an update with these outputs; returns what it logs."""
    logged = list[str]()

    async def program() -> None:
        registry = ContainerRegistry("hub", inputs.registry())
        hook = wait_until_healthy(registry, "scores", port, "http", private=private)
        args: Any = pulumi.ResourceHookArgs("urn", GROUP, "scores-group", "type", new_outputs=outputs)
        await hook.callback(args)  # type: ignore[misc]  # this hook is a coroutine function

    deploy(program, logged, answers={f":{key}": value for key, value in answers.items()})
    return logged


def container(**view: Any) -> dict[str, Any]:
    """What Azure answers to a question for the group."""
    return {"containers": [{"name": "scoring", "instanceView": view}]}


LOOPBACK = {"ipAddress": {"ip": "127.0.0.1"}}


def test_it_asks_again_until_the_service_answers_200(monkeypatch: pytest.MonkeyPatch) -> None:
    # A busy machine may take longer for three answers than a test of the end waits.
    monkeypatch.setattr(_health, "_DEADLINE", 30)
    asked = list[str]()
    with serving([(502, ""), (503, ""), (200, "Healthy")], asked) as port:
        (message,) = wait(port, LOOPBACK)
    assert asked == ["/", "/", "/"]
    assert re.fullmatch(r"scores is healthy after \d+ s", message)


def test_a_service_that_stays_unhealthy_fails_the_update_and_says_where() -> None:
    with serving([(503, "")]) as port, pytest.raises(ComponentError) as error:
        wait(port, LOOPBACK)
    assert str(error.value) == (
        f"ContainerRegistry 'scores': http://127.0.0.1:{port}/ did not answer 200 within 0 s; "
        "see its log: az container logs --resource-group group --name scores-group"
    )


def test_a_container_that_ends_again_and_again_is_not_waited_for_any_longer() -> None:
    view = container(restartCount=2, previousState={"state": "Terminated", "exitCode": 3})
    with serving([(503, "")]) as port, pytest.raises(ComponentError) as error:
        wait(port, LOOPBACK, getContainerGroup=view)
    said = "does not answer: its container ended and was started again 2 times, last with exit code 3; see its log"
    assert said in str(error.value)


def test_of_a_private_address_only_the_container_is_looked_at() -> None:
    view = container(restartCount=0, currentState={"state": "Running"})
    (message,) = wait(1, LOOPBACK, private=True, getContainerGroup=view)
    assert re.fullmatch(
        r"scores runs after \d+ s; its address is private, so whether it answers was not asked", message
    )


def test_the_end_of_the_log_is_in_the_error(monkeypatch: pytest.MonkeyPatch) -> None:
    async def end(*_: object) -> str:
        return "the container's last lines:\nValueError: no such weights"

    monkeypatch.setattr(_health, "log_end", end)
    with serving([(503, "")]) as port, pytest.raises(ComponentError, match="last lines:\nValueError: no such weights"):
        wait(port, LOOPBACK)


def test_a_service_that_does_not_listen_yet_is_waited_for_as_well() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(ComponentError, match="did not answer 200"):
        wait(port, LOOPBACK)


@pytest.mark.parametrize("outputs", [None, {}, {"ipAddress": None}, {"ipAddress": {}}])
def test_a_group_without_an_address_is_nothing_to_wait_for(outputs: dict[str, Any] | None) -> None:
    assert wait(1, outputs) == []
