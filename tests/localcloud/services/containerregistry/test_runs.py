"""Runs of ACR Tasks: their ids, their logs, their ends."""

from __future__ import annotations

import re
import threading
from typing import TYPE_CHECKING, Any

from localcloud.arm.ids import ResourceId
from localcloud.services.containerregistry import runs
from localcloud.services.containerregistry.run_files import log_file
from localcloud.services.containerregistry.run_log import RunLog

if TYPE_CHECKING:
    import pytest


def test_the_log_reads_as_that_of_az_acr_build(tasks: Any) -> None:
    tasks.run(tasks.body(tasks.upload(), "app:v1", "app:v2"))
    lines = tasks.log("ca1").splitlines()

    assert re.fullmatch(r"\d{4}/\d\d/\d\d \d\d:\d\d:\d\d Downloading source code\.\.\.", lines[0])
    assert lines[1].endswith(" Finished downloading source code")
    text = "\n".join(lines)
    for expected in (
        f" Logging in to registry: {tasks.login_server}",
        " Executing step ID: build. Timeout(sec): 28800, Working directory: '', Network: ''",
        "Step 1/6 : FROM ubuntu:22.04",
        f"Successfully tagged {tasks.login_server}/app:v2",
        f" Pushing image: {tasks.login_server}/app:v1, attempt 1",
        f"v1: digest: {tasks.digest('app', 'v1')} size: ",
    ):
        assert expected in text
    assert re.fullmatch(r"Run ID: ca1 was successful after \d+s", lines[-1])


def test_runs_are_counted_in_base_36_and_anew_for_a_new_registry(tasks: Any) -> None:
    registry = ResourceId.parse(tasks.id)
    names = [runs.create(tasks.cloud, registry, {})["name"] for _ in range(37)]

    assert [names[at] for at in (0, 8, 9, 34, 35, 36)] == ["ca1", "ca9", "caa", "caz", "ca10", "ca11"]
    tasks.arm.delete(tasks.id)
    tasks.arm.put(tasks.id, {"location": "westeurope", "sku": {"name": "Basic"}})
    assert tasks.run(tasks.body(tasks.upload()))["runResult"]["name"] == "ca1"


def test_a_log_is_read_while_the_run_goes_on_and_tells_when_it_is_complete(
    tasks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_push, go_on = threading.Event(), threading.Event()

    def slow_push(*_: object) -> None:
        at_push.set()
        assert go_on.wait(10)

    monkeypatch.setattr("localcloud.services.containerregistry.execution.push", slow_push)
    response = tasks.arm.send("PUT", f"{tasks.id}/taskRuns/build-1", tasks.body(tasks.upload(), "app:v1"))
    assert at_push.wait(10)
    link = tasks.arm.post(f"{tasks.id}/runs/ca1/listLogSasUrl")["logLink"]
    during = tasks.arm.http.get(link)
    running = tasks.arm.get(f"{tasks.id}/taskRuns/build-1")["properties"]["runResult"]["properties"]["status"]
    go_on.set()
    tasks.arm.operation(response)
    after = tasks.arm.http.get(link)

    assert running == "Running"
    assert "Pushing image" in during.text
    assert "was successful" not in during.text
    assert "x-ms-meta-complete" not in during.headers
    assert after.text.startswith(during.text)
    assert after.headers["x-ms-meta-complete"] == "successful"
    part = tasks.arm.http.get(link, headers={"x-ms-range": "bytes=5-9"})
    assert (part.status_code, part.text) == (206, after.text[5:10])
    assert part.headers["content-range"] == f"bytes 5-9/{len(after.content)}"
    assert tasks.arm.http.get(link, headers={"range": f"bytes={len(after.content)}-"}).status_code == 416
    assert tasks.arm.http.head(link).headers["content-length"] == str(len(after.content))


def test_a_log_needs_its_own_signature(tasks: Any, stranger: Any) -> None:
    source = tasks.upload()
    for name in ("build-1", "build-2"):
        tasks.run(tasks.body(source), name)
    link = tasks.arm.post(f"{tasks.id}/runs/ca1/listLogSasUrl")["logLink"]

    assert stranger.get(link).status_code == 200
    assert stranger.get(link.partition("?")[0]).status_code == 403
    assert stranger.get(link.replace("/ca1/", "/ca2/")).status_code == 403


def test_a_run_that_takes_too_long_times_out(tasks: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RunLog, "seconds", property(lambda _: 301.0))
    properties, message, _ = tasks.fail(tasks.body(tasks.upload(), "app:v1", timeout=300))

    assert properties["runResult"]["properties"]["status"] == "Timeout"
    assert "timed out after 300 seconds" in message


def test_a_run_that_a_crash_cut_off_is_an_error_after_the_restart(tasks: Any) -> None:
    tasks.run(tasks.body(tasks.upload(), "app:v1"))
    run = tasks.arm.get(f"{tasks.id}/runs/ca1")
    run["properties"] |= {"status": "Running", "provisioningState": "Creating"}
    tasks.cloud.resources.save(run)
    tasks.cloud.resources.resume(tasks.cloud)

    properties = tasks.arm.get(f"{tasks.id}/runs/ca1")["properties"]
    assert properties["status"] == "Error"
    assert "interrupted" in properties["runErrorMessage"]


def test_runs_are_not_written_by_clients_and_go_with_their_registry(tasks: Any) -> None:
    tasks.run(tasks.body(tasks.upload(), "app:v1"))
    assert tasks.arm.refused(f"{tasks.id}/runs/mine", {})[0] == 405
    tasks.arm.delete(f"{tasks.id}/taskRuns/build-1")
    assert tasks.arm.get(f"{tasks.id}/runs/ca1")["name"] == "ca1"
    path = log_file(tasks.cloud, "myRegistry", "ca1")
    assert path.exists()
    tasks.arm.delete(tasks.id)

    assert not path.exists()
