"""A registry of Azure, as the stand-in cloud has it, on a real socket and over TLS."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn

from localcloud.control.certificates import Certificates
from localcloud.images.content import ContentStore
from localcloud.registry.app import create_app
from localcloud.registry.catalog import Catalog, ManifestRecord
from tests.components.pull.docker_registry import REPOSITORY
from tests.localcloud.registry.conftest import People


@pytest.fixture
def people() -> People:
    return People()


@pytest.fixture
def host(people: People, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The registry's login server, with one image `v1`."""
    store, catalog = ContentStore(tmp_path / "blobs"), Catalog(tmp_path / "catalog.db")
    listener = socket.create_server(("127.0.0.1", 0))
    login_server = f"127.0.0.1:{listener.getsockname()[1]}"
    digest = store.put(b"{}")
    catalog.put_manifest(login_server, REPOSITORY, ManifestRecord(digest, "application/vnd.oci.image.manifest.v1+json"))
    catalog.put_tag(login_server, REPOSITORY, "v1", digest)
    Certificates(tmp_path).server_context("127.0.0.1")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    config = uvicorn.Config(
        create_app(store, catalog, people), log_level="error", ssl_certfile=str(tmp_path / "127.0.0.1.pem")
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listener])))
    thread.start()
    yield login_server
    server.should_exit = True
    thread.join()
    listener.close()
    catalog.close()
