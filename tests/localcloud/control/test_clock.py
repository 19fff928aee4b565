"""The cloud's clock and lag, and their addresses."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from localcloud.arm.store import Store
from localcloud.control.clock import Clock, Lag
from localcloud.control.tokens import OWNER_LIFETIME_SECONDS, Tokens

if TYPE_CHECKING:
    from localcloud.home import Home
    from tests.localcloud.harness import Plane

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_it_is_real_time_until_it_is_moved_on(home: Home) -> None:
    clock = Clock(Store(home.database))
    assert abs(clock.timestamp() - time.time()) < 5
    assert clock.offset == timedelta(0)


def test_offset_and_lag_survive_a_restart(home: Home) -> None:
    clock = Clock(Store(home.database), lambda: NOON)
    assert clock.advance(timedelta(days=200)) == NOON + timedelta(days=200)
    clock.advance(timedelta(seconds=1))
    clock.set_lag(Lag(roles=30, principals=5))
    again = Clock(Store(home.database), lambda: NOON)
    assert again.now() == NOON + timedelta(days=200, seconds=1)
    assert again.lag == Lag(roles=30, principals=5)


def test_it_goes_forward_only(home: Home) -> None:
    with pytest.raises(ValueError, match="forward"):
        Clock(Store(home.database)).advance(timedelta(seconds=-1))


def test_the_owner_sets_the_clock(plane: Plane) -> None:
    before = plane.client.get("/localcloud/clock").json()
    assert before["aheadSeconds"] == 0
    answer = plane.client.post("/localcloud/clock", {"advance": 3600}).json()
    assert answer["aheadSeconds"] == 3600
    assert datetime.fromisoformat(answer["now"]) - datetime.fromisoformat(before["now"]) > timedelta(minutes=59)
    assert plane.client.get("/localcloud/clock").json()["aheadSeconds"] == 3600


def test_the_owner_sets_one_lag_and_keeps_the_other(plane: Plane) -> None:
    assert plane.client.get("/localcloud/lag").json() == {"roles": 0, "principals": 0, "steps": 0}
    assert plane.client.post("/localcloud/lag", {"roles": 30}).json() == {"roles": 30, "principals": 0, "steps": 0}
    changed = plane.client.post("/localcloud/lag", {"principals": 2.5, "steps": 1}).json()
    assert changed == {"roles": 30, "principals": 2.5, "steps": 1}


@pytest.mark.parametrize("value", [-1, "30", True, None])
def test_what_is_no_number_of_seconds_is_refused(plane: Plane, value: object) -> None:
    refused = plane.client.post("/localcloud/lag", {"roles": value})
    assert refused.status_code == 400
    assert "'roles' has to be a number of seconds" in refused.json()["error"]["message"]


def test_nobody_else_sets_anything(plane: Plane) -> None:
    principal, _ = plane.service_principal()
    assert plane.as_principal(principal).post("/localcloud/clock", {"advance": 1}).status_code == 403
    assert plane.stranger.get("/localcloud/lag").status_code == 401


def test_a_token_ends_by_this_clock(plane: Plane) -> None:
    principal, _ = plane.service_principal()
    client = plane.as_principal(principal)
    assert client.get("/subscriptions").status_code == 200
    plane.cloud.clock.advance(timedelta(hours=1))
    assert client.get("/subscriptions").status_code == 401


def test_the_owner_keeps_a_valid_token_however_far_the_clock_goes(plane: Plane) -> None:
    plane.client.post("/localcloud/clock", {"advance": OWNER_LIFETIME_SECONDS + 60})
    token = plane.cloud.home.token_file.read_text()
    later = Tokens(plane.cloud.settings, plane.cloud.clock.timestamp)
    assert later.read(token).object_id == plane.cloud.settings.object_id
