"""The commands of each page run, in its order and in a fresh copy of the project, and print what the page shows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.docs.blocks import Page, pages
from tests.docs.sessions import ENGINE, Ports, copy, run
from tests.docs.shown import missing

TIMEOUT = 560.0
"""Seconds for the commands of one page; on a machine that does nothing else they take a fifth of it."""


def sessions() -> list[Any]:
    """The pages with commands that can run; a journey where these need the engine, a long one but for the README's."""
    found = []
    for page in pages():
        commands = [block.code for block in page.blocks if block.runs]
        marks = [pytest.mark.journey] if any(ENGINE.search(code) for code in commands) else []
        if marks and page.path != "README.md":
            marks.append(pytest.mark.soak)
        if commands:
            found.append(pytest.param(page, marks=marks, id=page.path))
    return found


@pytest.mark.timeout(TIMEOUT + 40)
@pytest.mark.parametrize("page", sessions())
def test_the_commands_of_a_page_do_what_it_shows(page: Page, tmp_path: Path) -> None:
    ports = Ports()
    ended = run(page, copy(tmp_path / "project", ports), ports, TIMEOUT)
    *_, last = ended.printed
    assert ended.code == 0, f"{last}\n{ended.printed[last]}"
    for commands, printed in ended.printed.items():
        for shown in page.output_of(commands):
            lost = missing(ports.freed(shown.code), printed)
            assert lost == [], f"{shown} shows {lost}, but {commands} printed\n{printed}"
