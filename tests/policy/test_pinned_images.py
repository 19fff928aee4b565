"""What samples of pinned_images can't say: files, the project's folder, the pack as a process of its own, secrets."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest
from azureml_scoring.policy_kit.images import IMAGES
from hypothesis import given
from hypothesis import strategies as st

from tests.policy.driver import UNKNOWN, Driver, driver, process, secret
from tools.policies import copy_elsewhere

GROUP = "azure-native:containerinstance:ContainerGroup"
BUILD = "docker-build:index:Image"
PACK: dict[str, Any] = {"enforcementLevel": "mandatory"}
CANARY = "registry.example/canary-of-a-secret"


@pytest.fixture
def pack() -> Iterator[Driver]:
    with driver("pinned_images") as one:
        one.start()
        yield one


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a Dockerfile of two stages."""
    (tmp_path / "Pulumi.yaml").write_text("name: test\nruntime: python\n")
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "Dockerfile").write_text("ARG T=latest\nFROM ubuntu:${T} AS build\nFROM build\n")
    (tmp_path / "app" / "requirements.txt").write_text("numpy\n")
    return tmp_path


def group(*images: Any) -> dict[str, Any]:
    return {"containers": [{"name": f"c{number}", "image": image} for number, image in enumerate(images)]}


def rules(lines: list[Any]) -> list[str]:
    return [line.rule for line in lines]


def test_a_copied_pack_runs_as_a_process_of_its_own(tmp_path: Path) -> None:
    with process(copy_elsewhere("pinned_images", tmp_path / "another name")) as pack:
        assert pack.info().name == "pinned-images"
        pack.start({"pinned-images": PACK | {"allowedRegistries": ["docker.io"]}}, stack="prod")
        assert rules(pack.analyze(GROUP, group("registry.example/app:latest"))) == [
            "image-digest",
            "image-registry",
            "image-tag-mutable",
        ]


def test_a_secret_image_is_judged_and_not_shown(pack: Driver) -> None:
    lines = pack.analyze(GROUP, group(secret(CANARY), secret(f"{CANARY}:latest"), secret(f"{CANARY}:1@sha256:abc")))
    assert rules(lines) == ["image-reference", "image-tag", "image-tag-mutable"]
    assert CANARY not in str(lines)


@pytest.mark.parametrize("rest", ["", ":latest", ":1@sha256:abc", ":canary of a tag", "/Canary"])
def test_no_part_of_a_secret_image_is_shown(pack: Driver, rest: str) -> None:
    options = {"allowedRegistries": ["docker.io"], "digestRegistries": ["registry.canary.example"]}
    pack.start({"pinned-images": PACK | options}, stack="prod")
    lines = pack.analyze(GROUP, group(secret(f"registry.canary.example/canary/image-of-canary{rest}")))
    assert lines != []
    assert "canary" not in str(lines).lower()


def test_an_address_of_ipv6_is_a_registry_like_others(pack: Driver) -> None:
    pack.start({"pinned-images": PACK | {"allowedRegistries": ["[::1]:5000"]}})
    assert pack.analyze(GROUP, group("[::1]:5000/app:1.4")) == []
    assert rules(pack.analyze(GROUP, group("[::2]:5000/app:1.4"))) == ["image-registry"]


@pytest.mark.parametrize("tag", ["app:latest", "", "registry.example/app"])
def test_a_pattern_that_no_tag_matches_is_refused(pack: Driver, tag: str) -> None:
    with pytest.raises(grpc.RpcError, match=r"mutableTags\[0\] must be a pattern of a tag alone"):
        pack.start({"pinned-images": PACK | {"mutableTags": [tag]}})


def test_every_type_with_images_is_judged(pack: Driver) -> None:
    """An image that is refused stands at each place that the table names."""
    silent = [
        (type_, path)
        for type_, paths in IMAGES.items()
        for path in paths
        if "image-tag-mutable" not in rules(pack.analyze(type_, _at(path)))
    ]
    assert silent == []


def test_every_versioned_type_is_judged(pack: Driver) -> None:
    for token in (
        "azure-native:containerinstance/v20180201preview:ContainerGroup",
        "azure-native:containerinstance/v20241101preview:ContainerGroup",
        "azure-nextgen:containerinstance/latest:ContainerGroup",
        "azure-native_containerinstance_v20230501:containerinstance:ContainerGroup",
    ):
        assert rules(pack.analyze(token, group("registry.example/app:latest"))) == ["image-tag-mutable"], token


@pytest.fixture(scope="module")
def running() -> Iterator[Driver]:
    with driver("pinned_images") as one:
        one.start()
        yield one


@given(tag=st.sampled_from(["latest", "main", "nightly", "stable", "latest-cuda"]), flips=st.lists(st.booleans()))
def test_no_spelling_of_a_moving_tag_passes(running: Driver, tag: str, flips: list[bool]) -> None:
    spelt = "".join(
        letter.upper() if number < len(flips) and flips[number] else letter for number, letter in enumerate(tag)
    )
    assert rules(running.analyze(GROUP, group(f"registry.example:5000/app:{spelt}@sha256:{'a' * 64}"))) == [
        "image-tag-mutable"
    ]


def test_a_dockerfile_of_the_project_is_read(pack: Driver, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build = {"tags": ["registry.example/app:1"], "context": {"location": "app"}}
    monkeypatch.setenv("PWD", str(project / "app"))
    (line,) = pack.analyze(BUILD, build)
    assert line.text.startswith("FROM in app/Dockerfile:2 must not go by a tag that moves")
    pack.start({"pinned-images": PACK | {"projectFolder": str(project)}})
    monkeypatch.setenv("PWD", "/")
    assert rules(pack.analyze(BUILD, build)) == ["image-tag-mutable"]
    assert pack.analyze(BUILD, build | {"buildArgs": {"T": "22.04"}}) == []
    classic = {"imageName": "registry.example/app:1", "build": {"context": "app", "args": {"T": "22.04"}}}
    assert pack.analyze("docker:index/image:Image", classic) == []
    assert rules(pack.analyze("docker:index/image:Image", classic | {"build": "app"})) == ["image-tag-mutable"]


def test_a_folder_of_another_project_is_not_the_projects(
    pack: Driver, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "Pulumi.yaml").write_text("name: other\nruntime: python\n")
    monkeypatch.setenv("PWD", str(project))
    (line,) = pack.analyze(BUILD, {"tags": ["registry.example/app:1"], "context": {"location": "app"}})
    assert (line.rule, line.level) == ("build-readable", "advisory")
    assert "the option projectFolder is not set" in line.text


def test_packages_are_followed_into_the_context(pack: Driver, project: Path) -> None:
    dockerfile = project / "app" / "Dockerfile"
    dockerfile.write_text("FROM python:3.11\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\n")
    pack.start({"pinned-images": PACK | {"projectFolder": str(project)}})
    (line,) = pack.analyze(BUILD, {"tags": ["registry.example/app:1"], "context": {"location": "app"}})
    assert (line.rule, line.level) == ("dockerfile-packages", "advisory")
    assert line.text.startswith("requirements.txt:1 ")


def test_an_unknown_build_argument_is_not_its_default(pack: Driver) -> None:
    text = "ARG T=22.04\nFROM ubuntu:${T}\nARG N=2.1.3\nRUN pip install numpy==$N\n"
    build = {"tags": ["registry.example/app:1"], "dockerfile": {"inline": text}}
    assert pack.analyze(BUILD, build) == []
    lines = pack.analyze(BUILD, build | {"buildArgs": {"T": UNKNOWN}})
    assert ["is not checked yet" in line.text for line in lines] == [True]
    lines = pack.analyze(BUILD, build | {"buildArgs": UNKNOWN})
    assert ["is not checked yet" in line.text for line in lines] == [True]


def _at(path: str) -> dict[str, Any]:
    """Properties with a refused image at a path of the table."""
    name = path.replace("[*]", "").rpartition(".")[2]
    value: Any = "registry.example/app:latest"
    if name.endswith("FxVersion"):
        value = f"DOCKER|{value}"
    elif name == "encodedTaskContent":
        value = base64.b64encode(f"steps: [{{cmd: {value}}}]".encode()).decode()
    elif name == "appSettings":
        value = {"name": "DOCKER_CUSTOM_IMAGE_NAME", "value": value}
    for step in reversed(path.replace("[*]", ".*").split(".")):
        value = [value] if step == "*" else {step: value}
    assert isinstance(value, dict)
    return value
