"""A project of its own for each journey: a copy of the program, an own cloud, an own stack and own ports."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from localcloud import lifecycle
from localcloud.home import Home
from tests.journeys.project import ROOT, Journey
from tools.local import train

_COPIED = ("Pulumi.yaml", "__main__.py", "stacks", "examples")


@pytest.fixture(scope="session", autouse=True)
def _engine() -> None:
    if shutil.which("pulumi") is None:
        pytest.fail("no pulumi on PATH: run the journeys by `make journeys` or `make test`")


@pytest.fixture(scope="module")
def journey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Journey]:
    """A project and a running cloud with an empty stack; nothing of them is left afterwards."""
    train()
    project = tmp_path_factory.mktemp("project")
    for name in _COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, project / name, ignore=shutil.ignore_patterns(".venv", "__pycache__"))
        else:
            shutil.copy(source, project / name)
    (project / ".venv").symlink_to(Path(sys.prefix))
    home = Home(tmp_path_factory.mktemp("cloud"), Home.from_environment().cache)
    lifecycle.start(home)
    made = Journey(project, home)
    made.configure(location="westeurope")
    made.pulumi("stack", "init", check=False)
    try:
        yield made
    finally:
        lifecycle.reset(home)
