"""Policy packs on the real engine: what is unknown at preview, what is refused before it is made, exemptions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.project import Journey
from tools.policies import copy_elsewhere

pytestmark = pytest.mark.journey

MANDATORY = {"enforcementLevel": "mandatory"}


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pack pinned_images, copied to a folder of another name."""
    return copy_elsewhere("pinned_images", tmp_path_factory.mktemp("packs") / "somewhere else")


@pytest.fixture(scope="module")
def program(journey: Journey) -> Journey:
    journey.program("policies")
    return journey


def judged(journey: Journey, pack: Path, command: str, **configuration: Any) -> tuple[int, str]:
    """Exit code and output of a command with the pack."""
    file = journey.project / "policy.json"
    file.write_text(json.dumps({name.replace("_", "-"): value for name, value in configuration.items()}))
    options = ["--yes", "--skip-preview"] if command == "up" else []
    policies = ["--policy-pack", str(pack), "--policy-pack-config", str(file)]
    result = journey.pulumi(command, *options, *policies, check=False)
    return result.returncode, result.stdout + result.stderr


def test_an_unknown_image_is_not_checked_at_preview_and_hides_no_other(program: Journey, pack: Path) -> None:
    program.configure(tag="latest", side="localhost:5000/side")
    code, shown = judged(program, pack, "preview")
    assert code != 0, shown
    assert (
        "image of containers[0] 'late' is not checked yet by image-reference, image-tag, image-tag-mutable: " in shown
    )
    assert "image of containers[1] 'side' must have a tag or a digest; got 'localhost:5000/side'" in shown
    assert "[mandatory] [severity: high]  image-tag" in shown


def test_an_unknown_image_alone_lets_the_preview_pass_and_is_counted(program: Journey, pack: Path) -> None:
    program.configure(tag="latest")
    code, shown = judged(program, pack, "preview")
    assert code == 0, shown
    assert "1 value is not checked before `up`: 1 by image-reference, 1 by image-tag, 1 by image-tag-mutable" in shown


def test_up_decides_it_before_the_group_is_made(program: Journey, pack: Path) -> None:
    program.configure(tag="latest")
    code, shown = judged(program, pack, "up")
    assert code != 0, shown
    assert "image of containers[0] 'late' must not go by a tag that moves (latest is latest of mutableTags)" in shown
    assert "is not checked yet" not in shown
    made = [one["type"] for one in program.state()["deployment"]["resources"]]
    assert "azure-native:containerregistry:Registry" in made
    assert "azure-native:containerinstance:ContainerGroup" not in made


def test_an_exemption_lets_it_pass_and_is_counted(program: Journey, pack: Path) -> None:
    program.configure(tag="v1", side="localhost:5000/side")
    one = {"rule": "image-tag", "resource": "group", "reason": "moves", "owner": "ops", "until": "2999-12-31"}
    code, shown = judged(program, pack, "preview", pinned_images=MANDATORY | {"exemptions": [one]})
    assert code == 0, shown
    assert "1 violation is exempted:" in shown
    assert "1 by image-tag on 'group' until 2999-12-31 (ops: moves)" in shown


def test_an_exemption_that_is_over_stops_it_before_anything_is_made(program: Journey, pack: Path) -> None:
    program.configure(tag="v1")
    one = {"rule": "image-tag", "resource": "group", "reason": "moves", "owner": "ops", "until": "2020-12-31"}
    code, shown = judged(program, pack, "preview", pinned_images=MANDATORY | {"exemptions": [one]})
    assert code != 0, shown
    assert "exemption image-tag on 'group' until 2020-12-31 (ops: moves) is over" in shown


@pytest.mark.parametrize(
    ("configuration", "meant"),
    [({"image_tga": "advisory"}, "image-tag"), ({"pinned_images": {"mutableTag": ["x"]}}, "mutableTags")],
)
def test_a_misspelt_name_stops_the_run(program: Journey, pack: Path, configuration: dict[str, Any], meant: str) -> None:
    code, shown = judged(program, pack, "preview", **configuration)
    assert code != 0
    assert f"did you mean {meant}?" in shown
