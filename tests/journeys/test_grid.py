"""Registry and workspace as defaults, max and hardened: deployed twice, refreshed, changed in place, destroyed.

localcloud stands in for Azure: that Azure takes all of these inputs together is not shown.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.journeys.project import Journey

pytestmark = pytest.mark.journey

SHAPES = ("defaults", "max", "hardened")


@pytest.fixture(scope="module", params=SHAPES)
def deployed(journey: Journey, request: pytest.FixtureRequest) -> Iterator[Journey]:
    """One shape after its first `up`; nothing of it is left for the next one."""
    journey.program("grid")
    journey.configure(shape=request.param)
    journey.up()
    yield journey
    journey.pulumi("destroy", "--yes", "--skip-preview")
    assert "resources" not in journey.state()["deployment"]
    assert journey.left() == []


def test_the_second_up_and_a_refresh_change_nothing(deployed: Journey) -> None:
    deployed.up("--expect-no-changes")
    shown = deployed.pulumi("refresh", "--yes", "--skip-preview").stdout
    # Outbound rules are resources of their own, made after the workspace, which shows them from then on.
    ruled = "ManagedNetworkSettingsRule" in str(deployed.state())
    assert ("managedNetwork" in shown, "updated" in shown) == (ruled, ruled), shown
    deployed.pulumi("preview", "--expect-no-changes")


def test_every_child_has_the_tags(deployed: Journey) -> None:
    untagged = [
        one["urn"].rpartition("::")[2]
        for one in _ours(deployed)
        if "tags" in _taken(one["type"]) and one["inputs"].get("tags") != {"team": "ml"}
    ]
    assert untagged == []


def test_no_secret_is_in_the_clear(deployed: Journey) -> None:
    passwords = deployed.outputs(show_secrets=True)["passwords"]
    assert all(len(password) > 20 for password in passwords)
    assert all(password in json.dumps(deployed.state(show_secrets=True)) for password in passwords)
    assert deployed.found_in_the_clear(passwords) == []


def test_a_change_is_made_in_place(deployed: Journey) -> None:
    before = {one["urn"]: one["id"] for one in _ours(deployed)}
    deployed.pulumi("config", "set", "azureml-scoring:team", "science")
    deployed.up()
    assert {one["urn"]: one["id"] for one in _ours(deployed)} == before
    (workspace,) = (one for one in _ours(deployed) if one["type"].endswith(":machinelearningservices:Workspace"))
    assert workspace["outputs"]["tags"] == {"team": "science"}


def _ours(journey: Journey) -> list[dict[str, Any]]:
    """The resources that a component made."""
    return [
        one
        for one in journey.state()["deployment"]["resources"]
        if "azureml-scoring:index:" in one.get("parent", "") and one.get("custom") and not one.get("external")
    ]


def _taken(token: str) -> frozenset[str]:
    """Which inputs of ours a resource type of azure-native has."""
    package, module, name = token.split(":")
    if package != "azure-native":
        return frozenset()
    sdk = __import__(f"pulumi_azure_native.{module.partition('/')[0]}", fromlist=[name])
    return frozenset(getattr(sdk, name)._internal_init.__annotations__) & {"tags"}
