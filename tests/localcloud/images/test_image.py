"""Images and their configuration."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from localcloud.images.config import HistoryEntry, ImageConfig, ImageHealthCheck
from localcloud.images.content import ContentStore, Digest
from localcloud.images.errors import BlobUnknown, ImageInvalid
from localcloud.images.image import Descriptor, Image

if TYPE_CHECKING:
    from pathlib import Path

FULL = ImageConfig(  # noqa: S604 - `shell` is an instruction's value, nothing runs
    architecture="arm64",
    variant="v8",
    author="me",
    user="app",
    workdir="/app",
    env={"PATH": "/bin", "A": "b=c"},
    cmd=("serve",),
    entrypoint=(),
    exposed_ports=("5001/tcp",),
    volumes=("/data",),
    labels={"a": "b"},
    stop_signal="SIGINT",
    shell=("/bin/bash", "-c"),
    on_build=("RUN x",),
    healthcheck=ImageHealthCheck(("CMD", "x"), interval=0.5, timeout=90, start_period=1, start_interval=2, retries=3),
    diff_ids=("sha256:1",),
    history=(HistoryEntry("RUN x", "c", empty_layer=True), HistoryEntry("COPY a b")),
)


@pytest.mark.parametrize("config", [ImageConfig(), FULL])
def test_a_configuration_reads_what_it_writes(config: ImageConfig) -> None:
    assert ImageConfig.from_document(json.loads(json.dumps(config.to_document()))) == config


def test_dockers_nulls_are_nothing() -> None:
    nulls = dict.fromkeys(["Cmd", "Entrypoint", "Env", "Labels", "Volumes", "ExposedPorts", "OnBuild", "Healthcheck"])
    assert ImageConfig.from_document({"config": nulls, "history": None, "rootfs": None}) == ImageConfig()


def test_a_written_image_is_loaded_again(tmp_path: Path) -> None:
    store = ContentStore(tmp_path)
    layer = Descriptor("application/vnd.oci.image.layer.v1.tar", store.put(b"layer"), 5)
    image = Image.write(store, FULL, (layer,))
    assert Image.load(store, image.manifest_digest) == image
    assert image.layers == (layer.digest,)


def test_an_index_is_searched_for_the_platform(tmp_path: Path) -> None:
    store = ContentStore(tmp_path)
    arm, amd = (Image.write(store, ImageConfig(architecture=name), ()) for name in ("arm64", "amd64"))
    platforms = [(arm, "arm64"), (amd, "amd64")]
    index = store.put(
        json.dumps(
            {
                "manifests": [
                    {"digest": image.manifest_digest, "platform": {"os": "linux", "architecture": name}}
                    for image, name in platforms
                ]
            }
        ).encode()
    )
    assert Image.load(store, index) == amd
    assert Image.load(store, index, "linux/arm64/v8") == arm
    with pytest.raises(ImageInvalid, match="no image for linux/arm; the index has linux/arm64, linux/amd64"):
        Image.load(store, index, "linux/arm")


@pytest.mark.parametrize("content", [b"no json", b"[]", b"{}", b'{"layers": [{}], "config": {"digest": "x"}}'])
def test_what_is_no_image_is_refused(tmp_path: Path, content: bytes) -> None:
    store = ContentStore(tmp_path)
    digest = store.put(content)
    with pytest.raises(ImageInvalid, match=f"{digest} is not an image"):
        Image.load(store, digest)


def test_an_image_that_is_not_there_is_named(tmp_path: Path) -> None:
    digest = Digest(f"sha256:{'0' * 64}")
    with pytest.raises(BlobUnknown, match=digest):
        Image.load(ContentStore(tmp_path), digest)
