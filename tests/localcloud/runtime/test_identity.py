"""A process is recognised, and never taken for another one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from localcloud.runtime import identity
from localcloud.runtime.documents import MARKER

SLEEP = [sys.executable, "-S", "-c", "import time; time.sleep(60)"]


@pytest.fixture
def sleeper(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(SLEEP, env={MARKER: str(tmp_path)}) as process:
        yield process
        process.kill()


def test_a_process_is_itself_until_it_ends(sleeper: subprocess.Popen[bytes]) -> None:
    who = identity.identify(sleeper.pid)
    assert who is not None
    assert identity.is_alive(who)
    sleeper.kill()
    os.waitid(os.P_PID, sleeper.pid, os.WEXITED | os.WNOWAIT)
    assert not identity.is_alive(who), "a zombie is not alive"
    sleeper.wait()
    assert identity.identify(sleeper.pid) is None


def test_another_process_with_the_id_is_not_it(sleeper: subprocess.Popen[bytes]) -> None:
    who = identity.identify(sleeper.pid)
    assert who is not None
    assert not identity.is_alive(who._replace(started=who.started - 1))
    assert not identity.is_alive(who._replace(boot="another boot"))


def test_processes_are_found_below_a_process_and_by_their_marker(
    sleeper: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    assert sleeper.pid in identity.descendants(os.getpid())
    assert identity.members(str(tmp_path)) == [sleeper.pid]
    assert identity.members(str(tmp_path.parent)) == []


def test_signals_pass_over_what_has_ended(sleeper: subprocess.Popen[bytes]) -> None:
    with subprocess.Popen(SLEEP) as ended:
        ended.kill()
    identity.send([ended.pid, sleeper.pid], signal.SIGTERM)
    assert sleeper.wait() == -signal.SIGTERM
