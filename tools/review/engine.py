"""Runs a preview of a stack and gives its events."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tools.review.errors import NoEngine
from tools.review.events import is_event
from tools.review.redact import redacted

_TIMEOUT = 3600
"""Seconds that a preview may take."""
_SAID = 2000
"""Characters of the end of what pulumi said beside its events that are kept of a preview that broke off."""


def run_preview(stack: str, folder: Path, options: Sequence[str] = ()) -> list[str]:
    """The events of a preview, a line each.

    Of one that broke off, the last line is a diagnostic event of our own: how pulumi ended and what it said last.

    Args:
        stack: The stack.
        folder: The folder of the program.
        options: More options of `pulumi preview`, such as policy packs.

    Raises:
        NoEngine: There is no pulumi on PATH.
    """
    program = shutil.which("pulumi")
    if program is None:
        raise NoEngine
    command = [program, "preview", "--json", "--non-interactive", "--stack", stack, *options]
    written, said, code = _run(command, folder)
    lines = written.splitlines()
    if code == 0 or any('"summaryEvent"' in line for line in lines):
        return lines
    events = [line for line in lines if is_event(line)]
    # What opens like an event is one that was cut off: it is no message, and may hold anything.
    others = [line for line in lines if not line.startswith("{")]
    ending = f"pulumi preview was not done after {_TIMEOUT} s" if code is None else f"pulumi preview ended with {code}"
    return [*events, _broken_off(ending, "\n".join([*others, *said.splitlines()]), len(events))]


def _run(command: Sequence[str], folder: Path) -> tuple[str, str, int | None]:
    """Standard output, standard error and exit code of a command; None for one that was ended after its time."""
    with subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, "PULUMI_ENABLE_STREAMING_JSON_PREVIEW": "true", "PULUMI_SKIP_UPDATE_CHECK": "true"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
        errors="replace",
    ) as process:
        try:
            return *process.communicate(timeout=_TIMEOUT), process.returncode
        except subprocess.TimeoutExpired:
            process.kill()
            return *process.communicate(), None


def _broken_off(ending: str, said: str, sequence: int) -> str:
    message = f"{ending}: {redacted(said).strip()[-_SAID:] or 'it said nothing'}"
    return json.dumps({"sequence": sequence, "diagnosticEvent": {"severity": "error", "message": message}})
