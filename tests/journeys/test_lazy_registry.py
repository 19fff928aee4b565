"""The registry that Azure ML creates: reported while it is missing, made to appear, kept, adopted, changed on demand.

The tests are steps on one stack, in this order. localcloud, a stand-in, plays Azure ML: it creates the registry at the
first job whose environment needs an image.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.journeys.project import ACR, Journey

pytestmark = pytest.mark.journey


def go(journey: Journey, step: str) -> None:
    journey.pulumi("config", "set", "azureml-scoring:step", step)


@pytest.fixture(scope="module")
def lazy(journey: Journey) -> Journey:
    """A new workspace without a registry."""
    journey.program("lazy")
    go(journey, "lazy")
    journey.up()
    return journey


@pytest.fixture(scope="module")
def present(lazy: Journey) -> dict[str, Any]:
    """The stack's outputs after the `up` in which Azure ML created the registry."""
    go(lazy, "materialized")
    lazy.up()
    return lazy.outputs()


def test_a_new_workspace_says_that_it_has_none(lazy: Journey) -> None:
    shown = "".join(lazy.log[-2:])
    assert "no container registry yet" in shown
    assert "first training job or model deployment" in shown
    outputs = lazy.outputs()
    assert [outputs[f"container_registry_{part}"] for part in ("id", "name")] == ["", ""]
    assert outputs["login_server"] == ""
    lazy.up("--expect-no-changes")


def test_whoever_asks_for_it_is_told_the_two_ways_out(lazy: Journey) -> None:
    go(lazy, "asked")
    shown = lazy.failed_up()
    for expected in ("ContainerRegistry 'adopted': ", "no container registry yet", "materialize", "attached"):
        assert expected in shown
    types = [one["type"] for one in lazy.state()["deployment"]["resources"]]
    assert "azure-native:containerregistry:TaskRun" not in types


def test_a_job_makes_it_appear_in_the_same_up(lazy: Journey, present: dict[str, Any]) -> None:
    registry = lazy.azure("GET", present["container_registry_id"], **ACR)
    assert registry["properties"]["adminUserEnabled"] is True
    assert registry["properties"]["loginServer"] == present["login_server"]
    assert present["container_registry_name"] == registry["name"]
    assert present["base_image"].startswith(f"{present['login_server']}/diabetes-base:")


def test_neither_up_nor_refresh_plans_to_remove_it(lazy: Journey, present: dict[str, Any]) -> None:
    lazy.up("--expect-no-changes")
    lazy.pulumi("refresh", "--yes", "--skip-preview")
    lazy.pulumi("preview", "--expect-no-changes")
    lazy.up("--expect-no-changes")
    assert lazy.outputs() == present
    # Without the job and what used the registry, it stays the workspace's.
    go(lazy, "lazy")
    lazy.up()
    assert lazy.outputs()["container_registry_id"] == present["container_registry_id"]


def test_another_registry_is_refused_and_said_to_break_lineage(lazy: Journey, present: dict[str, Any]) -> None:
    go(lazy, "changed")
    preview = lazy.pulumi("preview", check=False)
    assert preview.returncode != 0
    for shown in (preview.stdout + preview.stderr, lazy.failed_up()):
        assert "lineage" in shown
        assert "allow_registry_change" in shown
    current = lazy.azure("GET", present["resource_id"], **{"api-version": "2025-12-01"})
    assert current["properties"]["containerRegistry"] == present["container_registry_id"]


def test_it_is_changed_in_place_when_allowed(lazy: Journey, present: dict[str, Any]) -> None:
    go(lazy, "allowed")
    lazy.up()
    after = lazy.outputs()
    assert after["resource_id"] == present["resource_id"]
    assert after["container_registry_id"] not in {"", present["container_registry_id"]}
    lazy.up("--expect-no-changes")


def test_the_registry_of_azure_ml_goes_with_its_resource_group(lazy: Journey, present: dict[str, Any]) -> None:
    assert present
    lazy.pulumi("destroy", "--yes", "--skip-preview")
    assert lazy.left() == []
