"""Every cell of docs/targets.md that works, on one stack: the same questions to every target.

The tests are steps on the stack, in this order. localcloud stands in for Azure: what is shown here is what the
components make of its answers.
"""

from __future__ import annotations

import json
import secrets
import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.journeys import described, public_registry
from tests.journeys.calling import (
    Caller,
    deployment_of,
    log_of,
    of,
    second_caller,
    self_signed,
    state_of,
    works,
)
from tests.journeys.project import PACKS, ROOT, SAMPLE, STACK, Journey, free_port, plain_prediction

pytestmark = [pytest.mark.journey, pytest.mark.timeout(600)]

KEY, SECOND_KEY = (secrets.token_urlsafe(24) for _ in range(2))
ENDPOINTS = ("aks", "managed_endpoint")
ELSEWHERE = {
    "versions with percent traffic": (
        "test_two_versions_share_the_requests_as_the_traffic_says",
        ("aks", "managed_endpoint"),
    ),
    "mirror traffic": ("test_mirrored_requests_reach_the_other_version_and_its_answers_nobody", ("managed_endpoint",)),
}
"""Cells of the table that tests of test_online.py show."""


def slow(seconds: float) -> dict[str, Any]:
    """A body that takes so long."""
    return {"data": [[-seconds, *SAMPLE["data"][0][1:]]]}


@pytest.fixture(scope="module")
def public(journey: Journey, tmp_path_factory: pytest.TempPathFactory) -> Iterator[public_registry.PublicRegistry]:
    """The registry of the document's image."""
    bundle = Path(journey.environment()["SSL_CERT_FILE"])
    with public_registry.serving(tmp_path_factory.mktemp("public"), bundle) as found:
        journey.more.update(found.environment)
        yield found


@pytest.fixture(scope="module")
def deployed(journey: Journey, public: public_registry.PublicRegistry) -> Journey:
    """All services but the one whose files name an image that is not there yet."""
    assert public.environment
    journey.program("targets")
    shutil.copytree(ROOT / "tests" / "journeys" / "service", journey.project / "service")
    journey.pulumi("config", "set", "azureml-scoring:ports", " ".join(str(free_port()) for _ in range(3)))
    certificate, private_key = self_signed()
    for name, value in {"key": KEY, "second_key": SECOND_KEY, "tls": certificate, "tls_key": private_key}.items():
        journey.secret(name, value)
    # The table has services without authentication, on a container group too.
    journey.judged_by = PACKS | {"scoring_hardening": {"localStacks": [STACK]}}
    journey.up()
    journey.pulumi("config", "set", "azureml-scoring:documents", "true")
    journey.up()
    return journey


@pytest.fixture(scope="module")
def outputs(deployed: Journey) -> dict[str, Any]:
    return deployed.outputs(show_secrets=True)


@works("health at `/`, prediction at `/score`", "local", "aci", "aks", "managed_endpoint")
def test_it_is_healthy_and_predicts_what_the_model_does_in_plain_python(
    deployed: Journey, outputs: dict[str, Any], target: str
) -> None:
    caller = Caller(deployed, outputs, of(target))
    assert caller.get(caller.uri.removesuffix("score")).status_code == httpx.codes.OK
    assert caller.score().raise_for_status().json()["predictions"] == pytest.approx(plain_prediction())


@works("a wrong body is answered with 4xx", "local", "aci", "aks", "managed_endpoint")
def test_a_wrong_body_is_the_callers_fault_and_stops_nothing(
    deployed: Journey, outputs: dict[str, Any], target: str
) -> None:
    caller = Caller(deployed, outputs, of(target))
    bodies: list[Any] = ["{", {}, {"data": "x"}, {"data": [[1.0]]}, []]
    for body in bodies:
        answer = caller.score(body)
        assert 400 <= answer.status_code < 500, (body, answer.status_code, answer.text)
    assert caller.score().status_code == httpx.codes.OK


@works("`auth` `key`", "local", "aci", "aks", "managed_endpoint")
def test_a_wrong_key_is_refused(deployed: Journey, outputs: dict[str, Any], target: str) -> None:
    for wrong in ("", "wrong", KEY[:-1]):
        assert Caller(deployed, outputs, of(target), wrong).score().status_code == httpx.codes.UNAUTHORIZED


@works("two keys", "local", "aci", "aks", "managed_endpoint")
def test_both_keys_are_good(deployed: Journey, outputs: dict[str, Any], target: str) -> None:
    keys = [outputs[f"{of(target)}_{which}_key"] for which in ("primary", "secondary")]
    assert len(set(keys)) == 2
    assert all(Caller(deployed, outputs, of(target), key).score().status_code == httpx.codes.OK for key in keys)


@works("schema at `/swagger.json`", "local", "aci", "aks", "managed_endpoint")
def test_the_schema_is_at_swagger_json(deployed: Journey, outputs: dict[str, Any], target: str) -> None:
    caller = Caller(deployed, outputs, of(target))
    assert "/score" in caller.get(caller.swagger).raise_for_status().json()["paths"]


@works(
    "environment variables, secret variables, several models, source folder, conda file",
    "local",
    "aci",
    "aks",
    "managed_endpoint",
)
def test_variables_models_and_the_folder_reach_the_script(
    deployed: Journey, outputs: dict[str, Any], target: str
) -> None:
    answer = Caller(deployed, outputs, of(target)).score().json()
    assert (answer["shown"], answer["hidden"]) == ("shown", KEY)
    assert answer["models"] == ["model.joblib", "notes.txt"]
    assert answer["beside"] == "found"


@works("image by digest", "local", "aci", "aks", "managed_endpoint")
def test_it_runs_the_image_that_was_asked_for(deployed: Journey, outputs: dict[str, Any], target: str) -> None:
    described.the_image(deployed, outputs, of(target), target)


@works("log", "local", "aci", "aks", "managed_endpoint")
def test_the_log_can_be_read(deployed: Journey, outputs: dict[str, Any], target: str) -> None:
    Caller(deployed, outputs, of(target)).score().raise_for_status()
    assert f"scored {len(SAMPLE['data'])} rows" in log_of(deployed, outputs, of(target))


@works("request time-out", "local", "aci", "aks", "managed_endpoint")
def test_a_prediction_that_takes_too_long_is_given_up(deployed: Journey, outputs: dict[str, Any], target: str) -> None:
    caller, started = Caller(deployed, outputs, of(target)), time.monotonic()
    try:
        assert caller.score(slow(15)).status_code >= 400
    except httpx.RemoteProtocolError:
        assert target not in ENDPOINTS, "an endpoint tells its caller"
    assert time.monotonic() - started < 14
    assert caller.answers_within(30)


@works("requests at one time", "local", "aci")
def test_two_predictions_run_at_one_time(deployed: Journey, outputs: dict[str, Any], target: str) -> None:
    caller = Caller(deployed, outputs, of(target))
    started = time.monotonic()
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(caller.score, [slow(2)] * 4))
    assert {answer.status_code for answer in answers} == {httpx.codes.OK}
    # Four of two seconds by two workers, of which one may be handed three of them.
    assert time.monotonic() - started < 7.5


@works(
    "requests at one time, readiness probe, liveness probe, replicas, `application_insights_enabled`",
    "aks",
    "managed_endpoint",
)
def test_a_deployment_of_an_endpoint_is_as_described(deployed: Journey, outputs: dict[str, Any], target: str) -> None:
    described.an_endpoints_deployment(deployed, outputs, of(target))


@works("port", "local")
def test_a_local_service_has_its_port(deployed: Journey, outputs: dict[str, Any], target: str) -> None:
    port = deployed.pulumi("config", "get", "azureml-scoring:ports").stdout.split()[0]
    assert outputs[f"{target}_scoring_uri"] == f"http://127.0.0.1:{port}/score"


@works("instance type", "aks", "managed_endpoint")
def test_the_instance_type_is_as_described(deployed: Journey, outputs: dict[str, Any], target: str) -> None:
    properties = deployment_of(deployed, outputs, of(target))["properties"]
    assert properties["instanceType"] == {"aks": "defaultinstancetype", "managed_endpoint": "Standard_F2s_v2"}[target]


@works("namespace", "aks")
def test_a_compute_has_its_namespace(deployed: Journey, target: str) -> None:
    assert state_of(deployed, target, "Compute")["properties"]["properties"]["namespace"] == "scoring"


@works("cores and memory", "aci", "aks")
def test_cores_and_memory_are_as_described(deployed: Journey, outputs: dict[str, Any], target: str) -> None:
    described.cores_and_memory(deployed, outputs, target)


@works("readiness probe", "local")
def test_the_health_check_of_a_container_is_as_described(deployed: Journey, target: str) -> None:
    check = state_of(deployed, target, "Container")["healthcheck"]
    assert (check["retries"], check["startPeriod"]) == (5, "20s")


@works("readiness probe, liveness probe, DNS label, zone, GPU by number", "aci")
def test_a_container_group_is_as_described(deployed: Journey, outputs: dict[str, Any], target: str) -> None:
    assert target
    described.a_container_group(deployed, outputs)


@works("pip list", "local", "aci", "aks", "managed_endpoint")
def test_the_second_one_is_as_right(deployed: Journey, outputs: dict[str, Any], target: str) -> None:
    answer = second_caller(deployed, outputs, target).score().raise_for_status().json()
    assert answer["predictions"] == pytest.approx(plain_prediction())
    # Its one model, on an endpoint a registered one, lies in AZUREML_MODEL_DIR itself.
    assert answer["models"] == ["model.joblib"]


@works("`auth` `none`", "local", "aci")
def test_nobody_is_asked_for_a_key(deployed: Journey, outputs: dict[str, Any], target: str) -> None:
    assert outputs[f"{target}-two_primary_key"] == ""
    assert second_caller(deployed, outputs, target).score().status_code == httpx.codes.OK


@works("`auth` `token`, registered model, autoscale", "aks", "managed_endpoint")
def test_a_key_is_no_token_and_load_makes_more_replicas(
    deployed: Journey, outputs: dict[str, Any], target: str
) -> None:
    service = f"{of(target)}-two"
    assert outputs[f"{service}_primary_key"] == ""
    assert Caller(deployed, outputs, service, KEY).score().status_code == httpx.codes.UNAUTHORIZED
    properties = deployment_of(deployed, outputs, service)["properties"]
    assert properties["model"].endswith("/models/mymodel/versions/1")
    if target == "aks":
        scale = properties["scaleSettings"]
        assert (scale["scaleType"], scale["minInstances"], scale["maxInstances"]) == ("TargetUtilization", 1, 3)
    else:
        (profile,) = state_of(deployed, service, "AutoscaleSetting")["profiles"]
        assert (profile["capacity"]["minimum"], profile["capacity"]["maximum"]) == ("1", "3")


@works("TLS", "aci", "managed_endpoint")
def test_it_answers_by_https(outputs: dict[str, Any], target: str) -> None:
    assert outputs[f"{of(target)}-two_scoring_uri"].startswith("https://")


@works("data collection, closed to the internet", "managed_endpoint")
def test_what_is_asked_is_kept_inside(deployed: Journey, outputs: dict[str, Any], target: str) -> None:
    properties = deployment_of(deployed, outputs, f"{of(target)}-two")["properties"]
    collections = properties["dataCollector"]["collections"]
    assert {name: one["dataCollectionMode"] for name, one in collections.items()} == {"model_inputs": "Enabled"}
    assert properties["egressPublicNetworkAccess"] == "Disabled"


@works("v1 files", "local", "aci", "aks", "managed_endpoint")
def test_the_documents_json_runs_unchanged(deployed: Journey, outputs: dict[str, Any], target: str) -> None:
    service = f"document-{of(target)}"
    file = json.loads((ROOT / "examples" / "v1" / "inferenceconfig.json").read_text())
    answer = Caller(deployed, outputs, service).score().raise_for_status().json()
    assert answer == {"predictions": pytest.approx(plain_prediction()), "variable": "EXAMPLE_VALUE"}
    tagged = file["environment"]["docker"]["baseImage"]
    assert outputs[f"{service}_base_images"] == [f"{tagged}@{public_registry.DIGEST}"]


def test_with_another_base_image_it_runs_from_a_private_registry(deployed: Journey) -> None:
    before = deployed.outputs()
    folder = deployed.project / "separate"
    shutil.copytree(deployed.project / "examples" / "v1", folder)
    document = json.loads((folder / "inferenceconfig.json").read_text())
    document["environment"]["docker"]["baseImage"] = before["private_base"].partition("@")[0]
    (folder / "inferenceconfig.json").write_text(json.dumps(document))
    deployed.pulumi("config", "set", "azureml-scoring:private", "separate")
    deployed.up()
    found = deployed.outputs(show_secrets=True)
    assert Caller(deployed, found, "separate").score().raise_for_status().json()["variable"] == "EXAMPLE_VALUE"
    assert found["separate_base_images"] == [found["private_base"]]
    assert all(found[key] == before[key] for key in before if not key.endswith("_key")), "nothing else has changed"


def test_the_second_up_changes_nothing(deployed: Journey) -> None:
    deployed.up("--expect-no-changes")


def test_no_key_stands_anywhere_in_the_clear(deployed: Journey, outputs: dict[str, Any]) -> None:
    secret = {KEY, SECOND_KEY, outputs["aks_primary_key"], outputs["managed_secondary_key"]}
    assert json.dumps(deployed.state(show_secrets=True)).count(KEY) > 0, "the search has to be able to find it"
    assert deployed.found_in_the_clear(secret, given=True) == []


def test_destroy_leaves_nothing(deployed: Journey) -> None:
    deployed.pulumi("destroy", "--yes", "--skip-preview")
    assert "resources" not in deployed.state()["deployment"]
    assert deployed.left() == []
