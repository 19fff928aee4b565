"""Law L7: a deleted workspace is kept for 14 days, and its name with it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.localcloud.services.machinelearning.conftest import WORKSPACE

if TYPE_CHECKING:
    from localcloud.cloud import Cloud

SENTENCE = "Soft-deleted workspace exists. Please purge or recover it. https://aka.ms/wsoftdelete"

pytestmark = pytest.mark.usefixtures("workspace")


def test_l7_a_deleted_workspace_keeps_its_name(arm: Any, body: dict[str, Any]) -> None:
    arm.delete(WORKSPACE)

    assert arm.refused(WORKSPACE, body) == (0, "BadRequest", SENTENCE)
    assert arm.get(WORKSPACE)["properties"]["provisioningState"] == "Failed"
    arm.delete(WORKSPACE)
    assert arm.refused(WORKSPACE, body) == (0, "BadRequest", SENTENCE)


def test_l7_after_14_days_the_name_is_free(arm: Any, body: dict[str, Any], cloud: Cloud) -> None:
    arm.delete(WORKSPACE)
    cloud.clock.advance(timedelta(days=13))
    assert arm.refused(WORKSPACE, body)[2] == SENTENCE
    arm.delete(WORKSPACE)
    cloud.clock.advance(timedelta(days=2))

    assert _put(arm, body)["properties"]["provisioningState"] == "Succeeded"


def _put(arm: Any, body: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = arm.put(WORKSPACE, body)
    return found


def test_l7_a_forced_purge_frees_the_name(arm: Any, body: dict[str, Any]) -> None:
    arm.operation(arm.send("DELETE", WORKSPACE, forceToPurge="true"))

    assert _put(arm, body)["properties"]["provisioningState"] == "Succeeded"


def test_l7_a_soft_deleted_workspace_can_be_purged(arm: Any, body: dict[str, Any]) -> None:
    arm.delete(WORKSPACE)
    assert arm.send("DELETE", WORKSPACE, forceToPurge="true").status_code == 204
    assert _put(arm, body)["properties"]["provisioningState"] == "Succeeded"
    arm.operation(arm.send("DELETE", WORKSPACE, forceToPurge="true"))

    missing = arm.send("DELETE", WORKSPACE, forceToPurge="true")
    assert missing.json()["error"]["message"] == f"Unable to find workspace: {arm.id(WORKSPACE)}"
    assert arm.send("DELETE", WORKSPACE).status_code == 204


def test_l7_a_workspace_that_goes_with_its_group_is_soft_deleted(arm: Any, cloud: Cloud) -> None:
    arm.operation(arm.send("DELETE", arm.group))

    assert [kept["id"] for kept in cloud.store.list("soft-deleted-workspaces")] == [arm.id(WORKSPACE)]
