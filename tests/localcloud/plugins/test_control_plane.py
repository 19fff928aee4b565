"""Requests: loopback only, retried as azure-native does, found again after a restart of the control plane."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from localcloud.home import Home
from localcloud.plugins.control_plane import Address, ControlPlane, address_of, require_loopback, time_scale
from localcloud.plugins.errors import Cancelled, ControlPlaneDown, NotLoopback, redact
from localcloud.plugins.sessions import Pace, Session
from tests.localcloud.plugins.fake_cloud import URL, FakeCloud

PATH = "/subscriptions/s/thing"


def send(cloud: FakeCloud, path: str = PATH) -> httpx.Response:
    return asyncio.run(cloud.control_plane().request(Pace.of(Session(), 10), "GET", path))


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_answers_that_may_pass_are_asked_for_again(status: int) -> None:
    cloud = FakeCloud()
    cloud.answer(f"GET {PATH}", status, None, Retry_After="17")
    cloud.answer(f"GET {PATH}", 200)
    assert send(cloud).status_code == 200
    assert len(cloud.seen) == 2


def test_a_conflict_is_asked_for_again_only_while_another_operation_runs() -> None:
    cloud = FakeCloud()
    cloud.answer(f"GET {PATH}", 409, {"error": {"code": "AnotherOperationInProgress", "message": ""}})
    cloud.answer(f"GET {PATH}", 409, {"error": {"code": "AlreadyInUse", "message": ""}})
    assert send(cloud).status_code == 409
    assert len(cloud.seen) == 2


def test_the_fourth_answer_counts() -> None:
    cloud = FakeCloud()
    for _ in range(5):
        cloud.answer(f"GET {PATH}", 503)
    assert send(cloud).status_code == 503
    assert len(cloud.seen) == 4


def test_a_refused_connection_is_tried_again_at_the_address_of_the_day() -> None:
    cloud = FakeCloud()
    cloud.break_connection(f"GET {PATH}")
    cloud.answer(f"GET {PATH}", 200)
    addresses = iter(["https://127.0.0.1:1", "https://127.0.0.1:2"])
    plane = ControlPlane(lambda: Address(next(addresses), "t"), 0.0, httpx.MockTransport(cloud.handle))
    asyncio.run(plane.request(Pace.of(Session(), 10), "GET", PATH))
    assert [request.headers["host"] for request in cloud.seen] == ["127.0.0.1:1", "127.0.0.1:2"]


def test_a_control_plane_that_is_gone_is_named() -> None:
    cloud = FakeCloud()
    for _ in range(4):
        cloud.break_connection(f"GET {PATH}")
    with pytest.raises(
        ControlPlaneDown, match=f"control plane at {URL} does not answer .connection refused.; start it"
    ):
        send(cloud)


def test_a_request_that_must_not_be_repeated_is_not() -> None:
    cloud = FakeCloud()
    cloud.answer(f"POST {PATH}", 500)
    plane = cloud.control_plane()
    assert asyncio.run(plane.request(Pace.of(Session(), 10), "POST", PATH, retried=False)).status_code == 500
    cloud.break_connection(f"POST {PATH}")
    cloud.answer(f"POST {PATH}", 200)
    assert asyncio.run(plane.request(Pace.of(Session(), 10), "POST", PATH, retried=False)).status_code == 200


@pytest.mark.parametrize(
    "url",
    [
        "https://management.azure.com/subscriptions",
        "https://localhost/x",
        "https://127.0.0.1.example.com/x",
        "https://10.0.0.1/x",
        "https://0.0.0.0/x",
        "https://127.0.0.1@example.com/x",
        "//example.com/x",
    ],
)
def test_nothing_is_sent_outside_this_machine(url: str) -> None:
    cloud = FakeCloud()
    with pytest.raises(NotLoopback, match="refused to send a request"):
        send(cloud, url)
    assert cloud.seen == []


def test_loopback_addresses_are_let_through() -> None:
    for url in ("https://127.0.0.1:8443/x", "https://127.31.149.4:5443/v2/", "https://[::1]:1/x"):
        require_loopback(url)


def test_waiting_ends_with_the_session() -> None:
    async def scenario() -> None:
        cloud, session = FakeCloud(), Session()
        cloud.answer(f"GET {PATH}", 503)
        waiting = asyncio.create_task(cloud.control_plane(scale=1).request(Pace.of(session, 10), "GET", PATH))
        await asyncio.sleep(0.05)
        session.cancelled.set()
        with pytest.raises(Cancelled):
            await waiting

    asyncio.run(scenario())


def test_the_address_is_what_the_control_plane_wrote_down(tmp_path: Path) -> None:
    home = Home(root=tmp_path, cache=tmp_path)
    with pytest.raises(ControlPlaneDown, match="has not been started; start it"):
        address_of(home)
    home.endpoint_file.write_text(json.dumps({"url": URL, "pid": 1}))
    home.token_file.write_text("canary\n")
    address = address_of(home)
    assert address.url == URL
    assert address.token == "canary"
    assert "canary" not in repr(address)


def test_the_time_scale_is_a_hundredth_unless_it_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LOCALCLOUD_TIME_SCALE", raising=False)
    assert time_scale() == 0.01
    monkeypatch.setenv("LOCALCLOUD_TIME_SCALE", "0.5")
    assert time_scale() == 0.5


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("wrong canary-1 and canary", "wrong [secret] and [secret]"),
        ("at 1 of 10", "at [secret] of 10"),
    ],
)
def test_secrets_are_taken_out_of_messages(message: str, expected: str) -> None:
    secrets: Callable[[], set[str]] = lambda: {"canary", "canary-1", "1", ""}  # noqa: E731  a fresh set for each case
    assert redact(message, secrets()) == expected
