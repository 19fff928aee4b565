"""Fixtures of every test of localcloud."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from localcloud.control.assembly import Doors, assemble
from localcloud.control.settings import CloudSettings
from localcloud.home import Home
from tests.localcloud.harness import URL, Plane


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """An empty home."""
    return Home(tmp_path / "home", tmp_path / "cache")


@pytest.fixture
def plane(home: Home) -> Iterator[Plane]:
    """A control plane without listeners."""
    settings = CloudSettings.load(home.settings_file, {})
    cloud = assemble(home, settings, URL, Doors(lambda _: None, lambda _: None))
    yield Plane(cloud)
    cloud.operations.shutdown()
    cloud.catalog.close()
