"""When a container is healthy: the count of checks, without processes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from localcloud.runtime import child
from localcloud.runtime.health import HealthMonitor

if TYPE_CHECKING:
    from localcloud.runtime.documents import Check, Launch

START = 1000.0


class Clocked:
    """A monitor whose checks end at once with a result that the test gives; counts them."""

    def __init__(self, **check: Any) -> None:
        defaults: dict[str, Any] = {
            "argv": ["check"], "http": None, "interval": 10.0, "timeout": 5.0,
            "retries": 3, "start_period": 0.0, "start_interval": 0.2,
        }  # fmt: skip
        launch: Any = {"environment": {}, "directory": "/", "ports": {}, "network": "/nowhere"}
        made: Launch = launch
        checks: Check = defaults | check  # type: ignore[assignment]  # fields by name
        self.monitor = HealthMonitor(made, checks, START)
        self.at: list[float] = []

    def run(self, until: float, result: int) -> str:
        """Let time pass; each check that comes due ends with `result` at once."""
        while (now := self.monitor.next_time()) <= START + until:
            self.monitor.tick(now)
            self.at.append(round(now - START, 3))
            self.monitor.ended(result, now)
        return self.monitor.status


@pytest.fixture(autouse=True)
def no_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "execute", lambda *_: 1)


def test_checks_come_quickly_until_one_succeeds() -> None:
    clocked = Clocked()
    assert clocked.run(0.6, 1) == "starting"
    assert clocked.run(25, 0) == "healthy"
    assert clocked.at == [0.1, 0.3, 0.5, 0.7, 10.7, 20.7]


def test_failures_count_once_an_interval_while_starting() -> None:
    clocked = Clocked(interval=1.0)
    assert clocked.run(2.9, 1) == "starting"
    assert clocked.run(3.5, 1) == "unhealthy"


def test_failures_in_the_start_period_do_not_count() -> None:
    clocked = Clocked(interval=1.0, start_period=5.0, retries=1)
    assert clocked.run(5.9, 1) == "starting"
    assert clocked.run(6.2, 1) == "unhealthy"


def test_retries_in_a_row_make_it_unhealthy_and_one_success_heals() -> None:
    clocked = Clocked()
    assert clocked.run(1, 0) == "healthy"
    assert clocked.run(29, 1) == "healthy"
    assert clocked.run(31, 1) == "unhealthy"
    assert clocked.run(41, 0) == "healthy"
    assert clocked.run(61, 1) == "healthy"


def test_a_check_that_can_not_be_executed_has_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> int:
        raise FileNotFoundError(2, "No such file or directory", "curl")

    monkeypatch.setattr(child, "execute", refuse)
    clocked = Clocked(interval=0.1, retries=1)
    clocked.monitor.tick(START + 1)
    assert clocked.monitor.status == "unhealthy"
    assert b"No such file or directory: 'curl'" in clocked.monitor.output


def test_a_request_to_a_port_that_nobody_listens_on_has_failed() -> None:
    clocked = Clocked(argv=None, http=("/", 5001, False), interval=0.1, retries=1)
    clocked.monitor.tick(START + 1)
    assert clocked.monitor.output == b"nothing in the container listens on port 5001"
