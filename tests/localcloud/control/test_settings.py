"""What is settled once, and the knobs."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from localcloud.control.settings import CloudSettings, InvalidSetting


def test_ids_and_key_are_settled_once(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    first, second = CloudSettings.load(path, {}), CloudSettings.load(path, {"LOCALCLOUD_LATENCY": "1.5"})
    assert (first.tenant_id, first.subscription_id, first.key) == (second.tenant_id, second.subscription_id, second.key)
    assert (first.latency, second.latency) == (0.0, 1.5)
    assert CloudSettings.load(path, {"LOCALCLOUD_JOB_SECONDS": "9"}).job_seconds == 9.0
    assert CloudSettings.load(tmp_path / "other.json", {}).key != first.key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert first.key.hex() not in repr(first)
    assert repr(first.key) not in repr(first)


def test_secrets_are_derived_by_purpose(tmp_path: Path) -> None:
    settings = CloudSettings.load(tmp_path / "settings.json", {})
    assert settings.derive("a", "b") == settings.derive("a", "b")
    assert len({settings.derive("a", "b"), settings.derive("ab"), settings.derive("b", "a")}) == 3


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LOCALCLOUD_LATENCY", "fast"),
        ("LOCALCLOUD_LATENCY", "-1"),
        ("LOCALCLOUD_LATENCY", "inf"),
        ("LOCALCLOUD_LATENCY", "nan"),
        ("LOCALCLOUD_JOB_SECONDS", "soon"),
        ("LOCALCLOUD_PORT", "70000"),
        ("LOCALCLOUD_PORT", "-1"),
    ],
)
def test_a_knob_that_cannot_be_read_is_named(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(InvalidSetting, match=f"{name} has to be .*; got '{value}'"):
        CloudSettings.load(tmp_path / "settings.json", {name: value})
