"""Versions are compared by number, and the constants agree with go.mod."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.pulumi import build
from tools.pulumi.versions import FLOOR, VERSION, at_least, parse


@pytest.mark.parametrize(
    ("text", "enough"),
    [
        ("v3.250.0", True),
        ("3.250.0\n", True),
        ("v3.249.9", False),
        ("v3.1000.0", True),
        ("v4.0.0", True),
        ("v3.99.0", False),
        ("3.259.0-dev.1", True),
        ("", False),
        ("unknown", False),
    ],
)
def test_floor(text: str, enough: bool) -> None:  # noqa: FBT001 - a column of the table above
    assert at_least(text, "3.250.0") is enough


def test_what_is_built_is_above_the_floor() -> None:
    assert at_least(VERSION, FLOOR)


def test_go_mod_names_the_version() -> None:
    go_mod = (Path(build.MODULE) / "go.mod").read_text(encoding="utf-8")
    assert f"github.com/pulumi/pulumi/pkg/v3 v{VERSION}" in go_mod
    assert f"{build.SDK} v{VERSION}" in go_mod


def test_unreadable_version() -> None:
    assert parse("3.259") is None
