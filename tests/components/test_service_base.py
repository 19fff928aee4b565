"""The base image of a service by its digest: as given, as remembered, or as its tag is found once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pulumi
import pytest
from azureml_scoring import ScoringService, _service_base
from azureml_scoring.pull import Cause, PullRefused, Refusal
from azureml_scoring.rules import ImageReference

from tests.components import inputs
from tests.components.mocked import DIGEST, deploy

OTHER = "sha256:" + "7" * 64


@pytest.fixture
def v1(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Inputs of a service whose v1 file names its base image by a tag."""
    monkeypatch.chdir(tmp_path)
    inputs.write_service(tmp_path)
    environment = {"docker": {"baseImage": "ghcr.io/contoso/base:v1"}, "inferencingStackVersion": "latest"}
    (tmp_path / "inference.json").write_text(json.dumps({"entryScript": "score.py", "environment": environment}))
    args = inputs.service(tmp_path, inference_config="inference.json")
    del args["base_image"]
    return args


def bases(args: Any, **deploy_with: Any) -> list[str]:
    """The output `base_images`, and what an update with it tells the build."""
    found: list[str] = []

    async def program() -> None:
        found.extend(await ScoringService("scores", args).base_images.future() or [])

    deploy(program, **deploy_with)
    return found


def test_an_image_with_a_digest_is_asked_nowhere(tmp_path: Path) -> None:
    assert bases(inputs.service(inputs.write_service(tmp_path))) == [inputs.BASE_IMAGE]


def test_a_tag_is_looked_up_once(v1: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = list[str]()

    async def resolve(image: ImageReference, _: object) -> str:
        asked.append(str(image))
        return DIGEST

    monkeypatch.setattr(_service_base, "resolve", resolve)
    assert bases(v1) == [f"ghcr.io/contoso/base:v1@{DIGEST}"]
    assert asked == ["ghcr.io/contoso/base:v1"]


def test_a_tag_that_was_looked_up_stays_what_it_was(v1: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(*_: object) -> str:
        raise AssertionError

    async def before(_: str) -> dict[str, Any]:
        return {"base_images": [f"ghcr.io/contoso/base:v1@{OTHER}"]}

    monkeypatch.setattr(_service_base, "resolve", never)
    monkeypatch.setattr(_service_base, "remembered", before)
    assert bases(v1) == [f"ghcr.io/contoso/base:v1@{OTHER}"]


def test_a_tag_that_there_is_not_is_refused_by_its_cause(v1: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refused(*_: object) -> Refusal:
        return Refusal(Cause.NO_SUCH_TAG, "no such tag")

    monkeypatch.setattr(_service_base, "resolve", refused)
    with pytest.raises(PullRefused, match=r"ghcr\.io/contoso/base:v1 can't be pulled"):
        bases(v1)


def test_a_program_may_not_name_an_image_by_its_tag_itself(v1: Any) -> None:
    del v1["inference_config"]
    with pytest.raises(pulumi.RunError, match="base_image must name the image by its digest"):
        bases(v1 | {"base_image": "ghcr.io/contoso/base:v1"})
