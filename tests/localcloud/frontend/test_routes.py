"""What the control plane tells a front end, as a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from localcloud.frontend import tokens
from localcloud.frontend.routes import ROUTES_FILE, Place, RouteBook, Routes, key_hash

ROUTES = Routes(
    "endpoint",
    kubernetes=True,
    keys=(key_hash("one"), key_hash("two")),
    deployments={"blue": Place("container", ("127.0.0.1", 5001), 2.5)},
    traffic={"blue": 100},
    mirror={"green": 10},
)
KEY = "00ff"


def test_what_is_written_is_read_and_no_key_is_in_it(tmp_path: Path) -> None:
    ROUTES.write(tmp_path)
    assert Routes.read(tmp_path) == ROUTES
    assert (tmp_path / ROUTES_FILE).stat().st_mode & 0o777 == 0o600
    assert [ROUTES.has_key(key) for key in ("one", "two", "three", "")] == [True, True, False, False]
    assert '"one"' not in (tmp_path / ROUTES_FILE).read_text()


def test_it_is_read_again_when_it_is_another_one(tmp_path: Path) -> None:
    ROUTES.write(tmp_path)
    book = RouteBook(tmp_path)
    first = book.current()
    assert book.current() is first
    Routes("endpoint", traffic={"green": 100}).write(tmp_path)
    assert book.current().traffic == {"green": 100}


def test_a_token_holds_until_its_end_and_for_its_key() -> None:
    token = tokens.issue(KEY, 1000)
    assert tokens.holds(KEY, token, 999)
    assert not tokens.holds(KEY, token, 1000)
    assert not tokens.holds("ff00", token, 999)


@pytest.mark.parametrize("token", ["", ".", "1000", "1000.", "9999.abc", "text.abc", "ä.ö"])
def test_what_is_no_token(token: str) -> None:
    assert not tokens.holds(KEY, token, 0)
