"""What was made without Pulumi is taken into the components: nothing is made, replaced or removed by that.

The tests are steps on the stack, in this order.
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.journeys.calling import MACHINE_LEARNING
from tests.journeys.handmade import CONTAINER_GROUP, Handmade, make_service, make_team
from tests.journeys.project import PACKS, ROOT, SAMPLE, Journey, plain_prediction, predict

pytestmark = [pytest.mark.journey, pytest.mark.soak, pytest.mark.timeout(600)]

KEY = secrets.token_urlsafe(24)
IMPORT = ("import", "--file", "import.json", "--yes", "--skip-preview", "--protect=false", "--generate-code=false")
TAKEN_OVER = [
    {
        "rule": rule,
        "resource": resource,
        "reason": "was so before; goes when the service has a principal of its own",
        "owner": "ml-platform",
        "until": (datetime.now(UTC) + timedelta(days=30)).date().isoformat(),
    }
    for rule, resource in (("admin-user", "registryacr"), ("admin-user-pull", "diabetes-group"))
]
"""What a team that adopts an estate lets pass for a while: the rules that this one breaks."""
_OF_A_RUN = ("instanceView", "provisioningState", "containers")


@dataclass
class Before:
    """What there was.

    Attributes:
        made: Who made it.
        group: The container group that serves, with the registry's `login`.
        documents: What Azure showed of each resource, by id.
    """

    made: Handmade
    group: dict[str, Any]
    documents: Mapping[str, dict[str, Any]]

    @property
    def uri(self) -> str:
        """Where it is asked for predictions."""
        return f"http://{self.group['properties']['ipAddress']['ip']}:5001/score"


@pytest.fixture(scope="module")
def before(journey: Journey) -> Before:
    """A workspace, a registry and a service that answers."""
    made = Handmade(journey)
    team = make_team(made)
    group = make_service(made, team, KEY)
    found = Before(made, group, {one["id"]: one for one in made.export()})
    _wait_for(found.uri)
    _answers(found)
    return found


@pytest.fixture(scope="module")
def adopted(journey: Journey, before: Before) -> str:
    """What `python -m tools.adopt` said; its files are the project's."""
    journey.judged_by = PACKS | {"registry_credentials": {"exemptions": TAKEN_OVER}}
    said = _adopt(before, list(before.documents.values()), f"{CONTAINER_GROUP}=diabetes")
    secret = {"diabetes-primary-key": KEY, "diabetes-pull-password": before.group["login"]["password"]}
    asked = [line.split()[4] for line in said.splitlines() if line.startswith("  pulumi config set --secret ")]
    assert sorted(asked) == sorted(secret)
    for key in asked:
        journey.pulumi("config", "set", "--secret", key, typed=secret[key])
    return said


def test_the_tool_says_what_is_taken_over_kept_and_left(adopted: str) -> None:
    assert "Workspace 'team' takes over:" in adopted
    for difference in (
        "registryacr: adminUserEnabled is True, and would become False",
        "teamstorage: sku is 'Standard_GRS', and would become 'Standard_LRS'",
        "diabetes-group: containers[0].name is 'web', and would become 'scoring'",
    ):
        assert difference in adopted
    assert KEY not in adopted


def test_the_import_gives_every_resource_the_parent_that_it_will_have(journey: Journey, adopted: str) -> None:
    assert adopted
    journey.pulumi(*IMPORT)
    parents = {
        resource["urn"].rpartition("::")[2]: resource["parent"].rpartition("::")[2]
        for resource in journey.state()["deployment"]["resources"]
        if resource["type"].startswith("azure-native:")
    }
    assert parents["team-aml"] == parents["teamstorage"] == parents["teamvault"] == parents["team-insights"] == "team"
    assert parents["registryacr"] == "registry"
    assert parents["diabetes-group"] == "diabetes"
    assert len([name for name in parents if name.startswith("registry-role-")]) == 2


def test_the_first_preview_updates_the_container_group_and_nothing_else(journey: Journey, adopted: str) -> None:
    assert adopted
    shown = json.loads(journey.pulumi("preview", "--json").stdout)
    changed = [step for step in shown["steps"] if step["op"] not in {"same", "read"}]
    why = [(step["op"], step["urn"].rpartition("::")[2], step.get("detailedDiff")) for step in changed]
    assert [found[:2] for found in why] == [("update", "diabetes-group")], why
    assert shown["changeSummary"]["same"] > 8


def test_the_second_preview_is_empty_and_the_service_answers_where_it_did(journey: Journey, before: Before) -> None:
    journey.up()
    journey.pulumi("preview", "--expect-no-changes")
    assert journey.outputs()["diabetes_scoring_uri"] == before.uri
    _answers(before)


def test_azure_has_what_it_had(journey: Journey, before: Before) -> None:
    now = {one["id"]: one for one in before.made.export()}
    assert now.keys() == before.documents.keys()
    for resource_id, document in before.documents.items():
        if "containerGroups" not in resource_id:
            assert now[resource_id] == document
    (was, now_is) = (
        {key: value for key, value in documents[before.group["id"]]["properties"].items() if key not in _OF_A_RUN}
        for documents in (before.documents, now)
    )
    assert now_is == was
    assert journey.outputs()["diabetes_state"] == "Healthy"


def test_a_line_less_in_kept_is_one_change_and_no_more(journey: Journey) -> None:
    """The admin user goes off when the team is ready for it."""
    program = journey.project / "__main__.py"
    text = program.read_text()
    assert text.count('"adminUserEnabled",') == 1
    program.write_text(text.replace('"adminUserEnabled",', ""))
    shown = json.loads(journey.pulumi("preview", "--json").stdout)
    changed = [step for step in shown["steps"] if step["op"] not in {"same", "read"}]
    assert [(step["op"], step["urn"].rpartition("::")[2]) for step in changed] == [("update", "registryacr")]
    assert changed[0]["newState"]["inputs"]["adminUserEnabled"] is False
    program.write_text(text)


def test_a_refresh_finds_nothing_and_no_secret_is_in_the_clear(journey: Journey, before: Before) -> None:
    journey.pulumi("refresh", "--yes", "--skip-preview")
    journey.pulumi("preview", "--expect-no-changes")
    own = str(journey.home.containers)
    places = journey.found_in_the_clear([KEY, before.group["login"]["password"]])
    assert [place for place in places if not place.startswith(own)] == []


def test_an_endpoint_made_by_hand_keeps_its_address_and_keys(journey: Journey, before: Before) -> None:
    """Adopted later than the rest: what was imported before is left alone."""
    workspace = before.made.ids["Microsoft.MachineLearningServices/workspaces/before-ml"]
    made = before.made.put(
        f"{workspace}/onlineEndpoints/scores-before", {"authMode": "Key"}, identity={"type": "SystemAssigned"}
    )
    keys = journey.azure("POST", f"{made['id']}/listKeys", **MACHINE_LEARNING)
    said = _adopt(before, [*before.documents.values(), made], f"{CONTAINER_GROUP}=diabetes", "scores-before=scores")
    example = "examples/diabetes"
    values = {
        "scores-base-image": before.group["base"],
        "scores-entry-script": f"{example}/score.py",
        "scores-requirements": f"{example}/requirements.txt",
    }
    for key, value in values.items():
        assert f"  pulumi config set {key}  # " in said
        journey.pulumi("config", "set", key, value)
    program = journey.project / "__main__.py"
    model = f'    "models": ["{example}/model/model.joblib"],\n'
    program.write_text(program.read_text().replace("given_scores: Any = {\n", "given_scores: Any = {\n" + model))
    journey.pulumi(*IMPORT)
    shown = json.loads(journey.pulumi("preview", "--json").stdout)
    assert {step["op"] for step in shown["steps"]} == {"same", "read", "create"}
    assert "scores-endpoint" not in {
        step["urn"].rpartition("::")[2] for step in shown["steps"] if step["op"] == "create"
    }
    journey.up()
    journey.pulumi("preview", "--expect-no-changes")
    uri = made["properties"]["scoringUri"]
    assert journey.outputs()["scores_scoring_uri"] == uri
    assert predict(uri, keys["primaryKey"], journey.trust()) == pytest.approx(plain_prediction())
    _answers(before)


def _adopt(before: Before, resources: list[dict[str, Any]], *services: str) -> str:
    """Runs the tool, makes its program the project's, and gives back what it said."""
    project = before.made.journey.project
    registry = before.made.ids["Microsoft.ContainerRegistry/registries/beforeacr"]
    for name, content in {"resources": resources, "roles": before.made.roles(registry)}.items():
        (project / f"{name}.json").write_text(json.dumps(content))
    chosen = [option for service in services for option in ("--service", service)]
    result = subprocess.run(
        [
            *(sys.executable, "-m", "tools.adopt", "--force", "--workspace", "before-ml=team", *chosen),
            *("--out", project, project / "resources.json", project / "roles.json"),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, "PYTHONWARNINGS": "error"},
    )
    assert result.returncode == 0, result.stderr
    (project / "adopted.py").rename(project / "__main__.py")
    return result.stderr


def _wait_for(uri: str) -> None:
    """Azure says that a group is there when its containers have started; the server comes later."""
    deadline = time.monotonic() + 180
    while time.monotonic() < deadline:
        try:
            if httpx.get(uri.removesuffix("score"), trust_env=False).status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            time.sleep(0.5)
    pytest.fail(f"{uri} does not answer")


def _answers(before: Before) -> None:
    headers = {"Authorization": f"Bearer {KEY}"}
    answer = httpx.post(before.uri, json=SAMPLE, headers=headers, timeout=60, trust_env=False).raise_for_status()
    assert answer.json() == pytest.approx(plain_prediction())
    assert httpx.post(before.uri, json=SAMPLE, timeout=60, trust_env=False).status_code == httpx.codes.UNAUTHORIZED
