"""Asking a program's interpreter about itself and about what is installed for it."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Final, TypedDict

_ABOUT: Final = "import platform, sys; print(sys.executable); print(platform.python_version())"

_DISTRIBUTIONS: Final = """
import importlib.metadata, json, re
def plain(name):
    return re.sub(r"[-_.]+", "-", name).lower()
found = {plain(d.metadata["Name"]): d for d in importlib.metadata.distributions()}
needs = [need for d in found.values() for need in d.requires or () if "extra ==" not in need]
needed = {plain(re.match(r"[\\w.-]+", need).group()) for need in needs}
print(json.dumps([
    {"name": d.metadata["Name"], "version": d.version, "direct": name not in needed}
    for name, d in sorted(found.items())
]))
"""


class Distribution(TypedDict):
    """An installed Python distribution."""

    name: str
    version: str
    direct: bool
    """No other installed distribution requires it."""


async def about(python: Path) -> tuple[str, str]:
    """Path and version of the interpreter."""
    executable, version = (await _ask(python, _ABOUT)).split("\n")[:2]
    return executable, version


async def distributions(python: Path) -> list[Distribution]:
    """Everything that is installed for `python`, sorted by name."""
    found: list[Distribution] = json.loads(await _ask(python, _DISTRIBUTIONS))
    return found


async def _ask(python: Path, script: str) -> str:
    process = await asyncio.create_subprocess_exec(
        str(python), "-c", script, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE
    )
    output, _ = await process.communicate()
    return output.decode()
