"""The runtime options of a project, policy pack or plugin, and the interpreter that they choose."""

from __future__ import annotations

import enum
import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from .errors import MissingVirtualEnvironment, UnknownToolchain

if TYPE_CHECKING:
    from pulumi.runtime.proto.language_pb2 import ProgramInfo


class Toolchain(enum.Enum):
    """Who installs dependencies."""

    PIP = "pip"
    UV = "uv"


@dataclass(frozen=True)
class RuntimeOptions:
    """`runtime.options` of Pulumi.yaml, PulumiPolicy.yaml or PulumiPlugin.yaml, with paths resolved."""

    root: Path
    """Folder of the YAML file; relative paths start here."""
    program: Path
    """Folder of the program, the same or below."""
    toolchain: Toolchain
    virtualenv: Path | None
    """Virtual environment, absolute; None runs the interpreter of the host."""

    @classmethod
    def of(cls, info: ProgramInfo) -> Self:
        """Read the options that the engine sends; raises `UnknownToolchain`."""
        root = Path(info.root_directory or info.program_directory or ".").absolute()
        options = dict(info.options.items())
        name = str(options.get("toolchain") or Toolchain.PIP.value)
        if name not in {toolchain.value for toolchain in Toolchain}:
            raise UnknownToolchain(name)
        toolchain = Toolchain(name)
        # uv's project environment is `.venv` unless it is told otherwise.
        folder = str(options.get("virtualenv") or (".venv" if toolchain is Toolchain.UV else ""))
        return cls(
            root=root,
            program=Path(info.program_directory or root).absolute(),
            toolchain=toolchain,
            virtualenv=root / Path(folder).expanduser() if folder else None,
        )

    def python(self) -> Path:
        """The interpreter that runs the program; raises `MissingVirtualEnvironment`."""
        if self.virtualenv is None:
            return default_python()
        python = self.virtualenv / "bin" / "python"
        if not python.exists():
            raise MissingVirtualEnvironment(self.virtualenv)
        return python

    def environment(self, base: Mapping[str, str]) -> dict[str, str]:
        """`base` as the virtual environment's `activate` script would leave it."""
        environment = dict(base)
        if self.virtualenv is not None:
            environment["VIRTUAL_ENV"] = str(self.virtualenv)
            environment["PATH"] = os.pathsep.join([str(self.virtualenv / "bin"), environment.get("PATH", os.defpath)])
            environment.pop("PYTHONHOME", None)
        return environment


def default_python() -> Path:
    """The interpreter without `virtualenv`: PULUMI_PYTHON_CMD, else the host's own, which has `pulumi`."""
    chosen = os.environ.get("PULUMI_PYTHON_CMD")
    return Path(shutil.which(chosen) or chosen) if chosen else Path(sys.executable)
