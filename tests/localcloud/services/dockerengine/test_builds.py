"""`docker build` and `docker push` of the engine: real images, and the registry's own rights."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import pytest

from localcloud.images.image import Image, read_object
from localcloud.registry.local import resolve
from tests.localcloud.services.conftest import context

if TYPE_CHECKING:
    from localcloud.cloud import Cloud

BUILD, CANARY = "/docker/v1.43/build", "canary-4711"


def header(document: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(document).encode()).decode()


def build(arm: Any, name: str, dockerfile: str, **query: str) -> Any:
    tar = context({"Dockerfile": dockerfile, "payload": "1"})
    return arm.http.post(BUILD, params={"t": name} | query, content=tar)


@pytest.fixture
def name(registry: dict[str, Any]) -> str:
    return f"{registry['properties']['loginServer']}/app"


def push(arm: Any, name: str, login: dict[str, str] | None) -> Any:
    headers = {"X-Registry-Auth": header(login or {})}
    return arm.http.post(f"/docker/v1.43/images/{name}/push", params={"tag": "v1"}, headers=headers)


def test_what_is_built_and_pushed_can_be_pulled(arm: Any, name: str, admin: dict[str, str]) -> None:
    arguments = {"buildargs": json.dumps({"VERSION": "2"}), "target": "first", "platform": "linux/arm64"}
    dockerfile = "FROM scratch AS first\nARG VERSION\nLABEL version=$VERSION\nFROM first\nCOPY nowhere /\n"
    answer = build(arm, f"{name}:v1", dockerfile, **arguments)
    assert answer.status_code == 200, answer.text
    assert "Successfully built" in answer.text
    pushed = push(arm, name, admin).json()["aux"]
    assert pushed["Tag"] == "v1"
    query, headers = {"fromImage": name, "tag": pushed["Digest"]}, {"X-Registry-Auth": header(admin)}
    assert arm.http.post("/docker/v1.43/images/create", params=query, headers=headers).status_code == 200
    found = arm.http.get(f"/docker/v1.43/images/{name}@{pushed['Digest']}/json").json()
    assert found["Config"]["Labels"]["version"] == "2"
    assert found["Architecture"] == "arm64"


def test_a_push_needs_the_right_to_push(arm: Any, name: str, admin: dict[str, str]) -> None:
    build(arm, f"{name}:v1", "FROM scratch\nCOPY payload /\n")
    for login in (None, admin | {"password": CANARY}):
        answer = push(arm, name, login)
        assert answer.status_code == 500
        assert "unauthorized: authentication required" in answer.text
        assert CANARY not in answer.text
    assert "localcloud pulls from its own registries" in push(arm, "registry.example/app", admin).text or (
        push(arm, "registry.example/app", admin).status_code == 404
    )


def test_a_build_that_fails_says_its_log(arm: Any, name: str) -> None:
    answer = build(arm, f"{name}:v1", "FROM scratch\nCOPY payload /\nCOPY nowhere /\n")
    assert answer.status_code == 500
    assert "Step 3/3 : COPY nowhere /" in answer.json()["message"]
    assert build(arm, "Not/a:name:at:all", "FROM scratch").json()["message"] == "invalid reference format"


def test_a_header_that_cannot_be_read_is_named(arm: Any) -> None:
    answer = arm.http.post(BUILD, params={"t": "a:b"}, content=b"", headers={"X-Registry-Config": "%%"})
    assert answer.json()["message"] == "invalid parameter: X-Registry-Config is not JSON in base64"


def test_several_platforms_are_an_index_with_one_image_each(
    arm: Any, cloud: Cloud, name: str, admin: dict[str, str]
) -> None:
    dockerfile = "FROM scratch\nARG TARGETARCH\nLABEL arch=$TARGETARCH\n"
    answer = build(arm, f"{name}:v1", dockerfile, platform="linux/amd64,linux/arm64/v8")
    assert answer.status_code == 200, answer.text
    pushed = push(arm, name, admin).json()["aux"]["Digest"]
    address, _, repository = name.partition("/")
    assert resolve(cloud.catalog, address, repository, "v1") == pushed
    manifests = read_object(cloud.content, pushed)["manifests"]
    assert [entry["platform"] for entry in manifests] == [
        {"os": "linux", "architecture": "amd64"},
        {"os": "linux", "architecture": "arm64", "variant": "v8"},
    ]
    for entry, wanted in zip(manifests, ("amd64", "arm64"), strict=True):
        assert resolve(cloud.catalog, address, repository, entry["digest"]) == entry["digest"]
        config = read_object(cloud.content, Image.load(cloud.content, entry["digest"]).config_digest)
        assert (config["architecture"], config["config"]["Labels"]["arch"]) == (wanted, wanted)
