"""Law L6: online endpoints really answer, split and mirror; deployments are processes of their own."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from localcloud.images.content import ContentStore
from localcloud.runtime.process import ProcessRuntime
from localcloud.services.machinelearning import online_containers
from tests.localcloud.services.machinelearning.online import (
    CONDA,
    ENDPOINT,
    ROUTES,
    Online,
    eventually_equal,
    load,
    score,
)

BROKEN = "def init():\n    raise RuntimeError('the weights are gone')\n\ndef run(data):\n    return data\n"


@pytest.fixture(scope="session")
def environments(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Shared by all tests: the inference server is installed once."""
    return tmp_path_factory.mktemp("environments")


@pytest.fixture
def runtime(tmp_path: Path, environments: Path) -> Iterator[ProcessRuntime]:
    """In place of the pretended one."""
    content = ContentStore(tmp_path / "home" / "blobs")
    real = ProcessRuntime(tmp_path / "home" / "containers", content, environments)
    yield real
    for container in real.list():
        real.remove(container)


@pytest.fixture
def two(online: Online) -> Online:
    """An endpoint with `blue`, which gets all requests, and `green`."""
    online.endpoint()
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda name: online.deploy(name, online.quick(name)), ("blue", "green")))
    online.endpoint(traffic={"blue": 100})
    return online


def who(client: httpx.Client, count: int) -> Counter[str]:
    """Who answers so many requests."""
    return Counter(score(client).json()["who"] for _ in range(count))


def test_the_inference_server_serves_code_and_model(online: Online) -> None:
    online.make_environment("conda", condaFile=CONDA)
    folder = online.upload("weights/model/bias.txt", "100").removesuffix("/bias.txt")
    online.make_model("adder", folder)
    script = (
        "import json, os\nfrom pathlib import Path\n\ndef init():\n    global bias\n"
        "    bias = int(Path(os.environ['AZUREML_MODEL_DIR'], 'model', 'bias.txt').read_text())\n"
        "    print('bias', bias)\n"
        "\ndef run(data):\n    return {'sum': sum(json.loads(data)['data']) + bias}\n"
    )
    online.make_code("score", script)
    online.make_code("broken", BROKEN)
    online.endpoint()
    served = {"environmentId": "azureml:conda:1"}
    online.deploy("blue", online.body(model="azureml:adder:1", **served))
    online.endpoint(traffic={"blue": 100})

    with online.caller() as client:
        assert client.get("/").status_code == 200
        assert score(client).json() == {"sum": 103}
        assert "/score" in client.get("/swagger.json").json()["paths"]
        wrong = client.post("/score", content="no JSON")
        assert (wrong.status_code, wrong.headers["ms-azureml-model-error-statuscode"]) == (424, "500")
        assert wrong.headers["ms-azureml-model-error-reason"] == "model_error"
        # A deployment whose init() raises leaves the one that serves alone.
        state, code, message = online.refused("broken", online.body(online.id("codes/broken/versions/1"), **served))
        assert (state, code) == (0, "ResourceNotReady")
        assert "User container has crashed or terminated." in message
        assert "the weights are gone" in message
        assert score(client).json() == {"sum": 103}
    assert "bias 100" in online.logs("blue")
    assert online.logs("blue", containerType="StorageInitializer", tail=1) == "downloaded model/bias.txt"
    assert online.arm.get(online.place("broken"))["properties"]["provisioningState"] == "Failed"
    assert "the weights are gone" in online.logs("broken")
    again = online.body(online.id("codes/broken/versions/1"), **served)
    assert "unrecoverable state" in online.refused("broken", again)[2]
    assert "not been provisioned successfully" in online.traffic_refused(traffic={"broken": 100})
    online.arm.delete(online.place("broken"))


def test_who_is_let_in(two: Online) -> None:
    with two.caller() as client:
        first = two.keys()["primaryKey"]
        assert score(client).status_code == 200
        for credential in ("Bearer wrong", "Bearer", first, "Basic abc", ""):
            assert score(client, authorization=credential).status_code == 401, credential
        assert score(client, authorization="Bearer wrong").text == "key_auth_access_denied"
        assert client.get("/", headers={"authorization": "Bearer wrong"}).status_code == 401
        two.arm.post(f"{two.id(ENDPOINT)}/regenerateKeys", {"keyType": "Primary"})
        assert score(client).status_code == 401
        assert score(client, authorization=f"Bearer {two.keys()['primaryKey']}").status_code == 200
        assert score(client, authorization=f"Bearer {two.keys()['secondaryKey']}").status_code == 200
        two.arm.post(f"{two.id(ENDPOINT)}/regenerateKeys", {"keyType": "Secondary", "keyValue": "mine"})
        assert score(client, authorization="Bearer mine").status_code == 200


def test_tokens_hold_until_their_end(online: Online) -> None:
    online.endpoint(authMode="AMLToken")
    online.deploy("blue", online.quick("blue"))
    online.endpoint(authMode="AMLToken", traffic={"blue": 100})
    token = online.arm.post(f"{online.id(ENDPOINT)}/token")
    assert token["tokenType"] == "Bearer"
    with online.caller(token["accessToken"]) as client:
        assert score(client).status_code == 200
        assert score(client, authorization="Bearer 9999999999.abc").text == "token_auth_access_denied"
        online.cloud.clock.advance(timedelta(hours=13))
        assert score(client).status_code == 401
        fresh = online.arm.post(f"{online.id(ENDPOINT)}/token")["accessToken"]
        assert score(client, authorization=f"Bearer {fresh}").status_code == 200


def test_traffic_is_split_as_asked(two: Online) -> None:
    with two.caller() as client:
        assert who(client, 10) == {"blue": 10}
        two.endpoint(traffic={"blue": 90, "green": 10})
        assert who(client, 200) == {"blue": 180, "green": 20}
        chosen = score(client, azureml_model_deployment="green")
        assert (chosen.json()["who"], chosen.headers["azureml-model-deployment"]) == ("green", "green")
        unknown = score(client, azureml_model_deployment="yellow")
        assert (unknown.status_code, unknown.text) == (404, "Deployment yellow not found in endpoint endpoint-1.")
        # A PUT without traffic takes it away.
        assert two.endpoint()["properties"]["traffic"] == {}
        nobody = score(client)
        assert nobody.status_code == 404
        assert nobody.text == "The endpoint doesn't have any valid deployment with positive weight."


def test_traffic_is_mirrored_to_one_that_answers_nobody(two: Online) -> None:
    two.endpoint(traffic={"blue": 100}, mirrorTraffic={"green": 20})
    with two.caller() as client:
        assert who(client, 100) == {"blue": 100}
    eventually_equal(lambda: two.logs("green").count("scored"), 20)
    assert two.logs("blue").count("scored") == 100


def test_a_switch_and_the_end_of_the_old_one_lose_no_request(two: Online) -> None:
    with two.caller() as client, load(client) as found:
        time.sleep(1)
        two.endpoint(traffic={"blue": 50, "green": 50})
        time.sleep(1)
        two.endpoint(traffic={"green": 100})
        two.arm.delete(two.place("blue"))
        time.sleep(1)
    assert found.failures == []
    assert found.answers["blue"] > 10
    assert found.answers["green"] > 10


def test_a_request_that_is_under_way_is_answered_before_its_deployment_ends(two: Online) -> None:
    with two.caller() as client, ThreadPoolExecutor(1) as pool:
        slow = pool.submit(lambda: client.post("/score", content=json.dumps({"seconds": 2}), timeout=20))
        eventually_equal(lambda: len(list(two.cloud.home.front_ends.glob("*/inside/*"))), 1)
        two.endpoint(traffic={"green": 100})
        two.arm.delete(two.place("blue"))
        assert slow.result().json()["who"] == "blue"


def test_an_update_takes_the_old_ones_place_without_a_gap(two: Online) -> None:
    with two.caller() as client, load(client) as found:
        two.deploy("blue", two.quick("azure"))
        assert two.refused("blue", two.quick("broken"))[1] == "ResourceNotReady"
        time.sleep(0.5)
    assert found.failures == []
    assert found.answers["azure"] > 0
    assert "can't be read" in two.logs("blue")
    assert two.arm.get(two.place("blue"))["properties"]["provisioningState"] == "Failed"
    two.endpoint(traffic={"blue": 100})
    # Unlike one that never came up, it can be mended.
    two.deploy("blue", two.quick("navy"))
    with two.caller() as client:
        assert who(client, 3) == {"navy": 3}


def test_what_only_describes_starts_no_other_process(two: Online) -> None:
    before = two.cloud.runtime.list()
    settings = {"requestTimeout": "PT0.5S"}
    two.deploy("blue", two.quick("blue", requestSettings=settings) | {"sku": {"name": "Default", "capacity": 3}})
    assert two.cloud.runtime.list() == before
    with two.caller() as client:
        late = client.post("/score", content=json.dumps({"seconds": 2}))
        assert late.status_code == 408


def test_one_that_never_gets_ready_has_failed_and_answers_nobody(online: Online) -> None:
    online.make_environment("never", inferenceConfig=ROUTES | {"readinessRoute": {"path": "/never", "port": 5001}})
    online.endpoint()
    probe = {"initialDelay": "PT0.1S", "period": "PT0.5S", "timeout": "PT0.5S", "failureThreshold": 1}
    body = online.quick("blue", environmentId="azureml:never:1", readinessProbe=probe)
    _, code, message = online.refused("blue", body)
    assert code == "ResourceNotReady"
    assert message.startswith("User container did not become ready: its readiness probe failed.")
    with online.caller() as client:
        assert score(client, azureml_model_deployment="blue").status_code == 404


def test_what_is_no_answer_of_the_model_is_told_as_azure_does(two: Online) -> None:
    with two.caller() as client:
        answer = client.post("/score", content=json.dumps({"status": 400}))
        assert (answer.status_code, answer.headers["ms-azureml-model-error-statuscode"]) == (424, "400")
        assert answer.json()["who"] == "blue"
        two.cloud.runtime.stop(online_containers.record(two.cloud, two.place("blue").lower()).container)
        gone = score(client)
        assert (gone.status_code, gone.headers["ms-azureml-model-error-reason"]) == (424, "model_not_ready")


def test_everything_ends_with_the_endpoint(two: Online, cloud: Any) -> None:
    assert len(cloud.runtime.list()) == 3
    two.arm.delete(two.id(ENDPOINT))
    assert cloud.runtime.list() == []
    assert list(cloud.home.front_ends.iterdir()) == []
    assert cloud.store.list("online-deployments") == cloud.store.list("online-endpoint-keys") == []
    assert not [owner for owner in cloud.store.list("addresses") if "online" in str(owner)]
