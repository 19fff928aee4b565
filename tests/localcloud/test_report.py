"""Which log a name means."""

from __future__ import annotations

from pathlib import Path

import pytest

from localcloud.home import Home
from localcloud.lifecycle import CONTROL, PLUGINS
from localcloud.report import NoSuchLog, log_file


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "home", tmp_path / "cache")
    for part in (CONTROL, PLUGINS):
        part.log(made).parent.mkdir(parents=True, exist_ok=True)
        part.log(made).write_text("a line\n")
    return made


@pytest.mark.parametrize("name", ["control", "con", "c"])
def test_a_name_or_how_one_alone_starts(home: Home, name: str) -> None:
    assert log_file(home, name) == CONTROL.log(home)


@pytest.mark.parametrize("name", ["", "x", "controls"])
def test_no_name_or_one_of_many_lists_what_there_is(home: Home, name: str) -> None:
    with pytest.raises(NoSuchLog, match="there are: control, plugins"):
        log_file(home, name)


def test_a_log_that_was_not_written_yet_is_none(home: Home) -> None:
    CONTROL.log(home).unlink()
    with pytest.raises(NoSuchLog, match="there are: plugins"):
        log_file(home, "control")
