"""What the runtime's tests share: images made by hand, and a runtime that leaves nothing running."""

from __future__ import annotations

import base64
import gzip
import io
import random
import socket
import tarfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest

from localcloud.control.certificates import Certificates
from localcloud.images.config import HistoryEntry, ImageConfig
from localcloud.images.content import ContentStore, Digest
from localcloud.images.image import OCI_LAYER, Descriptor, Image
from localcloud.runtime.documents import SUPERVISOR_LOG
from localcloud.runtime.process import ProcessRuntime
from localcloud.runtime.rootfs import RootFileSystem
from localcloud.runtime.spec import ContainerSpec

T = TypeVar("T")
MakeImage = Callable[..., Image]
MakeSpec = Callable[..., ContainerSpec]
Wait = Callable[[Callable[[], T]], T]


@pytest.fixture
def store(tmp_path: Path) -> ContentStore:
    return ContentStore(tmp_path / "blobs")


@pytest.fixture
def make_image(store: ContentStore) -> MakeImage:
    """Stores an image: `files` is path -> text, `run` the recorded RUN steps, the rest the configuration's fields."""

    def make(files: dict[str, str] | None = None, run: tuple[str, ...] = (), **config: Any) -> Image:
        archive = io.BytesIO()
        with tarfile.open(fileobj=archive, mode="w") as tar:
            for name, text in (files or {}).items():
                member = tarfile.TarInfo(name)
                member.mode = 0o755 if text.startswith("#!") else 0o644
                member.size = len(text.encode())
                tar.addfile(member, io.BytesIO(text.encode()))
        layer = gzip.compress(archive.getvalue(), mtime=0)
        history = tuple(HistoryEntry(f"RUN {step}") for step in run)
        digest = store.put(layer)
        return Image.write(store, ImageConfig(history=history, **config), [Descriptor(OCI_LAYER, digest, len(layer))])

    return make


@pytest.fixture
def root(tmp_path: Path) -> RootFileSystem:
    folder = tmp_path / "rootfs"
    folder.mkdir()
    return RootFileSystem(folder)


@pytest.fixture(scope="session")
def environments(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Shared by all tests: most containers run in the same empty environment."""
    return tmp_path_factory.mktemp("environments")


@pytest.fixture
def runtime(tmp_path: Path, store: ContentStore, environments: Path) -> Iterator[ProcessRuntime]:
    made = ProcessRuntime(tmp_path / "containers", store, environments)
    yield made
    said = [(tmp_path / "containers" / container / SUPERVISOR_LOG) for container in made.list()]
    errors = [file.read_text() for file in said if file.exists()]
    for container in made.list():
        made.remove(container)
    assert not any(errors), errors


@pytest.fixture
def address() -> tuple[str, int]:
    """A loopback address of this test's own, and a free port there."""
    host = f"127.{random.randint(64, 250)}.{random.randint(1, 250)}.{random.randint(2, 250)}"  # noqa: S311 - no secret
    with socket.socket() as probe:
        probe.bind((host, 0))
        port: int = probe.getsockname()[1]
        return (host, port)


@pytest.fixture
def python_spec(make_image: MakeImage) -> MakeSpec:
    """A container that runs a Python program; keyword arguments are the specification's."""

    def make(program: str, **spec: Any) -> ContainerSpec:
        image = make_image({"app/main.py": program}, cmd=("python", "-u", "/app/main.py"), workdir="/app")
        defaults: dict[str, Any] = {"id": "c1", "name": "service", "image": Digest(image.manifest_digest)}
        return ContainerSpec(**(defaults | {"restart": "Never"} | spec))

    return make


@pytest.fixture
def certificate(tmp_path: Path) -> dict[str, str]:
    """Files of a container: a certificate and its key below `/mnt/tls`."""
    pem = Certificates(tmp_path / "certificates").issue("127.0.0.1").read_bytes()
    content = base64.b64encode(pem).decode()
    return {"/mnt/tls/tls.crt": content, "/mnt/tls/tls.key": content}


@pytest.fixture
def wait() -> Wait[Any]:
    """Asks again until the answer is true (60 s at most: the machine may be busy) and returns it."""

    def until(question: Callable[[], T]) -> T:
        deadline = time.monotonic() + 60
        while not (answer := question()):
            assert time.monotonic() < deadline, "it did not happen within 60 s"
            time.sleep(0.01)
        return answer

    return until
