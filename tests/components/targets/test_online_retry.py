"""The name of a deployment whose content failed before."""

from __future__ import annotations

import asyncio

import pytest
from azureml_scoring.targets._online_retry import free_name


@pytest.mark.parametrize(
    ("azure", "name"),
    [
        ({}, "blue-1"),
        ({"blue-1": "Succeeded"}, "blue-1"),
        ({"blue-1": "Creating"}, "blue-1"),
        ({"blue-1": "Failed"}, "blue-1-2"),
        ({"blue-1": "Failed", "blue-1-2": "Succeeded"}, "blue-1-2"),
        ({"blue-1": "Failed", "blue-1-2": "Failed"}, "blue-1-3"),
        # What failed went at the end of the update that succeeded.
        ({"blue-1-3": "Succeeded"}, "blue-1-3"),
        ({"blue-1-2": "Failed"}, "blue-1-3"),
        ({f"blue-1{end}": "Failed" for end in ("", "-2", "-3", "-4", "-5")}, "blue-1-5"),
    ],
)
def test_the_name_is_one_that_azure_can_make_or_the_one_that_serves(azure: dict[str, str], name: str) -> None:
    async def state(wanted: str) -> str | None:
        return azure.get(wanted)

    assert asyncio.run(free_name("blue-1", state)) == name
