"""Base images: built only when there is a reason, which the preview names; or used as they are.

The tests are steps on one stack, in this order. localcloud stands in for Azure.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.project import ROOT, Journey

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


def runs(journey: Journey, registry: str = "registry_id") -> list[str]:
    """The builds of a registry."""
    path, version = f"{journey.outputs()[registry]}/runs", {"api-version": "2019-06-01-preview"}
    return sorted(run["name"] for run in journey.azure("GET", path, **version)["value"])


def promote(journey: Journey, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`python -m tools.promote` with the logins of the stack's principals."""
    outputs = journey.outputs(show_secrets=True)
    passwords = {
        "PROMOTE_SOURCE_PASSWORD": outputs["reader_password"],
        "PROMOTE_TARGET_PASSWORD": outputs["pusher_password"],
    }
    users = ["--source-user", outputs["reader"], "--target-user", outputs["pusher"]]
    return subprocess.run(
        [sys.executable, "-m", "tools.promote", *users, *arguments],
        cwd=ROOT,
        env=dict(journey.environment()) | passwords,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


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


def test_where_no_engine_runs_commands_the_image_is_not_asked_and_that_is_said(
    journey: Journey, first: dict[str, Any]
) -> None:
    assert first
    said = "was not asked for its Ubuntu, conda and Python: no Docker engine is here: there is no "
    assert "".join(journey.log).rpartition("\nDiagnostics:\n")[2].count(said) == 1


def test_a_prebuilt_image_is_imported_into_the_own_registry_and_known_by_its_digest_there(
    journey: Journey, first: dict[str, Any]
) -> None:
    place, digest = first["own_login_server"], first["imported_digest"]
    assert re.fullmatch(rf"{re.escape(place)}/imported/small:c-[0-9a-f]{{16}}@{digest}", first["imported_reference"])
    assert first["imported_base_images"] == [first["used_reference"]]
    (run,) = runs(journey, "own_id")
    path, version = f"{first['own_id']}/runs/{run}", {"api-version": "2019-06-01-preview"}
    (made,) = journey.azure("GET", path, **version)["properties"]["outputImages"]
    assert (made["repository"], made["digest"]) == ("imported/small", digest)


@pytest.mark.skipif(shutil.which("skopeo") is None, reason="skopeo is not installed")
def test_a_promotion_keeps_the_digest_also_of_several_platforms(journey: Journey, first: dict[str, Any]) -> None:
    target = f"{first['own_login_server']}/engine:v1"
    digest = first["engine_reference"].partition("@")[2]
    assert "would get it" in promote(journey, "--dry-run", first["engine_reference"], target).stderr
    done = promote(journey, first["engine_reference"], target)
    assert (done.returncode, done.stdout) == (0, f"{target}@{digest}\n"), done.stderr
    wrong = promote(journey, first["built_reference"], target)
    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert f"{target} is there already and is {digest}" in wrong.stderr
    denied = promote(journey, "--source-user", "nobody", first["built_reference"], f"{target}-2")
    assert "the registry refuses the login" in denied.stderr


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


def test_the_log_is_shown_while_the_build_runs(journey: Journey, first: dict[str, Any], image: Path) -> None:
    assert first
    journey.localcloud("lag", "--steps", "0.6")
    (image / "payload.txt").write_text("four")
    journey.up()
    told = [json.loads(line) for line in (journey.project / "events.json").read_text().splitlines()]
    steps = [
        (event["sequence"], text)
        for event in told
        if (text := event.get("diagnosticEvent", {}).get("message", "")) and "Step " in text
    ]
    (made,) = (
        event["sequence"]
        for event in told
        if event.get("resOutputsEvent", {}).get("metadata", {}).get("type", "").endswith(":TaskRun")
        and event["resOutputsEvent"]["metadata"]["op"] == "create-replacement"
    )
    before = [text for sequence, text in steps if sequence < made]
    assert len(before) >= 2, steps
    assert "Step 1/6" in before[0]
    assert "Step 6/6" not in before[0]
    # Each line once, and the end of the log with them.
    log = "\n".join(text for _, text in steps)
    assert [log.count(f"Step {number}/6 ") for number in range(1, 7)] == [1] * 6


def test_a_build_that_fails_shows_the_end_of_its_log(journey: Journey, first: dict[str, Any], image: Path) -> None:
    assert first
    (image / "Dockerfile").write_text(DOCKERFILE.replace("payload.txt /", "missing.txt /"))
    # The engine's build of the same folder fails first, and a program that ends then calls no hook any more.
    shown = journey.failed_up("--continue-on-error")
    assert "COPY missing.txt /payload.txt" in shown
    assert "missing.txt" in shown.partition("COPY failed")[2]
    end = shown.partition("failed; the end of its log:")[2]
    assert "COPY missing.txt /payload.txt" in end
    assert "failed after" in end
    journey.localcloud("lag", "--steps", "0")


def test_an_agent_pool_that_is_not_there_is_refused(journey: Journey, first: dict[str, Any], image: Path) -> None:
    assert first
    (image / "Dockerfile").write_text(DOCKERFILE)
    (image / "payload.txt").write_text("five")
    program = journey.project / "__main__.py"
    text = program.read_text()
    program.write_text(text.replace('"agent_pool": "builders"', '"agent_pool": "builders-2"'))
    assert "The agent pool 'builders-2' is not found in the registry" in journey.failed_up("--continue-on-error")
    program.write_text(text)
    journey.up()


def test_the_secret_argument_is_nowhere_in_the_clear(journey: Journey, first: dict[str, Any]) -> None:
    assert first
    assert journey.found_in_the_clear([TOKEN]) == []
