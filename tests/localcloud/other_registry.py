"""A Docker registry that is not ACR, and that nobody here wrote: Debian's `docker-registry`, with one user."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin

import httpx

if TYPE_CHECKING:
    from pathlib import Path

    from localcloud.images.content import ContentStore, Digest
    from localcloud.images.image import Image

PROGRAM = shutil.which("docker-registry")
USER, PASSWORD = "reader", "reader-password"
_HASH = "$2b$04$h4O5l2pgbcjxwIRj4svb5uKsVurfMgUJbBu.ovil.59Z6lGyScgAa"
_DEADLINE_SECONDS = 20.0
_CONFIGURATION = """\
version: 0.1
log: {{level: error}}
storage: {{filesystem: {{rootdirectory: {root}/data}}}}
http: {{addr: "{address}"}}
auth: {{htpasswd: {{realm: other, path: {root}/users}}}}
"""


@dataclass(frozen=True)
class OtherRegistry:
    """A registry that runs: `domain` is `127.0.0.1:port`, plain HTTP; it asks for HTTP Basic."""

    domain: str

    def push(self, store: ContentStore, image: Image, name: str) -> str:
        """Pushes an image as `repository:tag`; returns its full reference."""
        repository, _, tag = name.partition(":")
        base = f"http://{self.domain}/v2/{repository}"
        with httpx.Client(auth=(USER, PASSWORD), trust_env=False) as client:
            for digest in (image.config_digest, *image.layers):
                self._blob(client, base, digest, store.get(digest))
            manifest, kind = store.get(image.manifest_digest), {"Content-Type": image.media_type}
            assert client.put(f"{base}/manifests/{tag}", content=manifest, headers=kind).status_code == 201
        return f"{self.domain}/{name}"

    def _blob(self, client: httpx.Client, base: str, digest: Digest, content: bytes) -> None:
        started = client.post(f"{base}/blobs/uploads/")
        where = urljoin(base, started.headers["location"])
        assert client.put(where, params=httpx.URL(where).params.set("digest", digest), content=content).is_success


@contextmanager
def serving(folder: Path) -> Iterator[OtherRegistry]:
    """Starts the program in a folder and ends it; it has to be installed (`PROGRAM`)."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"127.0.0.1:{free.getsockname()[1]}"
    (folder / "users").write_text(f"{USER}:{_HASH}\n")
    (folder / "config.yml").write_text(_CONFIGURATION.format(root=folder, address=address))
    process = subprocess.Popen(
        [str(PROGRAM), "serve", str(folder / "config.yml")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait(address, process)
        yield OtherRegistry(address)
    finally:
        process.kill()
        process.wait()


def _wait(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _DEADLINE_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, "docker-registry has ended"
        try:
            httpx.get(f"http://{address}/v2/", trust_env=False)
        except httpx.TransportError:
            time.sleep(0.02)
        else:
            return
    raise TimeoutError(address)
