"""Roll-outs on both online targets: new versions beside old ones, traffic that moves, and what fails on the way.

The tests are steps on one stack, in this order; localcloud stands in for Azure. `pytest -s` shows what was measured.
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from tests.journeys.load import RATE, Load
from tests.journeys.project import ROOT, SAMPLE, Journey, plain_prediction

pytestmark = pytest.mark.journey

SERVICES: Mapping[str, Any] = {
    "managed": {"target": "managed_endpoint"},
    "kube": {"target": "aks", "aks": {"cluster": {}}},
}
PATIENT = {"timeout_seconds": 60, "failure_threshold": 30}
"""A machine that is busy otherwise answers late, which is no failure of a roll-out."""
ML = {"api-version": "2025-12-01"}
EXAMPLE = ROOT / "examples" / "diabetes"
SCRIPT = (EXAMPLE / "score.py").read_text()
BROKEN = SCRIPT.replace("def init() -> None:", "def init() -> None:\n    raise RuntimeError('no model today')")


def write(journey: Journey, name: str, script: str) -> None:
    """Writes an entry script of the stack."""
    (journey.project / "service" / name).write_text(script)


def configure(journey: Journey, **changes: Mapping[str, Any]) -> None:
    """Sets the inputs of the services: their own, and for each what is changed."""
    common = {"request_timeout_seconds": 60, "liveness_probe": PATIENT, "readiness_probe": PATIENT}
    services = {
        name: {"entry_script": f"service/{name}.py", **common, **inputs, **changes.get(name, {})}
        for name, inputs in SERVICES.items()
    }
    journey.pulumi("config", "set", "azureml-scoring:services", json.dumps(services))


def variants(name: str, **traffic: Any) -> dict[str, Any]:
    """Two versions side by side: the service's own script, and another one."""
    deployments = {"blue": {}, "green": {"entry_script": f"service/{name}-green.py"}}
    return {"deployments": deployments, "traffic": traffic}


def ask(journey: Journey, name: str, times: int = 1, deployment: str | None = None) -> Counter[str]:
    """Which deployments answer, each with what the model predicts."""
    outputs = journey.outputs(show_secrets=True)
    headers = {"Authorization": f"Bearer {outputs[f'{name}_primary_key']}"}
    headers |= {"azureml-model-deployment": deployment} if deployment else {}
    answered = Counter[str]()
    expected = plain_prediction()
    with httpx.Client(verify=journey.trust(), headers=headers, timeout=60) as client:
        for _ in range(times):
            answer = client.post(outputs[f"{name}_scoring_uri"], json=SAMPLE).raise_for_status()
            assert answer.json() == expected
            answered[answer.headers["azureml-model-deployment"]] += 1
    return answered


def endpoint(journey: Journey, name: str) -> str:
    """ARM id of a service's endpoint."""
    outputs = journey.outputs()
    return f"{outputs['workspace_id']}/onlineEndpoints/{outputs[f'{name}_endpoint_name']}"


def deployments(journey: Journey, name: str) -> list[str]:
    """Names of the deployments that Azure has below a service's endpoint."""
    listed = journey.azure("GET", f"{endpoint(journey, name)}/deployments", **ML)
    return sorted(one["name"] for one in listed["value"])


def steps(journey: Journey, name: str) -> list[str]:
    """What the last `up` did with the deployments and the traffic of a service, in its order: `create green`."""
    done = []
    for line in (journey.project / "events.json").read_text().splitlines():
        meta = json.loads(line).get("resOutputsEvent", {}).get("metadata", {})
        kind, _, logical = meta.get("urn", "").rpartition("::")
        if (
            logical.startswith(f"{name}-")
            and kind.endswith((":OnlineDeployment", ":Deployment"))
            and meta["op"] != "same"
        ):
            done.append(f"{meta['op']} {logical.removeprefix(f'{name}-')}")
    return done


def rolled_out(journey: Journey, name: str, what: str) -> Load:
    """Deploys under load; what was measured is shown."""
    with Load.on(journey.outputs(show_secrets=True), name, journey.trust()) as load:
        journey.up()
    counts = f"{load.answered.total()} answered, {load.failed.total()} failed"
    print(f"\n{name}, {what}: {counts}, {load.rate:.0f} a second for {load.seconds:.0f} s")  # noqa: T201 - the figures that the documentation quotes
    return load


@pytest.fixture(scope="module")
def served(journey: Journey) -> Journey:
    """Both services, after the first `up`."""
    folder = journey.project / "service"
    folder.mkdir()
    for path in (EXAMPLE / "requirements.txt", EXAMPLE / "model" / "model.joblib"):
        shutil.copy(path, folder)
    for name in SERVICES:
        write(journey, f"{name}.py", SCRIPT)
        write(journey, f"{name}-green.py", f"{SCRIPT}\n# green\n")
    journey.program("online")
    configure(journey)
    journey.up()
    return journey


@pytest.mark.parametrize("name", SERVICES)
def test_the_first_up_gives_the_only_deployment_all_requests(served: Journey, name: str) -> None:
    outputs = served.outputs()
    assert outputs[f"{name}_state"] == "Healthy"
    assert deployments(served, name) == [outputs[f"{name}_deployment_name"]]
    assert ask(served, name, 3) == {outputs[f"{name}_deployment_name"]: 3}
    assert steps(served, name) == ["create deployment", "create traffic"]
    url = served.outputs()[f"{name}_scoring_uri"]
    assert httpx.post(url, json=SAMPLE, verify=served.trust()).status_code == httpx.codes.UNAUTHORIZED


def test_a_second_up_and_a_preview_after_a_refresh_change_nothing(served: Journey) -> None:
    served.pulumi("up", "--yes", "--skip-preview", "--expect-no-changes")
    served.pulumi("refresh", "--yes", "--skip-preview")
    served.pulumi("preview", "--expect-no-changes")


@pytest.mark.parametrize("name", SERVICES)
def test_a_changed_script_is_rolled_out_under_load_without_a_failed_request(served: Journey, name: str) -> None:
    (old,) = deployments(served, name)
    write(served, f"{name}.py", f"{SCRIPT}\n# changed\n")
    load = rolled_out(served, name, "a changed script")
    (new,) = deployments(served, name)
    assert not load.failed
    assert load.rate > RATE / 5, "too little to show anything; a machine of its own sends all"
    assert set(load.answered) == {old, new}
    assert steps(served, name) == [
        "create-replacement deployment",
        "replace deployment",
        "update traffic",
        "delete-replaced deployment",
    ]


def test_two_versions_share_the_requests_as_the_traffic_says(served: Journey) -> None:
    configure(served, **{name: variants(name, blue=90, green=10) for name in SERVICES})
    load = rolled_out(served, "managed", "from one version to two")
    assert not load.failed
    for name in SERVICES:
        blue, green = deployments(served, name)
        answered = ask(served, name, 200)
        assert set(answered) == {blue, green}
        assert 3 <= answered[green] <= 45, "10 percent of 200"
        assert served.outputs()[f"{name}_deployment_name"] == blue
        assert ask(served, name, deployment=green) == {green: 1}
        assert steps(served, name)[-2:] == ["update traffic", "delete deployment"]


def test_mirrored_requests_reach_the_other_version_and_its_answers_nobody(served: Journey) -> None:
    mirrored = variants("managed", blue=100) | {"mirror_traffic": {"green": 50}}
    configure(served, managed=mirrored, kube=variants("kube", green=100))
    served.up()
    blue, green = deployments(served, "managed")
    log = f"{endpoint(served, 'managed')}/deployments/{green}/getLogs"
    before = served.azure("POST", log, {"tail": 5000}, **ML)["content"].count("POST /score")
    assert ask(served, "managed", 40) == {blue: 40}
    after = served.azure("POST", log, {"tail": 5000}, **ML)["content"].count("POST /score")
    assert after > before
    assert steps(served, "managed") == ["update traffic"]


def test_a_version_that_is_removed_goes_after_its_requests_have_moved(served: Journey) -> None:
    alone = {name: variants(name, green=100) for name in SERVICES}
    for inputs in alone.values():
        del inputs["deployments"]["blue"]
    configure(served, **alone)
    load = rolled_out(served, "managed", "a version removed")
    assert not load.failed
    assert steps(served, "managed") == ["update traffic", "delete blue"]
    assert steps(served, "kube") == ["delete blue"], "it had no requests before"
    for name in SERVICES:
        (green,) = deployments(served, name)
        assert set(ask(served, name, 5)) == {green}


def test_a_version_that_does_not_get_healthy_fails_with_the_end_of_its_log_and_the_old_one_serves(
    served: Journey,
) -> None:
    before = {name: deployments(served, name) for name in SERVICES}
    for name in SERVICES:
        write(served, f"{name}-green.py", BROKEN)
    for _ in range(2):
        # Azure keeps the failed deployment and repairs none: the second try has to have another name.
        shown = served.failed_up("--continue-on-error")
        assert "did not get healthy; the end of its log:" in shown
        assert "RuntimeError: no model today" in shown
        assert "unrecoverable" not in shown
        for name in SERVICES:
            assert [list(ask_of(served, name))] == [before[name]]


def ask_of(journey: Journey, name: str) -> Counter[str]:
    """As `ask`, of an endpoint whose `up` failed, so that the stack has no outputs."""
    document = next(
        one
        for one in journey.azure("GET", f"{workspace(journey)}/onlineEndpoints", **ML)["value"]
        if one["name"].startswith(name)
    )
    keys = journey.azure("POST", f"{document['id']}/listKeys", **ML)
    headers = {"Authorization": f"Bearer {keys['primaryKey']}"}
    uri = document["properties"]["scoringUri"]
    answer = httpx.post(uri, json=SAMPLE, headers=headers, verify=journey.trust(), timeout=60).raise_for_status()
    return Counter([answer.headers["azureml-model-deployment"]])


def workspace(journey: Journey) -> str:
    """ARM id of the workspace, out of the state."""
    resources = journey.state()["deployment"]["resources"]
    return str(next(one["id"] for one in resources if one["type"].endswith("machinelearningservices:Workspace")))


def test_the_next_good_up_converges_and_the_one_after_it_changes_nothing(served: Journey) -> None:
    for name in SERVICES:
        write(served, f"{name}-green.py", f"{SCRIPT}\n# mended\n")
    served.up()
    for name in SERVICES:
        (only,) = deployments(served, name)
        assert set(ask(served, name, 3)) == {only}
    served.pulumi("preview", "--expect-no-changes")


def test_destroy_leaves_nothing(served: Journey) -> None:
    served.pulumi("destroy", "--yes", "--skip-preview")
    assert served.left() == []
