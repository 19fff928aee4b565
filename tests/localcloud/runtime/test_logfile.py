"""A log keeps its lines, with their times, within its bounds."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from localcloud.runtime import logfile


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "log"


def test_lines_come_out_as_they_went_in(path: Path) -> None:
    log = logfile.Log(path)
    for data in (b"one\ntw", b"o\n\n", "dr\u00e9i \xff".encode("latin-1")):
        log.write(data)
    assert logfile.read(path) == "one\ntwo\n\n"
    log.close()
    assert logfile.read(path) == "one\ntwo\n\ndr\ufffdi \ufffd\n"


@pytest.mark.parametrize(("tail", "expected"), [(None, "a\nb\nc\n"), (2, "b\nc\n"), (0, ""), (9, "a\nb\nc\n")])
def test_tail(path: Path, tail: int | None, expected: str) -> None:
    log = logfile.Log(path)
    log.write(b"a\nb\nc\n")
    log.close()
    assert logfile.read(path, tail) == expected


def test_since(path: Path) -> None:
    log = logfile.Log(path)
    log.write(b"before\n")
    time.sleep(0.01)
    moment = time.time()
    log.note("after")
    log.close()
    assert logfile.read(path, since=moment) == "localcloud: after\n"


def test_the_size_is_bounded_and_the_end_is_kept(path: Path) -> None:
    log = logfile.Log(path, largest=1000)
    for number in range(1000):
        log.write(f"line {number}\n".encode())
    log.close()
    assert sum(file.stat().st_size for file in path.parent.iterdir()) <= 2100
    lines = logfile.read(path).splitlines()
    assert lines == [f"line {number}" for number in range(1000 - len(lines), 1000)]
    assert len(lines) > 30
    assert logfile.read(path, largest=20) == "line 998\nline 999\n"


def test_a_line_without_end_is_cut(path: Path) -> None:
    log = logfile.Log(path)
    log.write(b"x" * 40_000)
    log.close()
    assert [len(line) for line in logfile.read(path).splitlines()] == [16_384, 16_384, 7232]


def test_a_log_that_was_never_written_is_empty(path: Path) -> None:
    assert logfile.read(path) == ""
