"""An `up` that is interrupted, early and late, and killed: the same command goes on, and nothing is there twice.

The tests are steps on one stack, in this order.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from localcloud.arm.store import Store
from localcloud.images.content import ContentStore
from localcloud.runtime.process import ProcessRuntime
from tests.journeys.project import SAMPLE, STACK, Journey, free_port, plain_prediction, service
from tools import local

pytestmark = pytest.mark.journey

COMMAND = ["pulumi", "up", "--yes", "--skip-preview", "--non-interactive", "--stack", STACK]
WAIT = 120
"""Seconds; the engine ends within a few."""


@pytest.fixture(scope="module")
def port() -> int:
    return free_port()


@contextmanager
def running(journey: Journey) -> Iterator[subprocess.Popen[str]]:
    """An `up` in a process group of its own, as a terminal starts it."""
    with subprocess.Popen(
        COMMAND,
        cwd=journey.project,
        env=journey.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)


def read_until(process: subprocess.Popen[str], pattern: str) -> str:
    """What the engine shows up to a line that matches."""
    assert process.stdout is not None
    shown = ""
    for line in process.stdout:
        shown += line
        if re.search(pattern, line):
            return shown
    pytest.fail(f"{pattern} is nowhere in\n{shown}")


def interrupted(journey: Journey, moment: str) -> str:
    """Interrupts an `up` at a line that matches, as Ctrl-C does; returns what was shown."""
    with running(journey) as process:
        shown = read_until(process, moment)
        os.killpg(process.pid, signal.SIGINT)
        rest, _ = process.communicate(timeout=WAIT)
        assert process.returncode != 0
    return shown + rest


def left_by_killed_runs(journey: Journey, monkeypatch: pytest.MonkeyPatch) -> tuple[bool, int]:
    """What `make up` sees of an earlier run: whether it was cut off, and how many locks are left."""
    monkeypatch.setattr(local, "STACK", STACK)
    stack = local.LocalStack(journey.home, None)
    return stack._interrupted(), len(stack._locks())


def await_pending_operation(journey: Journey) -> None:
    """Waits until the engine has written down what it has begun, which it does just after it has shown it."""
    (state,) = (journey.home.root / "pulumi" / ".pulumi" / "stacks").rglob(f"{STACK}.json")
    deadline = time.monotonic() + WAIT
    while not json.loads(state.read_text())["checkpoint"]["latest"].get("pending_operations"):
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.parametrize("moment", ["RoleAssignment .*creat", ":Container .*creating"])
def test_an_interrupt_ends_in_order(journey: Journey, port: int, moment: str, monkeypatch: pytest.MonkeyPatch) -> None:
    base = {"context": "examples/diabetes", "imageName": "diabetes-base"}
    services = {"diabetes": service(local={"port": port})}
    journey.configure(location="westeurope", baseImage=base, services=services)
    shown = interrupted(journey, moment)
    assert "Traceback" not in shown, shown
    assert "KeyboardInterrupt" not in shown, shown
    assert "^C received; cancelling" in shown
    assert "error: the operation was cancelled" in shown
    assert left_by_killed_runs(journey, monkeypatch) == (False, 0)


def test_the_next_up_goes_through_and_the_service_predicts(journey: Journey, port: int) -> None:
    journey.up()
    answer = httpx.post(f"http://127.0.0.1:{port}/score", json=SAMPLE, timeout=30)
    assert answer.json() == plain_prediction()


def test_nothing_is_there_twice(journey: Journey) -> None:
    state = journey.state()["deployment"]["resources"]
    known = {str(resource.get("id", "")).lower() for resource in state}
    assert not [resource for resource in state if resource.get("delete")], "nothing waits for its deletion"
    there = Store(journey.home.database).list("resources")
    # What Azure makes by itself, such as the runs of a registry, is of types that no state has; a workspace's own
    # identity gets its role at the registry from Azure ML.
    own = {(one.get("identity") or {}).get("principalId") for one in there} - {None}
    there = [one for one in there if one["properties"].get("principalId") not in own]
    types = {document["type"] for document in there if document["id"].lower() in known}
    assert len(types) >= 8
    assert [one["id"] for one in there if one["type"] in types and one["id"].lower() not in known] == []
    runtime = ProcessRuntime(journey.home.containers, ContentStore(journey.home.blobs), journey.home.environments)
    assert len(runtime.list()) == 1
    directory = Store(journey.home.database)
    (application,) = (one for one in directory.list("applications") if one["displayName"] == "registry-pull")
    principals = [one for one in directory.list("servicePrincipals") if one["appId"] == application["appId"]]
    assert len(principals) == 1


def test_a_killed_up_is_seen_by_the_next_make_up(journey: Journey, monkeypatch: pytest.MonkeyPatch) -> None:
    script = journey.project / "examples" / "diabetes" / "score.py"
    script.write_text(script.read_text() + "# changed\n")
    with running(journey) as process:
        read_until(process, ":Container .*creating")
        await_pending_operation(journey)
        assert left_by_killed_runs(journey, monkeypatch) == (False, 1), "a run that is alive is not cut off"
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate(timeout=WAIT)
    assert left_by_killed_runs(journey, monkeypatch) == (True, 1)
