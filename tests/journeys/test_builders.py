"""Base images: built only when there is a reason, which the preview names; or used as they are.

The tests are steps on one stack, in this order. localcloud stands in for Azure.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.project import Journey

pytestmark = pytest.mark.journey

TOKEN = "canary-of-a-build-4711"
DOCKERFILE = """\
FROM ubuntu:22.04 AS first
ARG VERSION
ARG TOKEN
LABEL version=${VERSION}
RUN test -n "${TOKEN}"
COPY payload.txt /payload.txt
FROM first AS second
COPY nowhere.txt /nowhere.txt
"""


@pytest.fixture(scope="module")
def image(journey: Journey) -> Path:
    """The folder that is built."""
    journey.program("builders")
    folder = journey.project / "image"
    folder.mkdir()
    (folder / "Dockerfile").write_text(DOCKERFILE)
    (folder / "payload.txt").write_text("one")
    journey.secret("token", TOKEN)
    return folder


def preview(journey: Journey, *options: str) -> str:
    """What a preview says of the image, if anything."""
    shown = journey.pulumi("preview", *options).stdout
    lines = [line.strip() for line in shown.splitlines() if " built: " in line or " rebuilt: " in line]
    of_tasks = [line for line in lines if "small will" in line]
    # The same folder by a Docker engine is told in the same words.
    assert bool(of_tasks) is any("engine will" in line for line in lines)
    return of_tasks[-1] if of_tasks else ""


def runs(journey: Journey) -> list[str]:
    """The builds of the registry."""
    path, version = f"{journey.outputs()['registry_id']}/runs", {"api-version": "2019-06-01-preview"}
    return sorted(run["name"] for run in journey.azure("GET", path, **version)["value"])


@pytest.fixture(scope="module")
def first(journey: Journey, image: Path) -> dict[str, Any]:
    """The stack's outputs after the first build."""
    assert image.is_dir()
    assert preview(journey).endswith("small will be built: it was not built before")
    journey.up()
    return journey.outputs()


def test_a_stage_is_built_for_a_platform_and_an_image_is_used_by_its_digest(first: dict[str, Any]) -> None:
    assert first["built_reference"].endswith(f"/small:v1@{first['built_digest']}")
    assert first["used_reference"] == first["built_reference"]
    assert re.search(r"/engine:c-[0-9a-f]{16}@sha256:[0-9a-f]{64}$", first["engine_reference"])


def test_nothing_is_built_while_nothing_changes(journey: Journey, first: dict[str, Any], image: Path) -> None:
    before = runs(journey)
    (image / "payload.txt").touch()
    assert preview(journey, "--expect-no-changes") == ""
    journey.up("--expect-no-changes")
    assert runs(journey) == before == [first["built_run_id"]]


def test_the_preview_names_the_file_and_builds_nothing(journey: Journey, first: dict[str, Any], image: Path) -> None:
    (image / "payload.txt").write_text("two")
    (image / "added.txt").touch()
    told = preview(journey)
    old = first["built_context_hash"]
    assert f"small will be rebuilt: payload.txt changed, added.txt added (context {old[:8]} -> " in told
    assert runs(journey) == [first["built_run_id"]]
    journey.up()
    made = journey.outputs()
    assert made["built_digest"] != first["built_digest"]
    assert made["engine_reference"].partition("@")[2] != first["engine_reference"].partition("@")[2]
    assert f"-> {made['built_context_hash'][:8]})" in told
    # The tag has moved; what was pinned has not.
    assert made["used_reference"] == first["used_reference"]


def test_another_argument_is_another_image_and_another_secret_is_not(journey: Journey, first: dict[str, Any]) -> None:
    before = journey.outputs()
    journey.pulumi("config", "set", "azureml-scoring:version", "2")
    assert preview(journey).endswith("small will be rebuilt: build argument VERSION changed")
    journey.up()
    after = journey.outputs()
    assert after["built_digest"] not in {before["built_digest"], first["built_digest"]}
    journey.secret("token", f"{TOKEN}-renewed")
    assert preview(journey, "--expect-no-changes") == ""


def test_a_push_with_a_wrong_password_fails_and_shows_no_password(journey: Journey, image: Path) -> None:
    (image / "payload.txt").write_text("three")
    journey.secret("wrong", f"{TOKEN}-wrong")
    assert "unauthorized: authentication required" in journey.failed_up("--continue-on-error")
    journey.pulumi("config", "rm", "azureml-scoring:wrong")
    journey.up()


def test_a_build_that_fails_shows_the_end_of_its_log(journey: Journey, first: dict[str, Any], image: Path) -> None:
    assert first
    (image / "Dockerfile").write_text(DOCKERFILE.replace("payload.txt /", "missing.txt /"))
    shown = journey.failed_up()
    assert "COPY missing.txt /payload.txt" in shown
    assert "missing.txt" in shown.partition("COPY failed")[2]


def test_the_secret_argument_is_nowhere_in_the_clear(journey: Journey, first: dict[str, Any]) -> None:
    assert first
    assert journey.found_in_the_clear([TOKEN]) == []
