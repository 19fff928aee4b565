"""Runs a preview of a stack and gives its events."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tools.review.errors import NoEngine, NotEvents

_TIMEOUT = 3600
"""Seconds that a preview may take."""


def run_preview(stack: str, folder: Path, options: Sequence[str] = ()) -> list[str]:
    """The events of a preview, a line each; one that failed has them too.

    Args:
        stack: The stack.
        folder: The folder of the program.
        options: More options of `pulumi preview`, such as policy packs.

    Raises:
        NoEngine: There is no pulumi on PATH.
        NotEvents: pulumi ended before it had a preview to tell of; what it said is in the message.
    """
    program = shutil.which("pulumi")
    if program is None:
        raise NoEngine
    try:
        done = subprocess.run(
            [program, "preview", "--json", "--non-interactive", "--stack", stack, *options],
            cwd=folder,
            env={**os.environ, "PULUMI_ENABLE_STREAMING_JSON_PREVIEW": "true", "PULUMI_SKIP_UPDATE_CHECK": "true"},
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_TIMEOUT,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired:
        raise NotEvents(stack, f"the preview was not done after {_TIMEOUT} s") from None
    if not done.stdout.strip():
        said = " ".join(done.stderr.split())[-500:] or "it said nothing"
        raise NotEvents(stack, f"pulumi preview ended with {done.returncode}: {said}")
    return done.stdout.splitlines()
