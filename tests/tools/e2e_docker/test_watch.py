"""Commands are watched: lines while they take long, their output when they fail, and nothing of them left."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path

import pytest

from tools.e2e_docker import watch
from tools.e2e_docker.errors import CommandFailed


def gone(pid: int) -> bool:
    """Whether a process has ended; one that nobody has waited for yet has."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def test_both_streams_are_returned() -> None:
    assert watch.run(["sh", "-c", "echo out; echo err >&2"], "it").split() == ["out", "err"]


def test_a_failure_shows_what_the_command_said_and_not_what_it_was_given() -> None:
    with pytest.raises(CommandFailed, match="no such thing") as failed:
        watch.run(["sh", "-c", "cat > /dev/null; echo no such thing; exit 3"], "it", given="canary-password")
    assert "ended with 3" in str(failed.value)
    assert "canary-password" not in str(failed.value)


def test_a_command_reads_what_it_is_given() -> None:
    assert watch.run(["cat"], "it", given="text") == "text"


def test_a_long_command_is_heard_of(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(watch, "EVERY", 0.2)
    watch.run(["sh", "-c", "echo half way; sleep 0.5"], "building")
    assert "e2e-docker: building (0:00) half way\n" in capsys.readouterr().err


@pytest.mark.parametrize("how", ["time", "interrupt"])
def test_whatever_a_command_started_ends_with_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, how: str) -> None:
    monkeypatch.setattr(watch, "EVERY", 0.1)
    file = tmp_path / "pid"
    command = ["sh", "-c", f"sleep 60 & echo $! > {file}; wait"]
    if how == "time":
        with pytest.raises(CommandFailed):
            watch.run(command, "it", timeout=0.5)
    else:
        threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
        with pytest.raises(KeyboardInterrupt):
            watch.run(command, "it")
    deadline = time.monotonic() + 10
    while not gone(int(file.read_text())):
        assert time.monotonic() < deadline
        time.sleep(0.05)
