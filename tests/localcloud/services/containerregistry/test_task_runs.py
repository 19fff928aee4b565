"""ACR Tasks (law L5): run id, digest, tags; shapes from TaskRunsCreate.json and RunsGet.json."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.localcloud.services.conftest import stored_text
from tests.localcloud.services.containerregistry.conftest import DOCKERFILE

CANARY = "canary-secret-value"


def test_a_run_has_the_shape_of_the_example(tasks: Any) -> None:
    properties = tasks.run(tasks.body(tasks.upload(), "app:v1"))
    run = properties["runResult"]

    assert properties["provisioningState"] == "Succeeded"
    assert run["id"] == f"{tasks.id}/runs/ca1"
    assert (run["name"], run["type"]) == ("ca1", "Microsoft.ContainerRegistry/registries/runs")
    expected = {
        "runId": "ca1",
        "status": "Succeeded",
        "runType": "QuickBuild",
        "platform": {"os": "Linux", "architecture": "amd64"},
        "agentConfiguration": {"cpu": 2},
        "provisioningState": "Succeeded",
    }
    assert expected.items() <= run["properties"].items()
    assert run["properties"]["createTime"] <= run["properties"]["startTime"] <= run["properties"]["finishTime"]
    digest = tasks.digest("app", "v1")
    output = {"registry": tasks.login_server, "repository": "app", "tag": "v1", "digest": digest}
    assert run["properties"]["outputImages"] == [output]
    assert tasks.arm.get(f"{tasks.id}/runs/ca1")["properties"] == run["properties"]


def test_an_untagged_image_is_latest_and_no_image_is_no_push(tasks: Any) -> None:
    source = tasks.upload()
    untagged = tasks.run(tasks.body(source, "app", "other:{{.Run.ID}}"))["runResult"]["properties"]
    unpushed = tasks.run(tasks.body(source, "gone:v1", isPushEnabled=False), "build-2")["runResult"]["properties"]

    assert [image["tag"] for image in untagged["outputImages"]] == ["latest", "ca1"]
    assert unpushed["outputImages"] == []
    assert tasks.digest("gone", "v1") is None


def test_a_tag_moves_and_a_digest_does_not(tasks: Any) -> None:
    tasks.run(tasks.body(tasks.upload(name="1"), "app:v1"))
    first = tasks.digest("app", "v1")
    tasks.run(tasks.body(tasks.upload("FROM scratch\nLABEL a=b", name="2"), "app:v1"), "build-2")

    assert tasks.digest("app", "v1") != first
    assert tasks.digest("app", str(first)) == first


def test_the_same_request_runs_once_and_a_forced_one_again(tasks: Any) -> None:
    body = tasks.body(tasks.upload(), "app:v1")
    runs = [tasks.run(body), tasks.run(body)]
    body["properties"]["forceUpdateTag"] = "2"
    runs.append(tasks.run(body))

    assert [run["runResult"]["name"] for run in runs] == ["ca1", "ca1", "ca2"]
    digests = {run["runResult"]["properties"]["outputImages"][0]["digest"] for run in runs}
    assert len(digests) == 1


def test_a_build_that_fails_says_what_and_where(tasks: Any) -> None:
    body = tasks.body(tasks.upload("FROM scratch\nCOPY missing.txt /\n"), "app:v1")
    properties, message, detail = tasks.fail(body)
    run = properties["runResult"]["properties"]

    assert properties["provisioningState"] == "Failed"
    assert run["status"] == "Failed"
    assert "missing.txt" in run["runErrorMessage"]
    assert message.startswith(
        "The resource write operation failed to complete successfully, because it reached terminal"
    )
    assert re.search(r"Run ID: ca1 failed after \d+s\. Error: .*missing\.txt", message)
    assert "Step 2/2 : COPY missing.txt /" in detail
    assert re.search(r"Run ID: ca1 failed after \d+s\. Error: ", tasks.log("ca1"))
    assert tasks.digest("app", "v1") is None


def test_a_failed_run_is_run_again_by_the_same_request(tasks: Any) -> None:
    broken = tasks.upload("FROM scratch\nCOPY missing.txt /\n")
    body = tasks.body(broken, "app:v1")
    tasks.fail(body)
    # The address stays the same: the context behind it was mended.
    tasks.upload()

    assert tasks.run(body)["runResult"]["name"] == "ca2"


@pytest.mark.parametrize(
    ("source", "error"),
    [
        (
            "https://me:pass@example.invalid/a.tar.gz",
            "'https://example.invalid': localcloud fetches from its own storage",
        ),
        ("{url}/blob/sources/context/source.tar.gz", "NoAuthenticationInformation"),
        ("{url}/blob/sources/context/source.tar.gz?{expired}", "AuthenticationFailed"),
        ("{url}/blob/sources/context/other.tar.gz?{valid}", "BlobNotFound"),
    ],
)
def test_a_context_that_can_not_be_had_fails_the_run(tasks: Any, source: str, error: str) -> None:
    tasks.upload()
    filled = source.format(url=tasks.cloud.url, expired=tasks.token(-1), valid=tasks.token())
    _, message, detail = tasks.fail(tasks.body(filled, "app:v1"))

    assert error in message
    assert "Downloading source code..." in detail
    assert "sig=" not in message + detail
    assert "pass@" not in message + detail


def test_secret_arguments_are_used_and_nowhere_to_be_found(tasks: Any) -> None:
    arguments = [
        {"name": "VERSION", "value": "42", "isSecret": False},
        {"name": "TOKEN", "value": CANARY, "isSecret": True},
    ]
    dockerfile = DOCKERFILE + "RUN curl -H $TOKEN example\n"
    properties = tasks.run(tasks.body(tasks.upload(dockerfile), "app:v1", arguments=arguments))

    assert properties["runRequest"]["arguments"] == [arguments[0], {"name": "TOKEN", "isSecret": True}]
    assert CANARY not in stored_text(tasks.cloud) + tasks.log("ca1")
    blobs = b"".join(path.read_bytes() for path in (tasks.cloud.home.blobs / "sha256").iterdir())
    assert CANARY.encode() not in blobs
    assert b"V=42" in blobs


def test_from_takes_the_own_registry_always_and_another_one_with_credentials(tasks: Any) -> None:
    tasks.run(tasks.body(tasks.upload("FROM scratch\nLABEL base=yes", "base"), "base:v1"))
    derived = f"FROM {tasks.login_server}/base:v1\nLABEL a=b"
    assert tasks.run(tasks.body(tasks.upload(derived, "own"), "own:v1"), "build-2")["provisioningState"] == "Succeeded"
    other = {"location": "westeurope", "sku": {"name": "Basic"}}
    elsewhere = type(tasks)(
        tasks.arm, tasks.cloud, tasks.arm.put("Microsoft.ContainerRegistry/registries/second", other)
    )
    source = elsewhere.upload(derived, "foreign")

    _, message, _ = elsewhere.fail(elsewhere.body(source, "own:v1"))
    assert "pull access denied" in message

    login = tasks.arm.post(f"{tasks.id}/listCredentials")
    secret = {"userName": {"type": "Opaque", "value": login["username"]}}
    secret["password"] = {"type": "Opaque", "value": login["passwords"][0]["value"]}
    credentials = {"customRegistries": {tasks.login_server: secret}}
    body = elsewhere.body(source, "own:v1", credentials=credentials)
    assert elsewhere.run(body, "build-2")["provisioningState"] == "Succeeded"
    assert login["passwords"][0]["value"] not in stored_text(tasks.cloud)


def test_a_missing_base_in_the_own_registry_fails_the_run(tasks: Any) -> None:
    source = tasks.upload(f"FROM {tasks.login_server}/base:none")

    assert "manifest unknown" in tasks.fail(tasks.body(source, "app:v1"))[1]


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        ({"type": "FileTaskRunRequest"}, 501, "DockerBuildRequest"),
        ({"platform": {"os": "Windows"}}, 501, "Windows"),
        ({"imageNames": ["UPPER:v1"]}, 400, "Image name 'UPPER:v1' is invalid. The acceptable patterns are"),
        ({"timeout": 5}, 400, "between 300 and 28800"),
        ({"dockerFilePath": ""}, 400, "dockerFilePath"),
        ({"sourceLocation": None}, 400, "sourceLocation"),
    ],
)
def test_a_request_that_can_not_be_is_refused_before_it_runs(
    tasks: Any, change: dict[str, Any], status: int, words: str
) -> None:
    refused = tasks.arm.refused(f"{tasks.id}/taskRuns/build-1", tasks.body("x", "app:v1", **change))

    assert refused[0] == status
    assert words in refused[2]
    assert tasks.arm.send("GET", f"{tasks.id}/taskRuns/build-1").status_code == 404
