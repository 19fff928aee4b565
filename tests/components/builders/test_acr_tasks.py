"""The build by ACR Tasks, as it is asked for: nothing may run again while the content stays the same."""

from __future__ import annotations

import re
import tarfile
from pathlib import Path
from typing import Any

import pulumi
import pytest
from azureml_scoring import CustomBaseImage, ScoringService
from azureml_scoring.rules import NameKind, check_name

from tests.components import inputs
from tests.components.mocked import DIGEST, Registered, Request, deploy, is_secret


def built(**changes: Any) -> Registered:
    """What a base image registers."""
    return deploy(lambda: CustomBaseImage("base", inputs.base_image(**changes)))


@pytest.fixture(scope="module")
def base_image() -> Registered:
    return built()


def key_of(registered: Registered) -> str:
    """What a change of replaces the run."""
    key: str = registered.one("TaskRun").options.replacement_trigger.string_value
    assert re.fullmatch("[0-9a-f]{64}", key)
    return key


def test_new_content_is_a_new_run_and_the_same_content_is_not(base_image: Registered) -> None:
    assert key_of(built()) == key_of(base_image)
    assert key_of(built(build_arguments={"PYTHON_VERSION": "3.12"})) != key_of(base_image)


def test_what_differs_every_time_and_what_means_no_other_image_is_no_change(base_image: Registered) -> None:
    ignored = list(base_image.one("TaskRun").options.ignoreChanges)
    # Arguments that mean another image are in the key; what is left is a renewed secret.
    parts = ("sourceLocation", "credentials", "arguments", "agentPoolName", "timeout")
    assert ignored == ["taskRunName", *(f"runRequest.{part}" for part in parts)]


def test_options_reach_the_run() -> None:
    chosen = {"stage": "0", "platform": "linux/arm/v7", "agent_pool": "builders", "timeout_seconds": 1800.0}
    wanted = built(**chosen).one("TaskRun").inputs["runRequest"]
    assert (wanted["target"], wanted["agentPoolName"], wanted["timeout"]) == ("0", "builders", 1800)
    assert wanted["platform"] == {"os": "Linux", "architecture": "arm", "variant": "v7"}


def test_a_secret_argument_is_a_secret_and_its_value_no_part_of_the_key() -> None:
    made = built(build_arguments={"A": "1"}, secret_build_arguments={"TOKEN": inputs.CANARY})
    shown, secret = made.one("TaskRun").inputs["runRequest"]["arguments"]
    assert shown == {"name": "A", "value": "1", "isSecret": False}
    assert (secret["name"], secret["isSecret"]) == ("TOKEN", True)
    assert is_secret(secret["value"])
    assert key_of(built(build_arguments={"A": "1"}, secret_build_arguments={"TOKEN": "another"})) == key_of(made)
    assert key_of(built(build_arguments={"A": "1"})) != key_of(made)


def test_where_and_how_long_it_is_built_is_no_new_image_but_stage_and_platform_are(base_image: Registered) -> None:
    assert key_of(built(agent_pool="builders", timeout_seconds=300)) == key_of(base_image)
    assert key_of(built(platform="linux/amd64")) == key_of(base_image)
    assert key_of(built(platform="linux/arm64")) != key_of(base_image)
    assert key_of(built(stage="0")) != key_of(base_image)


def service_run(tmp_path: Path, later: bool, **changes: Any) -> Request:  # noqa: FBT001 - a test's parameter, passed on
    """The run that builds a service on a base image of another registry."""
    given = {"base_image": f"registry.example/base@{DIGEST}"} | changes

    def program() -> ScoringService:
        leaves = {key: pulumi.Output.from_input(value) if later else value for key, value in given.items()}
        return ScoringService("scores", inputs.service(inputs.write_service(tmp_path), **leaves))

    return deploy(program).one("TaskRun")


@pytest.mark.parametrize("later", [False, True])
def test_a_base_image_in_another_registry_is_pulled_with_its_own_login(tmp_path: Path, *, later: bool) -> None:
    run = service_run(tmp_path, later, base_image_username="other", base_image_password=inputs.CANARY)
    ((host, login),) = run.inputs["runRequest"]["credentials"]["customRegistries"].items()
    assert host == "registry.example"
    assert login["userName"] == {"type": "Opaque", "value": "other"}
    assert login["password"]["type"] == "Opaque"
    assert is_secret(login["password"]["value"])
    # The pull is tried first: a log that is followed needs a run.
    assert list(run.options.hooks.before_create) == [
        "ScoringService-scores-base-pull",
        "ScoringService-scores-log-start",
    ]
    assert not run.options.hooks.before_update


def test_a_dockerfile_may_start_from_another_private_registry() -> None:
    other = {"base_image_registry": "registry.example", "base_image_username": "other"}
    run = built(**other, base_image_password=inputs.CANARY).one("TaskRun")
    login = run.inputs["runRequest"]["credentials"]["customRegistries"]["registry.example"]
    assert login["userName"]["value"] == "other"
    assert is_secret(login["password"]["value"])


@pytest.mark.parametrize("later", [False, True])
def test_a_base_image_that_is_open_to_anybody_needs_no_login(tmp_path: Path, *, later: bool) -> None:
    assert service_run(tmp_path, later).inputs["runRequest"]["credentials"] is None


def test_two_runs_of_one_component_never_share_a_name(base_image: Registered) -> None:
    # A run that was kept, or one that is being replaced, holds its name.
    first, second = (made.one("TaskRun").inputs["taskRunName"] for made in (base_image, built()))
    assert first != second
    assert check_name(NameKind.TASK_RUN, first) == []


def test_a_run_is_kept_when_its_resource_goes(base_image: Registered) -> None:
    assert base_image.one("TaskRun").options.retainOnDelete


def test_the_registry_may_be_in_another_group_than_the_storage_account() -> None:
    made = built(registry_resource_group_name="registries")
    assert made.one("TaskRun").inputs["resourceGroupName"] == "registries"
    assert made.one("Blob").inputs["resourceGroupName"] == "group"


def test_the_link_to_the_context_is_a_secret_for_one_blob(base_image: Registered) -> None:
    answers = {":listStorageAccountServiceSAS": {"serviceSasToken": "signature"}}
    registered = deploy(lambda: CustomBaseImage("base", inputs.base_image()), answers=answers)
    location = registered.one("TaskRun").inputs["runRequest"]["sourceLocation"]
    assert is_secret(location)
    assert location["value"] == "https://account.example/blob?signature"
    assert base_image.one("BlobContainer").inputs["publicAccess"] == "None"


def test_the_old_run_stays_until_the_new_image_is_there(base_image: Registered) -> None:
    # Said in so many words, since the provider asks for the opposite where a name is given.
    options = base_image.one("TaskRun").options
    assert options.deleteBeforeReplaceDefined
    assert not options.deleteBeforeReplace


def test_an_upload_that_was_interrupted_is_in_nobodys_way(base_image: Registered) -> None:
    first, second = base_image.one("Blob"), built().one("Blob")
    assert (first.name, first.inputs["blobName"]) != (second.name, second.inputs["blobName"])
    assert first.name == second.name
    assert list(first.options.ignoreChanges) == ["blobName"]


def test_two_contexts_are_two_blobs_so_that_going_back_finds_the_first(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM ubuntu:22.04\n")
    first = built(context=str(tmp_path)).one("Blob")
    (tmp_path / "Dockerfile").write_text("FROM ubuntu:24.04\n")
    second = built(context=str(tmp_path)).one("Blob")
    assert first.name != second.name
    assert first.inputs["blobName"] != second.inputs["blobName"]


def test_the_log_is_followed_while_a_run_is_created_only(base_image: Registered) -> None:
    hooks = base_image.one("TaskRun").options.hooks
    assert list(hooks.before_create) == ["CustomBaseImage-base-log-start"]
    assert list(hooks.after_create) == ["CustomBaseImage-base-log"]
    assert list(hooks.on_error) == ["CustomBaseImage-base-log-failed"]
    assert not hooks.after_update


def test_the_context_that_is_uploaded_holds_the_files_and_is_named_by_their_hash(base_image: Registered) -> None:
    blob = base_image.one("Blob")
    path = _asset(blob)
    assert blob.inputs["blobName"].partition("-")[0] == path.name[:16]
    with tarfile.open(path) as archive:
        names = archive.getnames()
    assert "Dockerfile" in names
    assert names == sorted(names)


@pytest.mark.parametrize("tags", [["v1"], ["v1", "stable"]])
def test_every_tag_is_given_to_the_image(tags: list[str]) -> None:
    names = built(tags=tags).one("TaskRun").inputs["runRequest"]["imageNames"]
    assert names == [f"diabetes-base:{tag}" for tag in tags]


def _asset(blob: Request) -> Path:
    return Path(blob.inputs["source"]["path"])
