"""The engine's events as data."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.tools.review.conftest import SAMPLES
from tools.review.errors import NotEvents
from tools.review.events import read
from tools.review.preview import Action, Preview

Sample = Callable[[str], Preview]
URN = "urn:pulumi:dev::project::"


def step(operation: str, name: str = "one", **values: object) -> str:
    """The event of a step."""
    state = {"parent": "", "inputs": {}, "outputs": {}}
    metadata = {"op": operation, "urn": f"{URN}a:b:C::{name}", "type": "a:b:C", "old": state, "new": state} | values
    return json.dumps({"sequence": 1, "resOutputsEvent": {"metadata": metadata}})


def test_what_happens_to_each_resource_is_told_once_the_gravest_first(sample: Sample) -> None:
    told = [(one.action, one.name) for one in sample("dev").changes]
    assert told == [
        (Action.DELETE, "base-context-58c82913316eb6d8"),
        (Action.REPLACE_OLD_FIRST, "diabetes-container"),
        (Action.REPLACE, "base-build"),
        (Action.REPLACE, "diabetes-build"),
        (Action.REPLACE, "diabetes-image"),
        (Action.CREATE, "base-context-1222fd016fecbaa1"),
    ]


@pytest.mark.parametrize("name", ["dev", "prod", "refused"])
def test_the_numbers_are_those_of_the_engine(sample: Sample, name: str) -> None:
    preview = sample(name)
    counted = {"create": 0, "delete": 0, "replace": 0, "update": 0}
    names = {Action.REPLACE_OLD_FIRST: "replace"}
    for one in preview.resources.values():
        operation = names.get(one.action, one.action.name.lower())
        # The engine does not count its own default providers.
        if operation in counted and "::default_" not in one.urn:
            counted[operation] += 1
    lines = (SAMPLES / f"{name}.jsonl").read_text().splitlines()
    (summary,) = (event["summaryEvent"] for event in map(json.loads, lines) if "summaryEvent" in event)
    assert counted == {operation: summary["resourceChanges"].get(operation, 0) for operation in counted}


def test_a_resource_belongs_to_the_component_above_it(sample: Sample) -> None:
    preview = sample("dev")
    owners = {one.name: preview.component_of(one) for one in preview.changes}
    assert {name: owner.name for name, owner in owners.items() if owner} == {
        "base-context-58c82913316eb6d8": "base",
        "diabetes-container": "diabetes",
        "base-build": "base",
        "diabetes-build": "diabetes",
        "diabetes-image": "diabetes",
        "base-context-1222fd016fecbaa1": "base",
    }


def test_policies_and_what_they_found_are_read(sample: Sample) -> None:
    preview = sample("refused")
    assert preview.result == "failed"
    assert set(preview.packs) == {"pinned-images", "registry-credentials"}
    assert "anonymous-pull" not in preview.packs["registry-credentials"].passed
    (one,) = [one for one in preview.violations if one.level == "mandatory"]
    assert (one.policy, one.urn.rpartition("::")[2]) == ("anonymous-pull", "registryacr")


@pytest.mark.parametrize(
    ("operations", "action"),
    [
        (["create-replacement", "replace", "delete-replaced"], Action.REPLACE),
        (["delete-replaced", "replace", "create-replacement"], Action.REPLACE_OLD_FIRST),
        (["import"], Action.IMPORT),
        (["discard"], Action.FORGET),
        (["refresh", "update"], Action.UPDATE),
        (["same"], Action.SAME),
        (["an operation of a later engine"], Action.SAME),
    ],
)
def test_steps_add_up_to_an_action(operations: list[str], action: Action) -> None:
    (one,) = read([step(operation) for operation in operations], "dev").resources.values()
    assert one.action is action


def test_what_differs_is_told_by_its_parts_those_that_force_a_replacement_first() -> None:
    event = step("replace", keys=["name"], detailedDiff={"a.b[0].c": {}, "name": {}}, diffs=["a", "ab"])
    (one,) = read([event], "dev").resources.values()
    assert one.because == ("name", "a.b[0].c", "ab")


def test_a_stream_that_stops_is_no_success() -> None:
    assert read([step("same")], "dev").result == "broke off"
    cut = read([step("create"), step("create", "two")[:40]], "dev")
    assert cut.result == "broke off"
    assert [one.name for one in cut.changes] == ["one"]


def test_a_summary_without_a_result_is_read_by_its_errors() -> None:
    summary = json.dumps({"sequence": 2, "summaryEvent": {"resourceChanges": {}}})
    error = json.dumps({"sequence": 3, "diagnosticEvent": {"severity": "error", "message": "no"}})
    assert read([step("same"), summary], "dev").result == "succeeded"
    assert read([step("same"), summary, error], "dev").result == "failed"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "it is empty"),
        ('{\n  "steps": []\n}', "line 1 is not JSON"),
        ('{"steps": []}', "line 1 is no engine event"),
        ('{"sequence": 1}\n{"seq\n{"sequence": 2}', "line 2 is not JSON"),
    ],
)
def test_what_is_no_stream_is_refused_with_the_way_to_get_one(text: str, reason: str) -> None:
    with pytest.raises(NotEvents, match=f"some.json: {reason}.*PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true"):
        read(text.splitlines(), "some.json")
