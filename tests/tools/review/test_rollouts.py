"""Deployments of online endpoints and their traffic."""

from __future__ import annotations

from typing import Any

import pytest

from tools.review.document import Table
from tools.review.preview import UNKNOWN, Action, Preview, Resource, Side
from tools.review.rollouts import Version, rollout_blocks, rollouts

URN = "urn:pulumi:dev::project::azureml-scoring:index:ScoringService"
OWNER = f"{URN}::managed"
DEPLOYMENT = "azure-native:machinelearningservices:OnlineDeployment"
STEP = "azure-native:resources:Deployment"


def traffic(shares: Any, mirrored: Any = None) -> Side:
    """The inputs of the step that directs traffic."""
    properties = {"traffic": shares, "mirrorTraffic": mirrored or {}}
    return Side({"properties": {"template": {"resources": [{"properties": properties}]}}})


def deployment(version: str, before: str, after: str, action: Action = Action.REPLACE) -> Resource:
    """The deployment of a version, with its name before and after."""
    sides = [Side({"deploymentName": name} if name else {}) for name in (before, after)]
    return Resource(f"{URN}${DEPLOYMENT}::managed-{version}", DEPLOYMENT, OWNER, action, (), *sides)


def preview(before: Side, after: Side, *deployments: Resource) -> Preview:
    """A preview of one service."""
    owner = Resource(OWNER, "azureml-scoring:index:ScoringService", "", Action.SAME, (), Side(), Side())
    step = Resource(f"{URN}${STEP}::managed-traffic", STEP, OWNER, Action.UPDATE, (), before, after)
    return Preview("dev", "succeeded", {one.urn: one for one in (owner, step, *deployments)}, (), {}, (), ())


def test_a_new_deployment_takes_the_place_and_the_requests_of_the_old_one() -> None:
    made = preview(traffic({"a-1": 100}), traffic({"a-2": 100}), deployment("deployment", "a-1", "a-2"))
    (one,) = rollouts(made)
    assert (one.service, one.version) == ("managed", "deployment")
    assert (one.now, one.after) == (Version("a-1", 100), Version("a-2", 100))


def test_traffic_that_moves_between_versions_that_stay() -> None:
    blue, green = (deployment(name, f"{name}-1", f"{name}-1", Action.SAME) for name in ("blue", "green"))
    now, after = traffic({"blue-1": 100}, {"green-1": 10}), traffic({"blue-1": 50, "green-1": 50.0})
    moved = rollouts(preview(now, after, blue, green))
    assert [(one.now.percent, one.now.mirrored, one.after.percent) for one in moved] == [(100, 0, 50), (0, 10, 50)]
    assert rollouts(preview(now, now, blue, green)) == []


@pytest.mark.parametrize("unknown", [UNKNOWN, {UNKNOWN: 100}, {"a-2": UNKNOWN}])
def test_what_is_known_during_up_only_is_not_made_up(unknown: Any) -> None:
    made = preview(traffic({"a-1": 100}), traffic(unknown), deployment("deployment", "a-1", UNKNOWN))
    _, table = rollout_blocks(made)
    assert isinstance(table, Table)
    now, after = ("".join(cell) for cell in table.rows[0][2:])
    assert (now, after) == ("a-1, 100 % of the requests", "named during up, share not known yet")


def test_versions_that_come_and_go() -> None:
    blue = deployment("blue", "blue-1", "", Action.DELETE)
    green = deployment("green", "", "green-1", Action.CREATE)
    found = rollouts(preview(traffic({"blue-1": 100}), traffic({"green-1": 100}), blue, green))
    assert [(one.version, one.now.deployment, one.after.deployment) for one in found] == [
        ("blue", "blue-1", None),
        ("green", None, "green-1"),
    ]
    told = list(rollout_blocks(preview(Side(), Side(), blue, green)))[1]
    assert isinstance(told, Table)
    assert ["".join(cell) for cell in told.rows[0][2:]] == ["blue-1, share not known yet", "none"]
