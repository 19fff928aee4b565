"""The log of a build: shown when it can be had; a log that can't be had fails nothing."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest
from azureml_scoring import ContainerRegistry
from azureml_scoring.builders._run_log import show_run_log

from tests.components import inputs
from tests.components.answering import serving
from tests.components.builders.test_image import REQUEST
from tests.components.mocked import deploy

LINK = ":listRunLogSasUrl"


def shown(outputs: dict[str, Any] | None, answers: dict[str, Any]) -> list[str]:
    """What the hook logs after the creation of a run with these outputs."""
    logged = list[str]()

    async def program() -> None:
        hook = show_run_log(ContainerRegistry("hub", inputs.registry()), "base", REQUEST)
        args: Any = pulumi.ResourceHookArgs("urn", "id", "base-build", "type", new_outputs=outputs)
        await hook.callback(args)  # type: ignore[misc]  # this hook is a coroutine function

    deploy(program, logged, answers)
    return logged


def test_the_log_of_the_run_is_shown_whole() -> None:
    asked = list[str]()
    log = "Step 1/2 : FROM ubuntu:22.04\nStep 2/2 : COPY . .\nRun ID: ca1 was successful after 2s\n"
    with serving([(200, log)], asked) as port:
        logged = shown({"runResult": {"runId": "ca1"}}, {LINK: {"logLink": f"http://127.0.0.1:{port}/log?sig=x"}})
    assert asked == ["/log?sig=x"]
    assert "\n".join(logged).splitlines() == log.splitlines()


@pytest.mark.parametrize("status", [403, 404, 500])
def test_a_log_that_cannot_be_read_is_a_warning_without_the_link(status: int) -> None:
    with serving([(status, "")]) as port:
        link = f"http://127.0.0.1:{port}/log?sig={inputs.CANARY}"
        (warning,) = shown({"runResult": {"runId": "ca1"}}, {LINK: {"logLink": link}})
    assert warning == "The log of run ca1 can't be shown: HTTPStatusError"


@pytest.mark.parametrize("outputs", [None, {}, {"runResult": None}, {"runResult": {"runId": "ca1"}}])
def test_a_run_without_result_or_link_is_a_warning(outputs: dict[str, Any] | None) -> None:
    (warning,) = shown(outputs, {})
    assert "can't be shown" in warning


def test_a_link_that_azure_refuses_is_a_warning_and_does_not_end_the_program() -> None:
    (warning,) = shown({"runResult": {"runId": "ca1"}}, {LINK: 'Status=403 Code="AuthorizationFailed"'})
    assert warning == "The log of run ca1 can't be shown: Exception"
