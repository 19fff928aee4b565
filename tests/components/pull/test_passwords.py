"""Two slots of passwords: when each is made anew, and when it ends."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from azureml_scoring.pull import _passwords
from azureml_scoring.pull._passwords import Passwords, moment, rfc3339
from hypothesis import given
from hypothesis import strategies as st

NOW = datetime(2026, 11, 22, 12, 0, 0, 999, tzinfo=UTC)


def passwords(rotation: int, expires_on: datetime | None = None) -> Passwords:
    return Passwords(rotation=rotation, valid_days=180, expires_on=expires_on, warning_days=30)


@pytest.mark.parametrize(
    ("rotation", "triggers"), [(0, [0, -1]), (1, [0, 1]), (2, [2, 1]), (3, [2, 3]), (4, [4, 3]), (5, [4, 5])]
)
def test_a_rotation_renews_one_slot_and_leaves_the_other(rotation: int, triggers: list[int]) -> None:
    assert [passwords(rotation).trigger(slot) for slot in (0, 1)] == triggers


@given(st.integers(min_value=0, max_value=10**6))
def test_the_slot_in_use_outlives_the_next_rotation(rotation: int) -> None:
    slot = rotation % 2
    assert passwords(rotation).trigger(slot) == rotation
    assert passwords(rotation + 1).trigger(slot) == rotation
    assert passwords(rotation + 2).trigger(slot) == rotation + 2


def test_a_password_ends_after_its_days_or_on_its_date(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_passwords, "now", lambda: NOW)
    assert passwords(0).end() == "2027-05-21T12:00:00Z"
    local = datetime(2027, 1, 1, 1, tzinfo=timezone(timedelta(hours=1)))
    assert passwords(0, local).end() == "2027-01-01T00:00:00Z"


@pytest.mark.parametrize("text", ["2027-01-01T00:00:00Z", "2027-01-01T01:00:00+01:00"])
def test_a_moment_is_read_in_every_time_zone(text: str) -> None:
    found = moment(text)
    assert found is not None
    assert rfc3339(found) == "2027-01-01T00:00:00Z"


@pytest.mark.parametrize("text", ["2027-01-01", "2027-01-01T00:00:00", "soon", "", "2027-13-01T00:00:00Z"])
def test_what_names_no_moment_is_none(text: str) -> None:
    assert moment(text) is None
