"""A pull is tried again while waiting can help: bounded by the cause, and told."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from azureml_scoring import ContainerRegistry
from azureml_scoring.pull import _patience
from azureml_scoring.pull._patience import until_pulled
from azureml_scoring.pull._refusal import Cause, Refusal

from tests.components import inputs
from tests.components.mocked import deploy

NO_ROLE = Refusal(Cause.NO_ROLE, "answered 401")


class Clock:
    """Time that passes by sleeping only."""

    def __init__(self) -> None:
        self.now = 100.0
        self.pauses = list[float]()

    def monotonic(self) -> float:
        """Seconds."""
        return self.now

    async def sleep(self, seconds: float) -> None:
        """Passes time."""
        self.pauses.append(seconds)
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(_patience, "time", clock)
    monkeypatch.setattr(_patience, "asyncio", clock)
    return clock


def tried(answers: Sequence[Refusal | None], wait_seconds: float, logged: list[str] | None = None) -> Refusal | None:
    """What comes of a pull that is answered so in turn; the last answer goes on for ever."""
    left, found = list(answers), list[Refusal | None]()

    async def ask() -> Refusal | None:
        return left.pop(0) if len(left) > 1 else left[0]

    async def program() -> None:
        component = ContainerRegistry("hub", inputs.registry())
        found.append(await until_pulled(component, "contoso.azurecr.io/scores", ask, wait_seconds))

    deploy(program, logged)
    return found[0]


def test_a_pull_that_works_waits_for_nothing_and_says_nothing(clock: Clock) -> None:
    logged = list[str]()
    assert tried([None], 300, logged) is None
    assert clock.pauses == []
    assert logged == []


def test_a_role_that_arrives_is_waited_for_and_that_is_told(clock: Clock) -> None:
    logged = list[str]()
    assert tried([NO_ROLE, NO_ROLE, None], 300, logged) is None
    assert clock.pauses == [1, 2]
    assert logged[0] == (
        "contoso.azurecr.io/scores can't be pulled yet (no role: answered 401); next try in 1 s, for 300 s at most"
    )


@pytest.mark.parametrize(
    ("cause", "wait_seconds", "waited"),
    [
        (Cause.NO_ROLE, 300, 300),
        (Cause.NO_ROLE, 10, 10),
        (Cause.NO_ROLE, 0, 0),
        (Cause.CREDENTIAL, 300, 60),
        (Cause.CREDENTIAL, 5, 5),
        (Cause.NETWORK, 300, 60),
        (Cause.NO_SUCH_TAG, 300, 0),
    ],
)
def test_each_cause_has_its_bound(clock: Clock, cause: Cause, wait_seconds: float, waited: float) -> None:
    refusal = Refusal(cause, "detail")
    assert tried([refusal], wait_seconds) == refusal
    assert sum(clock.pauses) == waited
    assert max(clock.pauses, default=0) <= 30


def test_what_waiting_cannot_help_is_not_waited_for(clock: Clock) -> None:
    refusal = Refusal(Cause.NETWORK, "a certificate that is not trusted", lasting=True)
    assert tried([refusal], 300) == refusal
    assert clock.pauses == []


def test_a_registry_that_throttles_is_left_alone_as_long_as_it_asks(clock: Clock) -> None:
    assert tried([Refusal(Cause.NETWORK, "answered 429", retry_after=17), None], 300) is None
    assert clock.pauses == [17]


def test_a_registry_that_asks_for_too_much_is_asked_once_more_at_the_end(clock: Clock) -> None:
    refusal = Refusal(Cause.NETWORK, "answered 429", retry_after=3600)
    assert tried([refusal], 300) == refusal
    assert clock.pauses == [60]
