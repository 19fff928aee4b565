"""The log of a build: its lines are shown while the run goes on, and a log that can't be had fails nothing."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pulumi
import pytest
from azureml_scoring import ContainerRegistry
from azureml_scoring.builders import _run_log
from azureml_scoring.builders._run_log import follow_run_log
from pulumi.runtime.mocks import MockMonitor

from tests.components import inputs
from tests.components.builders.test_image import REQUEST
from tests.components.mocked import deploy

LINK, TASK_RUN = ":listRunLogSasUrl", ":getTaskRun"
RUN = {"runResult": {"runId": "ca1"}}


@dataclass
class Blob:
    """A log that grows, as storage serves it."""

    content: bytes = b""
    complete: bool = False
    status: int | None = None
    ranges: list[str] = field(default_factory=list)

    def answer(self, wanted: str) -> tuple[int, bytes]:
        """Status and body for a Range header."""
        self.ranges.append(wanted)
        first, last = (int(part) for part in wanted.removeprefix("bytes=").split("-"))
        if self.status or first >= len(self.content):
            return self.status or 416, b""
        return 206, self.content[first : last + 1]


@contextmanager
def serving(blob: Blob) -> Iterator[str]:
    """The address of the log."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            complete = blob.complete
            status, body = blob.answer(self.headers["Range"])
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            if complete:
                self.send_header("x-ms-meta-complete", "successful")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the base class's name
            """Says nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/log?sig={inputs.CANARY}"
        finally:
            server.shutdown()
            thread.join()


@dataclass
class Run:
    """The hooks of one run, called as the engine calls them."""

    hooks: pulumi.ResourceHookBinding
    shown: list[str]

    async def start(self) -> None:
        """Before the task run is made."""
        await self._call(self.hooks.before_create, new_inputs={"taskRunName": "base-build1"})

    async def succeed(self, outputs: dict[str, Any] | None = RUN) -> None:
        """After it was made."""
        await self._call(self.hooks.after_create, new_outputs=outputs)

    async def fail(self) -> bool:
        """When it could not be made: whether it is to be tried again."""
        (hook,) = self.hooks.on_error or []
        again: Any = hook.callback(pulumi.ErrorHookArgs("urn", "id", "base-build", "type", failed_operation="create"))
        return bool(await again)

    async def until(self, text: str) -> None:
        """Waits until something is shown."""
        async with asyncio.timeout(5):
            while text not in "\n".join(self.shown):  # noqa: ASYNC110 - a list has no event
                await asyncio.sleep(0.01)

    async def _call(self, hooks: Any, **args: Any) -> None:
        for hook in hooks:
            await hook.callback(pulumi.ResourceHookArgs("urn", "id", "base-build", "type", **args))


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_run_log, "_PAUSE", 0.02)
    monkeypatch.setattr(_run_log, "_LAST_LOOKS", 10)


def following(steps: Callable[[Run], Awaitable[None]], link: str = "", **answers: Any) -> list[str]:
    """What is shown while the steps of a run go on."""
    shown = list[str]()
    given: dict[str, Any] = {TASK_RUN: RUN, LINK: {"logLink": link}} | answers

    async def program() -> None:
        hub = ContainerRegistry("hub", inputs.registry())
        await steps(Run(follow_run_log(hub, "base", REQUEST), shown))

    deploy(program, shown, given)
    return shown


def test_lines_are_shown_while_the_run_goes_on_each_once() -> None:
    blob = Blob(b"Step 1/2 : FROM ubuntu:22.04\nStep 2/")

    async def steps(run: Run) -> None:
        await run.start()
        await run.until("Step 1/2")
        assert "Step 2/" not in "".join(run.shown)
        blob.content += "2 : COPY é .\n".encode()
        await run.until("Step 2/2 : COPY é .")
        blob.content += b"Run ID: ca1 was successful after 2s"
        blob.complete = True
        await run.succeed()

    with serving(blob) as link:
        shown = following(steps, link)
    assert "\n".join(shown).splitlines() == blob.content.decode().splitlines()
    # A step asks for what it has not read.
    assert "bytes=0-" in blob.ranges[0]
    assert any(wanted.startswith(("bytes=29", "bytes=36")) for wanted in blob.ranges)


def test_a_log_that_is_not_there_yet_is_waited_for() -> None:
    blob = Blob(b"first\n", status=404)

    async def steps(run: Run) -> None:
        await run.start()
        await asyncio.sleep(0.1)
        blob.status = None
        await run.until("first")
        blob.complete = True
        await run.succeed()

    with serving(blob) as link:
        assert following(steps, link) == ["first"]


def test_a_run_that_fails_ends_with_the_end_of_its_log_and_is_not_tried_again() -> None:
    lines = [f"line {number}" for number in range(50)]
    blob = Blob("\n".join([*lines, "", "COPY failed: no such file"]).encode(), complete=True)
    again = list[bool]()

    async def steps(run: Run) -> None:
        await run.start()
        again.append(await run.fail())

    with serving(blob) as link:
        shown = following(steps, link)
    assert again == [False]
    head, *tail = shown[-1].splitlines()
    assert head == "Run ca1 failed; the end of its log:"
    assert tail == [*lines[-19:], "COPY failed: no such file"]


def test_a_run_that_was_over_before_anybody_saw_it_is_shown_by_its_result() -> None:
    async def steps(run: Run) -> None:
        await run.start()
        await run.succeed()

    with serving(Blob(b"all of it\n", complete=True)) as link:
        assert following(steps, link, **{TASK_RUN: "Status=404"}) == ["all of it"]


def test_a_link_that_ran_out_is_asked_for_anew() -> None:
    blob = Blob(b"one\n", status=403)

    async def steps(run: Run) -> None:
        await run.start()
        await asyncio.sleep(0.1)
        blob.status, blob.complete = None, True
        await run.until("one")
        await run.succeed()

    with serving(blob) as link:
        assert following(steps, link) == ["one"]


@pytest.mark.parametrize("status", [403, 500])
def test_a_log_that_cannot_be_read_is_a_warning_without_the_link(status: int) -> None:
    async def steps(run: Run) -> None:
        await run.start()
        await run.succeed()

    with serving(Blob(status=status)) as link:
        (warning,) = following(steps, link)
    assert warning == "The log of run ca1 can't be shown: HTTPStatusError"


@pytest.mark.parametrize("outputs", [None, {}, {"runResult": None}])
def test_a_run_that_nobody_names_is_a_warning_and_a_failure_of_azure_ends_nothing(outputs: Any) -> None:
    async def steps(run: Run) -> None:
        await run.start()
        await run.succeed(outputs)

    (warning,) = following(steps, **{TASK_RUN: 'Status=403 Code="AuthorizationFailed"'})
    assert warning == "The log of the run can't be shown: LookupError"


def test_a_log_that_never_comes_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_run_log, "_LAST_LOOKS", 0.2)

    async def steps(run: Run) -> None:
        await run.start()
        await asyncio.wait_for(run.succeed(), 3)

    with serving(Blob(status=404)) as link:
        (warning,) = following(steps, link)
    assert warning.startswith("The log of run ca1 can't be shown: ")


def test_a_question_that_is_on_its_way_at_the_end_does_not_end_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_run_log, "_LAST_LOOKS", 0.05)
    answered = threading.Event()
    call: Any = MockMonitor.Invoke  # the SDK gives it no types

    def late(monitor: MockMonitor, request: Any) -> Any:
        if request.tok.endswith(TASK_RUN):
            time.sleep(0.5)
            answered.set()
        return call(monitor, request)

    async def steps(run: Run) -> None:
        await run.start()
        await asyncio.sleep(0.1)
        await run.succeed()
        assert not answered.is_set()

    monkeypatch.setattr(MockMonitor, "Invoke", late)
    assert following(steps) == ["The log of run ca1 can't be shown: TimeoutError"]
    assert answered.is_set()
