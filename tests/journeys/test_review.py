"""A pull request through the ready workflows: each shell step, as it stands in its file, against localcloud.

The tests are steps on one stack, in this order. `gh` and `az` are stand-ins that write down what they are asked.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.journeys.project import ROOT, STACK, Journey
from tests.tools.review.pipelines import shell_steps

pytestmark = pytest.mark.journey

TOKEN = "canary-of-a-review-0815"
DOCKERFILE = "FROM ubuntu:22.04\nARG TOKEN\nLABEL version=1\n"
CHANGED = DOCKERFILE.replace("version=1", "version=2")
STEPS = shell_steps()
RAN: set[str] = set()
STAND_INS = {
    "gh": 'echo "$@" >> "$STAND_IN_LOG"; case "$*" in *--jq*) cat "$STAND_IN_LOG.id" 2> /dev/null || true;; esac\n',
    "az": 'echo "$ARM_SUBSCRIPTION_ID"\n',
}


@pytest.fixture(scope="module")
def image(journey: Journey) -> Path:
    """The folder of the image, in a git repository of the project with the workflows' scripts."""
    journey.program("review")
    folder = journey.project / "image"
    folder.mkdir()
    (folder / "Dockerfile").write_text(DOCKERFILE)
    journey.secret("token", TOKEN)
    leave = shutil.ignore_patterns("__pycache__", "venv")
    for name in ("tools", ".ci", "policy"):
        shutil.copytree(ROOT / name, journey.project / name, ignore=leave)
    for name, script in STAND_INS.items():
        path = journey.project / ".stand-ins" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\n{script}")
        path.chmod(0o755)
    commit(journey.project, "as it is deployed")
    return folder


def commit(project: Path, message: str) -> None:
    """Commits the image's folder."""
    who = ["-c", "user.name=test", "-c", "user.email=test@example.invalid", "-c", "commit.gpgsign=false"]
    for command in (["init", "--quiet"], ["add", "image"], [*who, "commit", "--quiet", "--message", message]):
        subprocess.run(["git", *command], cwd=project, check=True, capture_output=True)


def run(journey: Journey, name: str) -> str:
    """Runs a shell step as its runner does; what it writes."""
    RAN.add(name)
    environment = dict(journey.environment())
    environment |= {
        "PATH": os.pathsep.join([str(journey.project / ".stand-ins"), environment["PATH"]]),
        "STAND_IN_LOG": str(journey.project / "asked"),
        "STACK": STACK,
        "STACKS": STACK,
        "GITHUB_STEP_SUMMARY": str(journey.project / "summary.md"),
        "GITHUB_REPOSITORY": "contoso/scoring",
        "GITHUB_SERVER_URL": "https://git.example.invalid",
        "GITHUB_RUN_ID": "42",
        "NUMBER": "7",
        "servicePrincipalId": environment["ARM_CLIENT_ID"],
        "tenantId": environment["ARM_TENANT_ID"],
        "idToken": "header.claims.signature",
    }
    done = subprocess.run(
        ["bash", "-e", "-c", STEPS[name]],
        cwd=journey.project,
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    journey.log += [done.stdout, done.stderr]
    assert done.returncode == 0, f"{name}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def report(journey: Journey, image: Path) -> str:
    """The report of a pull request that changes the Dockerfile of a deployed image."""
    run(journey, "environment.yml Up")
    (image / "Dockerfile").write_text(CHANGED)
    commit(journey.project, "a pull request")
    run(journey, "review.yml Preview")
    run(journey, "review.yml Report")
    return (journey.project / "report.md").read_text()


def test_the_report_has_the_digest_that_goes_and_the_change_of_the_dockerfile(journey: Journey, report: str) -> None:
    digest = journey.outputs()["reference"].partition("@")[2]
    assert f"| `small` | `{digest[:19]}` | built during up, tag `c-" in report
    assert "-LABEL version=1\n+LABEL version=2\n" in report
    assert "| CustomBaseImage `base` | **deleted** |" in report
    assert (journey.project / "summary.md").read_text() == report
    assert "<svg" in (journey.project / "report.html").read_text()


def test_a_comment_takes_the_place_of_an_earlier_one(journey: Journey, report: str) -> None:
    assert report.startswith("<!-- azureml-scoring review -->")
    asked = journey.project / "asked"
    run(journey, "review.yml Comment, in place of an earlier one")
    assert asked.read_text().splitlines()[-1].startswith("api --silent --method POST repos/contoso/scoring/issues/7/")
    asked.with_name("asked.id").write_text("4711\n")
    run(journey, "review.yml Comment, in place of an earlier one")
    last = asked.read_text().splitlines()[-1]
    assert last == "api --silent --method PATCH repos/contoso/scoring/issues/comments/4711 --field body=@report.md"


def test_azure_pipelines_make_the_same_report(journey: Journey, report: str) -> None:
    shutil.rmtree(journey.project / "previews")
    run(journey, "azure-pipelines.yml Preview of ${{ stack }}")
    shown = run(journey, "azure-pipelines.yml Report")
    assert "##vso[task.uploadsummary]" in shown
    made = (journey.project / "report" / "report.md").read_text()
    # Nothing is kept of a build that has not run: its context's name is the same, and so is all else.
    assert made == report


def test_after_the_merge_the_environment_has_it_and_there_is_nothing_left_to_do(journey: Journey, report: str) -> None:
    run(journey, "azure-pipelines.yml Up")
    (journey.project / "summary.md").unlink()
    run(journey, "environment.yml Report")
    assert f"# No changes in {STACK}" in (journey.project / "summary.md").read_text() != report


def test_no_secret_is_in_what_was_made(journey: Journey, report: str) -> None:
    assert report
    assert journey.found_in_the_clear([TOKEN]) == []


def test_every_shell_step_was_run() -> None:
    assert set(STEPS) == RAN
