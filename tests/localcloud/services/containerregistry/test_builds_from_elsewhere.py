"""Builds FROM an image in a registry that is not ACR (law L10)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from localcloud.images.config import ImageConfig
from localcloud.images.image import Image
from tests.localcloud import other_registry
from tests.localcloud.other_registry import PASSWORD, USER
from tests.localcloud.services.conftest import stored_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from localcloud.cloud import Cloud

pytestmark = pytest.mark.skipif(other_registry.PROGRAM is None, reason="docker-registry is not installed")


@pytest.fixture
def base(tmp_path: Path, cloud: Cloud) -> Iterator[str]:
    """The reference of an image that only `USER` may pull."""
    folder = tmp_path / "registry"
    folder.mkdir()
    config = ImageConfig(architecture="amd64", os="linux", labels={"from": "elsewhere"})
    image = Image.write(cloud.content, config, ())
    with other_registry.serving(folder) as found:
        reference = found.push(cloud.content, image, "base/app:v1")
        for digest in (image.manifest_digest, image.config_digest):
            cloud.content.delete(digest)
        yield reference


def credentials(base: str, password: str) -> dict[str, Any]:
    names = {"userName": USER, "password": password}
    login = {name: {"type": "Opaque", "value": value} for name, value in names.items()}
    return {"customRegistries": {base.partition("/")[0]: login}}


def test_l10_from_takes_an_image_of_another_registry_with_its_credentials(tasks: Any, cloud: Cloud, base: str) -> None:
    body = tasks.body(tasks.upload(f"FROM {base}\nLABEL own=yes"), "app:v1", credentials=credentials(base, PASSWORD))
    tasks.run(body)

    digest = tasks.digest("app", "v1")
    assert digest is not None
    assert Image.load(cloud.content, digest).config.labels == {"from": "elsewhere", "own": "yes"}
    assert PASSWORD not in stored_text(cloud)


@pytest.mark.parametrize("password", [None, "wrong"])
def test_without_its_password_the_run_fails(tasks: Any, base: str, password: str | None) -> None:
    more = {} if password is None else {"credentials": credentials(base, password)}
    _, message, _ = tasks.fail(tasks.body(tasks.upload(f"FROM {base}"), "app:v1", **more))

    assert "pull access denied" in message
    assert tasks.digest("app", "v1") is None


def test_a_registry_that_is_gone_fails_the_run_and_is_no_stub(tasks: Any) -> None:
    _, message, _ = tasks.fail(tasks.body(tasks.upload("FROM 127.0.0.1:9/app:v1"), "app:v1"))

    assert "does not answer as a registry" in message
