"""Promotion by digest: dev builds and tests, staging takes that very digest, prod refuses what staging has not tested.

The tests are steps on three stacks of one project, in this order, in one cloud with one registry.
"""

from __future__ import annotations

import re
import secrets
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.journeys.project import PACKS, ROOT, Journey, plain_prediction, predict, service

pytestmark = pytest.mark.journey

KEYS = {stack: secrets.token_urlsafe(24) for stack in ("dev", "staging", "prod")}
"""What callers of each environment show."""
ONLINE = {"target": "managed_endpoint"}
JUDGED_BY = {**PACKS, "registry_credentials": {"identityRegistries": ["127.*.*.*"]}}
"""The stand-in's registries have no host in azurecr.io, where the packs know that a workspace pulls as itself."""


@dataclass
class Environments:
    """The three stacks."""

    dev: Journey
    staging: Journey
    prod: Journey


@pytest.fixture(scope="module")
def stacks(journey: Journey) -> Environments:
    """Three stacks in one cloud; only dev builds. Their registry is the one that dev makes."""
    made = {}
    for name in KEYS:
        stack = Journey(journey.project, journey.home, name, journey.log, judged_by=JUDGED_BY)
        stack.configure(location="westeurope")
        stack.pulumi("stack", "init")
        made[name] = stack
    return Environments(**made)


@pytest.fixture(scope="module")
def tested(stacks: Environments) -> dict[str, Any]:
    """The outputs of dev after its first update."""
    base = {"context": "examples/diabetes", "imageName": "diabetes-base"}
    script = own_script(stacks.dev)
    script.write_text((script.parent / "score.py").read_text())
    own = service(target="aci", auth="key", entryScript=str(script.relative_to(stacks.dev.project)))
    services = {"diabetes": own, "endpoint": service(**ONLINE)}
    stacks.dev.configure(
        location="westeurope", registry={"pull": "managed_identity"}, baseImage=base, services=services
    )
    stacks.dev.secret("services.diabetes.primaryKey", KEYS["dev"])
    stacks.dev.up()
    return stacks.dev.outputs()


def own_script(stack: Journey) -> Path:
    """The entry script of the service in a container group: another one than the endpoint's."""
    return stack.project / "examples" / "diabetes" / "remote.py"


def promoted(stack: Journey, source: str, registry_id: str) -> None:
    """Configures a stack that builds nothing: its images are those that another one has tested."""
    stack.configure(
        location="westeurope",
        promotion={"from": source},
        registry={"containerRegistryId": registry_id, "pull": "managed_identity"},
        services={"diabetes": {"target": "aci", "auth": "key"}, "endpoint": service(**ONLINE)},
    )
    stack.secret("services.diabetes.primaryKey", KEYS[stack.stack])


def promote(journey: Journey, source: str, target: str, *options: str) -> subprocess.CompletedProcess[str]:
    """What `make promote FROM=source TO=target` runs."""
    return subprocess.run(
        [sys.executable, "-m", "tools.promote", "stack", "--from", source, "--to", target, *options],
        cwd=journey.project,
        env={**journey.environment(), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def lock(journey: Journey) -> Path:
    return journey.project / "stacks" / "images" / f"{journey.stack}.yaml"


def digest(reference: str) -> str:
    return reference.partition("@")[2]


def resources(journey: Journey) -> list[str]:
    """What the state of a stack holds, but for the stack and the engine's own provider, which reads other stacks."""
    found = journey.state()["deployment"].get("resources", [])
    return [one["urn"] for one in found if one["type"] not in {"pulumi:pulumi:Stack", "pulumi:providers:pulumi"}]


def test_dev_says_what_it_has_tested(tested: dict[str, Any]) -> None:
    assert tested["tested_images"] == {
        "base": [tested["base_image"]],
        "diabetes": [tested["diabetes_image_reference"]],
        "endpoint/base": [tested["base_image"]],
    }


def test_without_a_lock_file_staging_is_refused_in_the_preview(stacks: Environments, tested: dict[str, Any]) -> None:
    promoted(stacks.staging, "dev", tested["registry_id"])
    result = stacks.staging.pulumi("preview", check=False)
    assert result.returncode != 0
    wanted = "promotion: stacks/images/staging.yaml is required: it says which images the stack takes"
    assert f"{wanted}; got nothing; e.g. make promote FROM=dev TO=staging" in result.stdout + result.stderr


def test_a_promotion_shows_what_changes_and_writes_it(stacks: Environments, tested: dict[str, Any]) -> None:
    shown = promote(stacks.staging, "dev", "staging", "--dry-run")
    assert (shown.returncode, lock(stacks.staging).exists()) == (0, False), shown.stderr
    done = promote(stacks.staging, "dev", "staging")
    assert (done.returncode, done.stdout) == (0, shown.stdout), done.stderr
    base, diabetes = tested["base_image"], tested["diabetes_image_reference"]
    assert done.stdout.splitlines() == [
        f"base (base image): new -> {digest(base)}  {base}",
        f"diabetes (service image): new -> {digest(diabetes)}  {diabetes}",
    ]
    document = yaml.safe_load(lock(stacks.staging).read_text())
    assert document == {"from": "dev", "images": {"base": base, "diabetes": diabetes}}


def test_staging_takes_the_very_digests_and_builds_nothing(stacks: Environments, tested: dict[str, Any]) -> None:
    stacks.staging.up()
    outputs = stacks.staging.outputs()
    assert outputs["diabetes_image_reference"] == tested["diabetes_image_reference"]
    assert outputs["endpoint_image_reference"] == tested["base_image"]
    assert outputs["diabetes_run_id"] == ""
    assert not [urn for urn in resources(stacks.staging) if "TaskRun" in urn or "CustomBaseImage" in urn]
    assert outputs["tested_images"] == tested["tested_images"]
    assert predict(outputs["diabetes_scoring_uri"], KEYS["staging"]) == plain_prediction()
    stacks.staging.up("--expect-no-changes")


def test_staging_pulls_by_a_grant_of_its_own(stacks: Environments, tested: dict[str, Any]) -> None:
    own = stacks.staging.outputs()["pull_identity_id"]
    assert own
    assert own != tested["pull_identity_id"]


def test_what_only_dev_has_tested_prod_refuses_and_makes_nothing(stacks: Environments, tested: dict[str, Any]) -> None:
    script = own_script(stacks.dev)
    script.write_text(script.read_text() + "\n# changed\n")
    stacks.dev.up()
    outputs = stacks.dev.outputs()
    newer, older = outputs["diabetes_image_reference"], tested["diabetes_image_reference"]
    assert outputs["tested_images"]["diabetes"] == [newer, older]

    promoted(stacks.prod, "staging", tested["registry_id"])
    images = {"base": tested["base_image"].partition("@")[0], "diabetes": newer}
    lock(stacks.prod).write_text(yaml.safe_dump({"from": "staging", "images": images}))
    said = stacks.prod.failed_up()
    assert "the stack's configuration has 2 problems; nothing was deployed:" in said
    file, fix = "azureml-scoring:promotion: stacks/images/prod.yaml", "e.g. make promote FROM=staging TO=prod"
    assert re.search(f"{file} images.base must name the image by its digest; got .*; {fix}", said)
    assert re.search(f"{file} images.diabetes must be an image that staging has tested.*; {fix}", said)
    assert resources(stacks.prod) == []


def test_promoted_from_staging_prod_is_accepted(stacks: Environments, tested: dict[str, Any]) -> None:
    done = promote(stacks.prod, "staging", "prod")
    assert done.returncode == 0, done.stderr
    newer = stacks.dev.outputs()["diabetes_image_reference"]
    older = tested["diabetes_image_reference"]
    assert f"diabetes (service image): {digest(newer)} -> {digest(older)}  {older}" in done.stdout
    # A stack of this name is production to the packs, which ask more of it than these settings have.
    shown = stacks.prod.pulumi("preview", "--json").stdout
    assert digest(older) in shown
    assert digest(newer) not in shown


def test_a_command_line_that_is_not_what_the_stack_says_is_refused(stacks: Environments) -> None:
    before = lock(stacks.prod).read_text()
    done = promote(stacks.prod, "dev", "prod")
    assert done.returncode == 2
    assert "--from must be what stacks/Pulumi.prod.yaml says of promotion; got 'staging'" in done.stderr
    assert lock(stacks.prod).read_text() == before


def test_nothing_is_left(stacks: Environments) -> None:
    for stack in (stacks.prod, stacks.staging, stacks.dev):
        stack.pulumi("destroy", "--yes", "--skip-preview")
    assert stacks.dev.left() == []
