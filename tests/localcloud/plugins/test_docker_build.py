"""docker-build's stand-in: the context as the Docker client sends it, a build, a push, and no needless one."""

from __future__ import annotations

import base64
import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from localcloud.plugins.docker.engine import API
from localcloud.plugins.docker_build import docker_build
from localcloud.plugins.docker_build.context import Context, is_ignored
from localcloud.plugins.docker_build.images import BuiltImage
from localcloud.plugins.values import Secret
from tests.localcloud.plugins.engine import ERRORS, Engine, drive
from tests.localcloud.plugins.fake_cloud import FakeCloud

Connect = Callable[[str], Engine]
IMAGE = "docker-build:index:Image"
DIGEST, CANARY = f"sha256:{'a' * 64}", "canary-4711"
TAG = "127.0.0.9:5443/models/base:v1"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "Dockerfile").write_text("FROM scratch\n")
    (tmp_path / ".dockerignore").write_text("# none\n*.log\n!keep.log\ncache/\n")
    for name in ("a.log", "keep.log", "app.py"):
        (tmp_path / name).touch()
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "x").touch()
    return tmp_path


def wanted(folder: Path, **changes: Any) -> dict[str, Any]:
    login = {"address": "127.0.0.9:5443", "username": "pusher", "password": Secret(CANARY)}
    given = {"push": True, "context": {"location": str(folder)}, "tags": [TAG], "registries": [login]}
    return given | {"buildArgs": {"A": "1"}, "platforms": ["linux/amd64"], "network": "default"} | changes


def cloud() -> FakeCloud:
    found = FakeCloud()
    for _ in range(2):
        found.answer(f"POST {API}/build", 200)
        found.answer(f"POST {API}/images/127.0.0.9:5443/models/base/push", 200, {"aux": {"Digest": DIGEST}})
    return found


def test_a_folder_is_built_and_pushed_with_the_login_that_is_given(folder: Path) -> None:
    made = cloud()

    async def scenario(connect: Connect) -> None:
        engine = await connect(IMAGE).start()
        resource_id, outputs = await engine.create(wanted(folder))
        assert (resource_id, outputs["digest"], outputs["ref"]) == (DIGEST, DIGEST, f"{TAG}@{DIGEST}")
        assert outputs["contextHash"] == Context.of(str(folder), None).hash

    drive(docker_build(), made, scenario)
    built, pushed = made.seen
    assert built.query == {"dockerfile": "Dockerfile", "buildargs": '{"A": "1"}', "platform": "linux/amd64", "t": TAG}
    with tarfile.open(fileobj=io.BytesIO(built.content)) as archive:
        assert archive.getnames() == [".dockerignore", "Dockerfile", "app.py", "keep.log"]
    assert pushed.query == {"tag": "v1"}
    login = json.loads(base64.urlsafe_b64decode(pushed.headers["x-registry-auth"]))
    assert (login["username"], login["password"]) == ("pusher", CANARY)


def test_another_content_is_a_change_and_another_password_is_none(folder: Path) -> None:
    def planned(old: dict[str, Any], new: dict[str, Any]) -> bool:
        return bool(BuiltImage().plan(old, new).changes)

    before = wanted(folder) | {"__contextHash": Context.of(str(folder), None).hash}
    renewed = wanted(folder, registries=[{"address": "127.0.0.9:5443", "username": "pusher", "password": "other"}])
    assert not planned(before, renewed | {"__contextHash": before["__contextHash"]})
    (folder / "a.log").write_text("left out")
    assert Context.of(str(folder), None).hash == before["__contextHash"]
    (folder / "app.py").chmod(0o664)
    assert planned(before, wanted(folder) | {"__contextHash": Context.of(str(folder), None).hash})
    (folder / "app.py").chmod(0o644)
    assert Context.of(str(folder), None).hash == before["__contextHash"]
    (folder / "app.py").write_text("print()")
    assert planned(before, wanted(folder) | {"__contextHash": Context.of(str(folder), None).hash})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"ssh": []}, "ssh"),
        ({"context": {"location": "image"}}, "context.location has to be absolute for an attached plugin; got 'image'"),
        ({"dockerfile": {"location": "/nowhere/Dockerfile"}}, "no such file"),
    ],
)
def test_what_is_not_emulated_or_not_there_is_said(folder: Path, changes: dict[str, Any], message: str) -> None:
    async def scenario(connect: Connect) -> None:
        engine = await connect(IMAGE).start()
        with pytest.raises(ERRORS, match=message):
            await engine.check(wanted(folder, **changes))

    drive(docker_build(), FakeCloud(), scenario)


@pytest.mark.parametrize(
    ("path", "patterns", "ignored"),
    [
        ("a/b.log", ["*.log"], False),
        ("a/b.log", ["**/*.log"], True),
        ("b.log", ["**/*.log"], True),
        ("a/b/c", ["a"], True),
        ("a/b/c", ["a", "!a/b/c"], False),
        ("x1", ["x?"], True),
        ("x/1", ["x?1"], False),
    ],
)
def test_patterns_are_dockers(path: str, patterns: list[str], *, ignored: bool) -> None:
    assert is_ignored(path, patterns) is ignored
