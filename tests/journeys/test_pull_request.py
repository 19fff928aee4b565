"""A pull request from its report to staging: the environments of this repository, with the commands of the pipelines.

The tests are steps on three stacks of one project, in this order, in one cloud. The registry that the stacks share is
made first, as somebody has to in Azure; their settings are the files of `stacks/`.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.journeys.project import ROOT, Journey
from tests.tools.review.conftest import git_in

pytestmark = [pytest.mark.journey, pytest.mark.soak, pytest.mark.timeout(900)]

ENVIRONMENTS = ("dev", "staging", "prod")
DOCKERFILE = Path("examples", "diabetes", "Dockerfile")
ADDED = 'LABEL org.opencontainers.image.version="2"'
COMMANDS = ("tools", ".ci", "policy")
"""What the pipelines' commands are made of."""

POLICIES = {"registry-credentials": {"identityRegistries": ["127.*.*.*"]}}
"""Options of policy packs: in Azure the host of a registry tells whose it is, and here it is an address."""


@pytest.fixture(scope="module")
def team(journey: Journey) -> Iterator[dict[str, Journey]]:
    """The three environments in a git repository; dev and staging run what is on its main branch."""
    for name in COMMANDS:
        left = shutil.ignore_patterns("__pycache__", "venv")
        shutil.copytree(ROOT / name, journey.project / name, ignore=left)
    for name, configuration in POLICIES.items():
        file = journey.project / "policy" / f"{name.replace('-', '_')}.json"
        file.write_text(json.dumps({name: configuration}))
    stacks = {name: Journey(journey.project, journey.home, name, journey.log) for name in ENVIRONMENTS}
    for stack in stacks.values():
        share_registry(stack)
        stack.pulumi("stack", "init")
    git_in(journey.project)("init", "--quiet")
    commit(stacks["dev"], "what is deployed")
    pipeline(stacks["dev"], "up", "dev")
    promote(stacks["dev"], "dev", "staging")
    pipeline(stacks["staging"], "up", "staging")
    promote(stacks["staging"], "staging", "prod")
    commit(stacks["dev"], "lock files")
    yield stacks
    for name in ("staging", "dev"):
        stacks[name].pulumi("destroy", "--yes", "--skip-preview")


def share_registry(stack: Journey) -> None:
    """Makes the registry that a stack's file names, in the subscription of this cloud."""
    file = stack.project / "stacks" / f"Pulumi.{stack.stack}.yaml"
    subscription = stack.environment()["ARM_SUBSCRIPTION_ID"]
    text = re.sub("(?<=/subscriptions/)[0-9a-f-]+", subscription, file.read_text())
    file.write_text(text)
    path = yaml.safe_load(text)["config"]["azureml-scoring:registry"]["containerRegistryId"]
    stack.azure("PUT", path.partition("/providers/")[0], {"location": "westeurope"}, **{"api-version": "2024-03-01"})
    body = {"location": "westeurope", "sku": {"name": "Premium"}, "properties": {}}
    stack.azure("PUT", path, body, **{"api-version": "2023-07-01"})


def commit(stack: Journey, message: str) -> None:
    """Commits the settings and the files of the images."""
    git = git_in(stack.project)
    git("add", "stacks", str(DOCKERFILE.parent))
    git("commit", "--quiet", "--message", message)


def command(stack: Journey, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs a command in the project, as a pipeline or a person does."""
    done = subprocess.run(
        arguments, cwd=stack.project, env=stack.environment(), capture_output=True, text=True, timeout=400, check=False
    )
    stack.log += [done.stdout, done.stderr]
    return done


def pipeline(stack: Journey, *arguments: str) -> str:
    """What `.ci/pulumi` writes; it has to succeed."""
    done = command(stack, "bash", ".ci/pulumi", *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def promote(stack: Journey, source: str, target: str) -> str:
    """What `make promote` shows; it has to succeed."""
    done = command(stack, sys.executable, "-m", "tools.promote", "stack", "--from", source, "--to", target)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def locked(stack: Journey) -> str:
    """The digest of the base image that a stack's lock file names."""
    document = yaml.safe_load((stack.project / "stacks" / "images" / f"{stack.stack}.yaml").read_text())
    return str(document["images"]["base"]).partition("@")[2]


def has_tested(stack: Journey) -> list[str]:
    """Digests of the base images that a stack has tested, the newest first."""
    return [str(image).partition("@")[2] for image in stack.outputs()["tested_images"]["base"]]


@pytest.fixture(scope="module")
def report(team: dict[str, Journey]) -> str:
    """The report of a pull request that changes the Dockerfile."""
    dev = team["dev"]
    place = dev.project / DOCKERFILE
    place.write_text(place.read_text() + f"{ADDED}\n")
    commit(dev, "a pull request")
    stacks = [option for name in ENVIRONMENTS for option in ("--stack", name)]
    return pipeline(dev, "review", *stacks, "--html", "report.html")


def test_the_report_names_the_change_of_the_dockerfile_and_the_digest(team: dict[str, Journey], report: str) -> None:
    deployed = has_tested(team["dev"])[0]
    assert "Image `diabetes-base`: another one in **dev**, new in **prod**; staging keeps the one there is.\n" in report
    assert f"| `diabetes-base` | `{deployed[:19]}` | built during up, tag `c-" in report
    assert f"<code>{DOCKERFILE.as_posix()}</code> of diabetes-base: from what dev has (commit" in report
    assert f"\n+{ADDED}\n" in report


def test_the_report_shows_who_takes_whose_place(report: str) -> None:
    dev = report.partition("\n## dev\n")[2].partition("\n## staging\n")[0]
    rollout = dev.partition("### Deployments and traffic")[2]
    assert re.search(
        r"^\| `diabetes` \| deployment \| `diabetes-\w+`, \*\*100 % of the requests\*\* \| ", rollout, re.MULTILINE
    )
    staging = report.partition("\n## staging\n")[2].partition("\n## prod\n")[0]
    assert "### What changes\n\nNothing.\n" in staging


def test_after_the_merge_dev_has_tested_the_new_image(team: dict[str, Journey], report: str) -> None:
    assert report
    older = has_tested(team["dev"])[0]
    pipeline(team["dev"], "up", "dev")
    newer, *others = has_tested(team["dev"])
    assert newer != older
    assert others == [older]
    assert locked(team["staging"]) == older


def test_prod_refuses_what_only_dev_has_tested(team: dict[str, Journey], report: str) -> None:
    assert report
    prod = team["prod"]
    newer, older = has_tested(team["dev"])
    lock = prod.project / "stacks" / "images" / "prod.yaml"
    accepted = lock.read_text()
    lock.write_text(accepted.replace(older, newer))
    said = "images.base must be an image that staging has tested"
    up = command(prod, "bash", ".ci/pulumi", "up", "prod")
    assert up.returncode != 0
    assert said in up.stdout + up.stderr
    assert "e.g. make promote FROM=staging TO=prod" in up.stdout + up.stderr
    review = command(prod, "bash", ".ci/pulumi", "review", "--stack", "prod")
    assert review.returncode == 1
    assert "| **prod** | **failed** | 0 | 0 | 0 | 0 |" in review.stdout
    assert said in review.stdout.replace("\\", "")
    lock.write_text(accepted)


def test_the_promotion_is_a_change_whose_report_has_both_digests(team: dict[str, Journey], report: str) -> None:
    assert report
    newer, older = has_tested(team["dev"])
    staging = team["staging"]
    assert f"base (base image): {older} -> {newer}" in promote(staging, "dev", "staging")
    commit(staging, "promotion to staging")
    shown = pipeline(staging, "review", "--stack", "staging")
    assert f"| `diabetes-base` | `{older[:19]}` | `{newer[:19]}`" in shown
    assert "another one is taken: nothing is built for it" in shown


def test_staging_gets_the_very_digest_and_then_prod_may(team: dict[str, Journey], report: str) -> None:
    assert report
    staging, prod = team["staging"], team["prod"]
    pipeline(staging, "up", "staging")
    assert has_tested(staging) == has_tested(team["dev"])
    promote(prod, "staging", "prod")
    assert locked(prod) == has_tested(staging)[0]
    assert "| **prod** | succeeded | 0 | 0 | 0 |" in pipeline(prod, "review", "--stack", "prod")
