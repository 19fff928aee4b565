"""What belongs to Azure ML's platform: the entry point, the scoring port, and the files of its servers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..instruction import shown
from .finding import Finding, Rule, Severity

if TYPE_CHECKING:
    from ..instruction import Instruction
    from .state import StageState

__all__ = ["PLATFORM_ASSETS", "SERVING_PORT", "check_platform_files", "check_serving"]

SERVING_PORT = 5001
"""The port that Azure ML's own server listens on in the image."""

PLATFORM_ASSETS = "azureml/o16n-base/python-assets"
"""Microsoft's image with those servers; an image made as Microsoft makes its own copies them from it."""

_FOLDERS = ("/var/azureml-server", "/var/iot-server", "/var/runit", "/etc/nginx")
_RANGE = re.compile(r"(\d{1,5})(?:-(\d{1,5}))?(?:/\w+)?")
_IN_COMMAND = re.compile(rf"(?<![\d.]){SERVING_PORT}(?![\d.])")


def check_serving(state: StageState, instruction: Instruction) -> None:
    """Judge `ENTRYPOINT`, `CMD` and `EXPOSE`; the last entry point and the last command of an image count."""
    words = [state.resolve(word) for word in instruction.words]
    if instruction.kind == "EXPOSE":
        exposed = _exposed(instruction, words, platform=state.platform)
        state.claims["EXPOSE"] = (*state.claims.get("EXPOSE", ()), *exposed)
    elif instruction.kind == "ENTRYPOINT":
        state.claims["ENTRYPOINT"] = (_entry_point(instruction),) if any(words) else ()
        state.claims["CMD"] = ()
    else:
        taken = _IN_COMMAND.search(" ".join(words))
        state.claims["CMD"] = (_port(instruction, Severity.ERROR),) if taken else ()


def check_platform_files(state: StageState, instruction: Instruction, target: str) -> None:
    """Judge the target of a `COPY` or `ADD`: the platform's own servers can't be overridden."""
    folder = next((one for one in _FOLDERS if target.rstrip("/") == one or target.startswith(f"{one}/")), None)
    if folder is None or state.platform:
        return
    needed = f"must leave {folder} to Azure ML, whose web servers and IoT Edge components can't be replaced"
    fix = "COPY server /opt/server/"
    finding = Finding(Rule.PLATFORM_FILES, Severity.ERROR, shown(instruction.original), needed, fix, instruction.line)
    state.claims["COPY"] = (*state.claims.get("COPY", ()), finding)


def _exposed(instruction: Instruction, words: list[str], *, platform: bool) -> Iterator[Finding]:
    for word in " ".join(words).split():
        match = _RANGE.fullmatch(word)
        if match is None:
            yield _port(instruction, Severity.UNKNOWN)
        elif int(match[1]) <= SERVING_PORT <= int(match[2] or match[1]) and not platform:
            yield _port(instruction, Severity.ERROR)


def _entry_point(instruction: Instruction) -> Finding:
    needed = "must leave the entry point to Azure ML, whose web server can't be replaced"
    fix = "no ENTRYPOINT; what has to be prepared is done by RUN, or by init() of the entry script"
    return Finding(Rule.ENTRY_POINT, Severity.ERROR, shown(instruction.original), needed, fix, instruction.line)


def _port(instruction: Instruction, severity: Severity) -> Finding:
    needed = f"must leave port {SERVING_PORT} to Azure ML's server"
    return Finding(
        Rule.SERVING_PORT, severity, shown(instruction.original), needed, "another port, such as 8080", instruction.line
    )
