"""The build by ACR Tasks, as it is asked for: nothing may run again while the content stays the same."""

from __future__ import annotations

import re
import tarfile
from pathlib import Path
from typing import Any

import pytest
from azureml_scoring import CustomBaseImage

from tests.components import inputs
from tests.components.mocked import Registered, Request, deploy, is_secret


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


def test_a_link_that_differs_every_time_is_no_change(base_image: Registered) -> None:
    assert list(base_image.one("TaskRun").options.ignoreChanges) == ["runRequest.sourceLocation"]


def test_the_link_to_the_context_is_a_secret_for_one_blob(base_image: Registered) -> None:
    answers = {":listStorageAccountServiceSAS": {"serviceSasToken": "signature"}}
    registered = deploy(lambda: CustomBaseImage("base", inputs.base_image()), answers=answers)
    location = registered.one("TaskRun").inputs["runRequest"]["sourceLocation"]
    assert is_secret(location)
    assert location["value"] == "https://account.example/blob?signature"
    assert base_image.one("BlobContainer").inputs["publicAccess"] == "None"


def test_the_old_run_stays_until_the_new_image_is_there(base_image: Registered) -> None:
    # A resource with a given name would be removed first, and one that waits for its removal holds its name.
    run = base_image.one("TaskRun")
    assert "taskRunName" not in run.inputs
    assert not run.options.deleteBeforeReplace


def test_two_contexts_are_two_blobs_so_that_going_back_finds_the_first(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM ubuntu:22.04\n")
    first = built(context=str(tmp_path)).one("Blob")
    (tmp_path / "Dockerfile").write_text("FROM ubuntu:24.04\n")
    second = built(context=str(tmp_path)).one("Blob")
    assert first.name != second.name
    assert first.inputs["blobName"] != second.inputs["blobName"]


def test_the_log_is_shown_after_a_run_was_created_only(base_image: Registered) -> None:
    hooks = base_image.one("TaskRun").options.hooks
    assert list(hooks.after_create) == ["CustomBaseImage-base-log"]
    assert not hooks.before_create
    assert not hooks.after_update


def test_the_context_that_is_uploaded_holds_the_files_and_is_named_by_their_hash(base_image: Registered) -> None:
    blob = base_image.one("Blob")
    path = _asset(blob)
    assert blob.inputs["blobName"] == path.name
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
