"""Several base images in one stack: which service is built on which, and names that would be taken for another's."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.stacks.configured import base_image, load, problems, service, stack, write_files

ELSEWHERE = f"ghcr.io/contoso/base@sha256:{'0' * 64}"


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The project's folder, with good files in it."""
    write_files(tmp_path)
    monkeypatch.chdir(tmp_path)


def several(**changes: Any) -> dict[str, Any]:
    """A stack with two base images of its own."""
    services = {"scores": service(), "vision": service(baseImage="gpu"), "far": service(baseImage=ELSEWHERE)}
    return stack(baseImages={"gpu": base_image(imageName="gpu-base")}, services=services) | changes


def built(values: dict[str, Any], name: str) -> Any:
    """The base image of a service, where each that the stack builds has its name for a reference."""
    settings = load(values)
    bases: Any = {image: SimpleNamespace(reference=image) for image in settings.builds}
    return settings.service_inputs(name, bases)["base_image"]


def test_a_service_is_built_on_the_image_that_it_names() -> None:
    assert list(load(several()).builds) == ["base", "gpu"]
    assert [built(several(), name) for name in ("scores", "vision", "far")] == ["base", "gpu", ELSEWHERE]


def test_versions_side_by_side_may_be_built_on_different_images() -> None:
    versions = {"blue": {}, "green": {"baseImage": "gpu"}, "red": {"baseImage": ELSEWHERE}}
    online = service(target="managed_endpoint", auth="key", deployments=versions, traffic={"blue": 100})
    settings = load(several(services={"scores": online}))
    bases: Any = {image: SimpleNamespace(reference=f"built {image}") for image in settings.builds}
    given = settings.service_inputs("scores", bases)
    assert given["base_image"] == "built base"
    assert [part.get("base_image") for part in given["deployments"].values()] == [None, "built gpu", ELSEWHERE]
    assert settings.images_of("scores", bases) == {"base": "built base", "gpu": "built gpu"}


def test_without_a_first_image_each_service_names_its_own() -> None:
    values = several(services={"vision": service(baseImage="gpu")})
    del values["baseImage"]
    assert built(values, "vision") == "gpu"
    (found,) = problems(values | {"services": {"scores": service()}})
    assert found.startswith("baseImage is required; got nothing; e.g. ")


def test_an_image_that_there_is_not_comes_with_the_nearest() -> None:
    (found,) = problems(several(services={"vision": service(baseImage="gpo")}))
    rule = "must be the name of one of baseImages, or an image by its digest"
    assert found == f"services.vision.baseImage {rule}; got 'gpo'; e.g. gpu"


def test_an_image_of_elsewhere_has_a_digest() -> None:
    (found,) = problems(several(services={"vision": service(baseImage="ghcr.io/contoso/base:v1")}))
    assert found.startswith("services.vision.baseImage must name the image by its digest")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"services": {"gpu": service()}}, "services.gpu must not have the name of a base image"),
        ({"services": {"base": service()}}, "services.base must not have the name of a base image"),
        ({"baseImages": {"base": base_image()}}, "baseImages.base must have another name: that is what baseImage is"),
        ({"baseImages": {"gpu": base_image(imageName="Gpu")}}, "baseImages.gpu.imageName must be 1 to 255 lower-case"),
        ({"baseImages": {"gpu": base_image(context="gone")}}, "baseImages.gpu.context must be a folder that exists"),
        ({"baseImages": {"gpu": {"contexts": "image"}}}, "baseImages.gpu.contexts is no key that is known here"),
        ({"baseImages": {"gpu": "image"}}, "baseImages.gpu is wrong: input should be a valid dictionary"),
        ({"baseImages": ["image"]}, "baseImages is wrong: input should be a valid dictionary"),
    ],
)
def test_what_is_wrong_with_an_image_is_said_of_its_key(changes: dict[str, Any], told: str) -> None:
    found = problems(several() | {"services": {"scores": service()}} | changes)
    assert [one for one in found if one.startswith(told)], found


def test_a_secret_of_an_image_is_to_be_encrypted_and_never_shown() -> None:
    image = base_image(secretBuildArguments={"TOKEN": "canary-4711"})
    found = problems(several(baseImages={"gpu": image}))
    assert [one for one in found if one.startswith("baseImages.gpu.secretBuildArguments must be set with --secret")], (
        found
    )
    assert "canary-4711" not in "".join(found)


def test_an_endpoint_may_pull_as_its_workspace() -> None:
    online = service(target="managed_endpoint", auth="key")
    assert load(stack(registry={"pull": "workspace"}, services={"scores": online})).services["scores"].is_online
