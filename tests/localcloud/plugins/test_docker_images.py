"""Images over the Docker Engine API."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable

import pytest

from localcloud.plugins.docker import docker
from localcloud.plugins.docker.engine import API
from localcloud.plugins.values import Secret
from tests.localcloud.plugins.engine import ERRORS, Engine, drive
from tests.localcloud.plugins.fake_cloud import FakeCloud

Connect = Callable[[str], Engine]
IMAGE = "docker:index/remoteImage:RemoteImage"
DIGEST = f"sha256:{'a' * 64}"
REFERENCE = f"127.0.0.9:5443/models/score@{DIGEST}"


def registry_auth(password: str) -> str:
    return json.dumps([{"address": "https://127.0.0.9:5443", "username": "user", "password": password}])


def test_each_provider_instance_pulls_with_its_own_credentials() -> None:
    cloud = FakeCloud(
        documents={f"{API}/images/{REFERENCE}/json".lower(): {"Id": "sha256:1", "RepoDigests": [REFERENCE]}}
    )
    for _ in range(3):
        cloud.answer(f"POST {API}/images/create", 200)

    async def scenario(connect: Connect) -> None:
        first = await connect(IMAGE).start(registryAuth=Secret(registry_auth("one")))
        second = await connect(IMAGE).start(registryAuth=Secret(registry_auth("two")))
        default = await connect(IMAGE).start()
        sent = []
        for engine in (first, second, default):
            resource_id, outputs = await engine.create({"name": REFERENCE})
            sent.append(cloud.last("POST").headers.get("x-registry-auth"))
            assert resource_id == f"sha256:1{REFERENCE}"
            assert outputs["imageId"] == "sha256:1"
            assert outputs["repoDigest"] == REFERENCE
        assert cloud.last("POST").query == {"fromImage": "127.0.0.9:5443/models/score", "tag": DIGEST}
        assert [json.loads(base64.urlsafe_b64decode(header))["password"] for header in sent if header] == ["one", "two"]
        assert sent[2] is None

    drive(docker(), cloud, scenario)


def test_a_connection_made_anew_has_no_credentials_of_another() -> None:
    async def scenario(connect: Connect) -> None:
        await connect(IMAGE).start(registryAuth=registry_auth("one"))
        with pytest.raises(ERRORS, match="made anew after its configuration"):
            await connect(IMAGE).create({"name": REFERENCE})

    drive(docker(), FakeCloud(), scenario)


def test_a_failed_pull_is_said_in_the_engine_words() -> None:
    cloud = FakeCloud()
    cloud.answer(f"POST {API}/images/create", 404, {"message": "pull access denied for models/score"})
    denied = {"errorDetail": {"message": "unauthorized: authentication required"}, "error": "unauthorized"}
    cloud.answer(f"POST {API}/images/create", 200, denied)

    async def scenario(connect: Connect) -> None:
        image = await connect(IMAGE).start()
        with pytest.raises(ERRORS, match="Error response from daemon: pull access denied for models/score"):
            await image.create({"name": REFERENCE})
        with pytest.raises(ERRORS, match="unauthorized: authentication required"):
            await image.create({"name": REFERENCE})

    drive(docker(), cloud, scenario)


def test_an_image_goes_unless_it_is_kept() -> None:
    cloud = FakeCloud()

    async def scenario(connect: Connect) -> None:
        image = await connect(IMAGE).start()
        await image.delete("i", {"name": REFERENCE, "keepLocally": True})
        assert cloud.seen == []
        await image.delete("i", {"name": REFERENCE})
        assert cloud.last("DELETE").path == f"{API}/images/{REFERENCE}"
        assert (await image.read("i", {"name": REFERENCE}))[0] == ""
        assert list((await image.diff({"name": "a"}, {"name": "b"})).replaces) == ["name"]

    drive(docker(), cloud, scenario)


def test_images_are_checked_previewed_and_read() -> None:
    other = f"127.0.0.9:5443/other@{DIGEST}"
    cloud = FakeCloud(
        documents={f"{API}/images/{REFERENCE}/json": {"Id": "sha256:1", "RepoDigests": [other, REFERENCE]}}
    )

    async def scenario(connect: Connect) -> None:
        image = await connect(IMAGE).start()
        assert (await image.check({"platform": "linux/amd64"}))[1] == ["Missing required argument 'name'"]
        with pytest.raises(ERRORS, match="does not emulate the input of docker:index/remoteImage:RemoteImage 'build'"):
            await image.check({"name": REFERENCE, "build": {}})
        assert (await image.create({"name": REFERENCE}, preview=True))[1] == {"name": REFERENCE}
        resource_id, outputs, inputs = await image.read("i", {"name": REFERENCE, "keepLocally": True})
        assert resource_id == f"sha256:1{REFERENCE}"
        assert outputs["repoDigest"] == REFERENCE
        assert inputs == {"name": REFERENCE, "keepLocally": True}
        kept = {"name": REFERENCE, "keepLocally": False}
        assert await image.update("i", inputs, kept, outputs) == outputs | kept

    drive(docker(), cloud, scenario)
