"""The shell that pages are run in: tried on pages that need no engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.blocks import Page, read
from tests.docs.sessions import Ended, Ports, run

TIMEOUT = 20.0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "project"
    made.mkdir()
    return made


def page_of(*blocks: str) -> Page:
    """A page of blocks, each a marker or nothing, a language and code, parted by bars."""
    fences = [
        f"{marker}\n```{language}\n{code}\n```" for marker, language, code in (block.split("|") for block in blocks)
    ]
    return read("page.md", "\n".join(fences))


def ended(folder: Path, *blocks: str, ports: Ports | None = None) -> tuple[Ended, list[str]]:
    """How a page ended, and what each of its blocks printed."""
    outcome = run(page_of(*blocks), folder, ports or Ports(), TIMEOUT)
    return outcome, [text.strip() for text in outcome.printed.values()]


def test_blocks_are_one_shell_in_the_order_of_the_page(folder: Path) -> None:
    file = "<!-- docs-test: file iris/a.txt -->|text|one's $HOME"
    outcome, printed = ended(folder, "|sh|mkdir iris; cd iris; x=2", file, "|sh|cat a.txt; echo $x >&2")
    assert (outcome.code, printed) == (0, ["", "one's $HOME\n2"])


def test_the_first_command_that_fails_ends_the_page(folder: Path) -> None:
    outcome, printed = ended(folder, "|sh|echo before; false; echo after", "|sh|echo next")
    assert (outcome.code, printed) == (1, ["before"])


def test_commands_that_are_to_fail_have_to(folder: Path) -> None:
    fails = "<!-- docs-test: fails -->|sh|"
    outcome, printed = ended(folder, fails + "echo wrong; false", "|sh|echo next")
    assert (outcome.code, printed) == (0, ["wrong", "next"])
    outcome, printed = ended(folder, fails + "true", "|sh|echo next")
    assert (outcome.code, printed) == (1, ["it did not fail"])


def test_ports_of_the_examples_become_free_ones(folder: Path) -> None:
    ports = Ports()
    _, (printed,) = ended(folder, "|sh|echo 8890 8891 8890 18890", ports=ports)
    assert printed == ports.freed("8890 8891 8890 18890")
    first, second, third, other = printed.split()
    assert first == third != second
    assert (first != "8890", other) == (True, "18890")


def test_nothing_of_the_cloud_of_the_tests_is_in_the_shell(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULUMI_BACKEND_URL", "file:///elsewhere")
    monkeypatch.setenv("LOCALCLOUD_HOME", "/elsewhere")
    _, (printed,) = ended(folder, "|sh|echo ${PULUMI_BACKEND_URL-none} ${LOCALCLOUD_HOME-none}")
    assert printed == "none none"
