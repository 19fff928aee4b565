"""First source: the engine that is on PATH."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

from . import cache
from .errors import NotOnPath
from .versions import FLOOR, at_least

HOST: Final = "pulumi-language-python"
TIMEOUT: Final = 20
"""Seconds that `pulumi version` may take."""


def find() -> Path:
    """The `pulumi` on PATH, when it can be used as it is; raises `NotOnPath` with the reason."""
    search = _path_without_cache()
    found = shutil.which("pulumi", path=search)
    if found is None:
        raise NotOnPath("there is no `pulumi` on PATH")
    engine = Path(found)
    version = _version(engine)
    if not at_least(version):
        raise NotOnPath(f"{engine} is version {version or 'unknown'}, older than {FLOOR}")
    if shutil.which(HOST, path=os.pathsep.join([str(engine.resolve().parent), search])) is None:
        raise NotOnPath(f"{engine} has no {HOST} next to it")
    return engine


def _path_without_cache() -> str:
    """PATH without our own cache, which a caller may have put there: it is another source."""
    own = cache.root()
    entries = os.environ.get("PATH", os.defpath).split(os.pathsep)
    return os.pathsep.join(entry for entry in entries if entry and not Path(entry).is_relative_to(own))


def _version(engine: Path) -> str:
    """What `pulumi version` says, remembered per file: asking takes 0.3 s. Empty when it says nothing."""
    status = engine.resolve().stat()
    identity = f"{engine.resolve()} {status.st_size} {status.st_mtime_ns}"
    memory = cache.root() / "on-path.json"
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        return str(json.loads(memory.read_text(encoding="utf-8"))[identity])
    try:
        answer = subprocess.run(
            [engine, "version"], capture_output=True, text=True, timeout=TIMEOUT, check=False,
            env={**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"},
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return ""
    version = answer.stdout.strip()
    # Remembering is a convenience: a read-only cache only costs the 0.3 s.
    with contextlib.suppress(OSError):
        memory.parent.mkdir(parents=True, exist_ok=True)
        memory.write_text(json.dumps({identity: version}), encoding="utf-8")
    return version
