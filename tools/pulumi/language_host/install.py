"""Installing the dependencies of a program, policy pack or source plugin."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from .commands import buildable_distribution
from .errors import ToolNotFound
from .options import RuntimeOptions, Toolchain, default_python


def install_steps(options: RuntimeOptions, *, plugin: bool) -> list[list[str]]:
    """The command lines that install everything, in order; empty when there is nothing to do.

    With `plugin`, a folder that has a `[build-system]` is installed itself. Raises `ToolNotFound`.
    """
    if options.toolchain is Toolchain.UV:
        return list(_uv_steps(options, plugin=plugin))
    return list(_pip_steps(options, plugin=plugin))


def _pip_steps(options: RuntimeOptions, *, plugin: bool) -> Iterator[list[str]]:
    python = default_python()
    if options.virtualenv is not None:
        if not (options.virtualenv / "bin" / "python").exists():
            yield [str(python), "-m", "venv", str(options.virtualenv)]
        python = options.virtualenv / "bin" / "python"
    for source in _sources(options, plugin=plugin):
        yield [str(python), "-m", "pip", "install", "--disable-pip-version-check", *source]


def _uv_steps(options: RuntimeOptions, *, plugin: bool) -> Iterator[list[str]]:
    uv = shutil.which("uv") or shutil.which("uv", path=str(Path(sys.executable).parent))
    if uv is None:
        raise ToolNotFound("uv")
    if (options.root / "pyproject.toml").exists():
        yield [uv, "sync", "--project", str(options.root)]
        return
    python = (options.virtualenv or options.root / ".venv") / "bin" / "python"
    if not python.exists():
        yield [uv, "venv", str(python.parent.parent)]
    for source in _sources(options, plugin=plugin):
        yield [uv, "pip", "install", "--python", str(python), *source]


def _sources(options: RuntimeOptions, *, plugin: bool) -> Iterator[list[str]]:
    """What `install` is given: the folder itself, and the requirements that it lists."""
    if plugin and buildable_distribution(options.program):
        yield [str(options.program)]
    for folder in dict.fromkeys((options.program, options.root)):
        if (folder / "requirements.txt").exists():
            yield ["-r", str(folder / "requirements.txt")]
            return
