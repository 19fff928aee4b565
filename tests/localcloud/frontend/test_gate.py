"""Who is inside of a container, told to whoever wants to end it."""

from __future__ import annotations

import threading
import time
from pathlib import Path

from localcloud.frontend.gate import Gate, closed


def test_it_is_closed_once_the_last_one_has_left(tmp_path: Path) -> None:
    gate = Gate(tmp_path)
    assert gate.enter("one")
    assert gate.enter("one")
    gate.leave("one")
    threading.Timer(0.3, gate.leave, ["one"]).start()
    started = time.monotonic()
    with closed(tmp_path, "one", 10):
        assert 0.25 < time.monotonic() - started < 5
        assert not gate.enter("one")
        assert gate.enter("other")
    assert gate.enter("one")


def test_nobody_waits_for_ever(tmp_path: Path) -> None:
    gate = Gate(tmp_path)
    gate.enter("one")
    started = time.monotonic()
    with closed(tmp_path, "one", 0.2):
        assert time.monotonic() - started < 5
    gate.leave("one")


def test_an_empty_one_is_closed_at_once(tmp_path: Path) -> None:
    with closed(tmp_path, "one", 10):
        pass
    assert list((tmp_path / "inside").iterdir()) == []
