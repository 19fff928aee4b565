"""Runs commands and says what they do while they take long, on standard error."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from tools.e2e_docker.errors import CommandFailed

EVERY = 10.0
"""Seconds between two lines of one command."""
_LONGEST = 100
"""Characters of a command's line that are shown."""
_ENDING = 20.0
"""Seconds that a command has to end in after it was asked to."""


def say(text: str) -> None:
    """Write one line for the person who waits."""
    sys.stderr.write(f"e2e-docker: {text}\n")
    sys.stderr.flush()


def run(
    command: Sequence[str],
    what: str,
    *,
    environment: Mapping[str, str] | None = None,
    given: str = "",
    timeout: float = 600,
) -> str:
    """Runs a command and returns what it said on both streams.

    Args:
        command: The command; an interrupt of this process ends it and what it has started.
        what: What it does, for the lines that are shown while it takes long.
        environment: Its whole environment; this process's where there is none.
        given: What it reads on standard input, such as a password.
        timeout: Seconds after which it is ended.

    Raises:
        CommandFailed: Its exit code is not 0, or it took too long.
    """
    with tempfile.TemporaryFile("w+", errors="replace") as output:
        with subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        ) as process:
            try:
                _give(process, given)
                code = _await(process, what, output, time.monotonic() + timeout)
            finally:
                _end(process)
        said = _read(output)
    if code != 0:
        raise CommandFailed(command, code, said)
    return said


def _give(process: subprocess.Popen[bytes], given: str) -> None:
    with contextlib.suppress(BrokenPipeError), process.stdin or contextlib.nullcontext() as stdin:
        if stdin is not None:
            stdin.write(given.encode())


def _await(process: subprocess.Popen[bytes], what: str, output: IO[str], deadline: float) -> int:
    started = time.monotonic()
    while True:
        try:
            return process.wait(EVERY)
        except subprocess.TimeoutExpired:
            lines = _read(output).split("\n")
            last = next((line.strip() for line in reversed(lines) if line.strip()), "")
            seconds = int(time.monotonic() - started)
            say(f"{what} ({seconds // 60}:{seconds % 60:02d}) {last[:_LONGEST]}".rstrip())
        if time.monotonic() > deadline:
            _end(process)
            return process.wait()


def _read(output: IO[str]) -> str:
    """What a command has written so far; it has the same file open, at the same place."""
    return Path(f"/proc/self/fd/{output.fileno()}").read_text(errors="replace")


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends a command and what it has started: they are a group of their own, which Ctrl-C does not reach."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(_ENDING)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
