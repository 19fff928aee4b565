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
from tests.components.mocked import deploy


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_health, "_DEADLINE", 0.3)
    monkeypatch.setattr(_health, "_PAUSE", 0.01)


def wait(port: int, outputs: dict[str, Any] | None) -> list[str]:
    """Runs the hook after an update with these outputs; returns what it logs."""
    logged = list[str]()

    async def program() -> None:
        hook = wait_until_healthy(ContainerRegistry("hub", inputs.registry()), "scores", port)
        args: Any = pulumi.ResourceHookArgs("urn", "id", "scores-group", "type", new_outputs=outputs)
        await hook.callback(args)  # type: ignore[misc]  # this hook is a coroutine function

    deploy(program, logged)
    return logged


LOOPBACK = {"ipAddress": {"ip": "127.0.0.1"}}


def test_it_asks_again_until_the_service_answers_200() -> None:
    asked = list[str]()
    with serving([(502, ""), (503, ""), (200, "Healthy")], asked) as port:
        (message,) = wait(port, LOOPBACK)
    assert asked == ["/", "/", "/"]
    assert re.fullmatch(r"scores is healthy after \d+ s", message)


def test_a_service_that_stays_unhealthy_fails_the_update_and_says_where() -> None:
    with serving([(503, "")]) as port, pytest.raises(ComponentError) as error:
        wait(port, LOOPBACK)
    assert str(error.value) == (
        f"ContainerRegistry 'scores': http://127.0.0.1:{port}/ did not answer 200 within 0 s; see the container's log"
    )


def test_a_service_that_does_not_listen_yet_is_waited_for_as_well() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(ComponentError, match="did not answer 200"):
        wait(port, LOOPBACK)


@pytest.mark.parametrize("outputs", [None, {}, {"ipAddress": None}, {"ipAddress": {}}])
def test_a_group_without_an_address_is_nothing_to_wait_for(outputs: dict[str, Any] | None) -> None:
    assert wait(1, outputs) == []
