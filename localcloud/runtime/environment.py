"""Virtual environments for containers: made by uv on the host's Python, cached by what is in them.

`<folder>/<key>/venv` is one environment; it counts once `<folder>/<key>/complete.json` is there, which is written last
and whole. Whoever builds holds `<folder>/<key>.lock`, as do the uv processes that it started: a builder that is killed
leaves nothing half-made behind that anybody would take for an environment, and nobody builds beside its orphans.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from uv import find_uv_bin

from localcloud.runtime import documents
from localcloud.runtime.errors import EnvironmentFailed

if TYPE_CHECKING:
    from localcloud.runtime.requirements import EnvironmentRequest, InstallStep

Log = Callable[[str], None]
_FORMAT = 1
_DRAWING = " \t\u00d7\u2570\u2500\u25b6\u2502\u251c"


class EnvironmentCache:
    """The virtual environments below one folder, shared by all containers and all processes.

    Attributes:
        folder: where they are; it outlives a localcloud home.
        python: the interpreter that they are made with.
    """

    def __init__(self, folder: Path, python: str = sys.executable) -> None:
        self.folder = folder
        self.python = python

    def prepare(self, name: str, request: EnvironmentRequest, log: Log) -> Path:
        """The environment that `request` asks for, made if it is not there yet; what was done goes to `log`.

        Args:
            name: the container's name, for errors.
            request: what an image asks for.
            log: takes one line.

        Returns:
            The folder of the virtual environment.

        Raises:
            EnvironmentFailed: uv could not install it.
        """
        _announce(request, log)
        key = self.key(request)
        home = self.folder / key
        if not _is_complete(home):
            with self._lock(key) as lock:
                if not _is_complete(home):
                    self._build(name, home, request, lock, log)
        log(f"environment {key[:12]} with {len(request.steps)} install steps")
        return home / "venv"

    def key(self, request: EnvironmentRequest) -> str:
        """What names the environment: a hash of the host's Python and of every step."""
        steps = [[step.requirements, step.constraints] for step in request.steps]
        identity = [_FORMAT, sys.version, platform.machine(), os.path.realpath(self.python), steps]
        return hashlib.sha256(json.dumps(identity).encode()).hexdigest()[:32]

    def _build(self, name: str, home: Path, request: EnvironmentRequest, lock: int, log: Log) -> None:
        started = time.monotonic()
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True)
        venv = home / "venv"
        self._uv(name, "venv", ["venv", "--quiet", "--no-project", "--python", self.python, str(venv)], home, lock)
        for number, step in enumerate(request.steps):
            log(f"installs {len(step.requirements)} requirements of: {_one_line(step.text)}")
            self._uv(name, _one_line(step.text), _install(home, venv, number, step), home, lock)
        seconds = round(time.monotonic() - started, 2)
        documents.write(home / "complete.json", {"seconds": seconds, "steps": [s.text for s in request.steps]})
        log(f"installed in {seconds} s")

    def _uv(self, name: str, step: str, arguments: list[str], home: Path, lock: int) -> None:
        result = subprocess.run(
            [find_uv_bin(), *arguments],
            cwd=home,  # so that no project file of the caller's folder is read
            env=os.environ | {"UV_PYTHON_DOWNLOADS": "never", "NO_COLOR": "1"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            pass_fds=(lock,),
        )
        if result.returncode:
            raise EnvironmentFailed(name, step, _reason(result.stderr))

    @contextmanager
    def _lock(self, key: str) -> Iterator[int]:
        self.folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.folder / f"{key}.lock", os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield descriptor
        finally:
            os.close(descriptor)


def _announce(request: EnvironmentRequest, log: Log) -> None:
    asked = f"{request.python} ({_one_line(request.python_source)})" if request.python else "no particular version"
    log(f"Python: the image asks for {asked}; it runs on the host's {platform.python_version()}")
    for note in request.notes:
        log(f"not done: {note}")


def _is_complete(home: Path) -> bool:
    # A host's Python that is gone leaves a dangling link: then the environment is made anew.
    return (home / "complete.json").exists() and (home / "venv" / "bin" / "python").exists()


def _install(home: Path, venv: Path, number: int, step: InstallStep) -> list[str]:
    """Arguments of uv for one step; its requirements are written to files beside the environment."""
    requirements = home / f"requirements-{number}.txt"
    requirements.write_text("\n".join(step.requirements) + "\n", encoding="utf-8")
    arguments = ["pip", "install", "--quiet", "--python", str(venv / "bin" / "python"), "-r", str(requirements)]
    if step.constraints:
        constraints = home / f"constraints-{number}.txt"
        constraints.write_text("\n".join(step.constraints) + "\n", encoding="utf-8")
        arguments += ["-c", str(constraints)]
    return arguments


def _reason(text: str) -> str:
    """The last lines of uv as one sentence, without passwords of addresses."""
    lines = [line.strip(_DRAWING) for line in text.splitlines()]
    return without_passwords(" ".join(line for line in lines if line and not line.startswith("warning:"))[-2000:])


def without_passwords(text: str) -> str:
    """The text with `user:password@` of every address taken out."""
    return re.sub(r"(\w+://)[^\s/@]+@", r"\1***@", text)


def _one_line(text: str, longest: int = 120) -> str:
    line = without_passwords(" ".join(text.split()))
    return line if len(line) <= longest else line[: longest - 3] + "..."
