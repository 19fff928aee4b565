"""The README says what is emulated, all of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import localcloud
from localcloud import cli
from localcloud.services import emulated

if TYPE_CHECKING:
    from localcloud.arm.resource_type import ResourceType

README = (Path(localcloud.__file__).parent / "README.md").read_text()


@pytest.mark.parametrize("resource_type", emulated.TYPES, ids=lambda resource_type: resource_type.type)
def test_every_type_and_action_is_in_the_readme(resource_type: ResourceType) -> None:
    row = next((line for line in README.splitlines() if line.startswith(f"| `{resource_type.type}` |")), None)
    assert row is not None
    for name in (*resource_type.actions(), *resource_type.views()):
        assert f"`{name}`" in row


def test_every_command_is_in_the_readme() -> None:
    usage = cli._parser().format_help()
    for command in ("start", "stop", "status", "reset", "logs", "clock", "lag", "subscription", "explain-pull", "run"):
        assert f"    {command}" in usage
        assert f"python -m localcloud {command} " in README
