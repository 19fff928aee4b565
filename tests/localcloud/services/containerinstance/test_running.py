"""A container group with the real runtime: it answers at its own address, and is gone when it is deleted."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from localcloud.images.content import ContentStore
from localcloud.runtime.process import ProcessRuntime
from tests.localcloud.services.containerinstance.conftest import GROUP

DOCKERFILE = 'FROM scratch\nWORKDIR /site\nCOPY Dockerfile .\nCMD ["python", "-u", "-m", "http.server", "5001"]\n'
_SECONDS = 30.0


@pytest.fixture
def runtime(tmp_path: Path) -> Iterator[ProcessRuntime]:
    """In place of the pretended one."""
    content = ContentStore(tmp_path / "home" / "blobs")
    real = ProcessRuntime(tmp_path / "home" / "containers", content, tmp_path / "cache")
    yield real
    for container in real.list():
        real.remove(container)


def test_a_group_answers_at_its_address_until_it_is_deleted(arm: Any, pushed: Any, admin: dict[str, str]) -> None:
    inner = {
        "image": pushed("site:v1", DOCKERFILE),
        "ports": [{"port": 5001}],
        "readinessProbe": {"httpGet": {"path": "/", "port": 5001}},
    }
    properties = {
        "containers": [{"name": "site", "properties": inner}],
        "imageRegistryCredentials": [admin],
        "ipAddress": {"type": "Public", "ports": [{"port": 5001}]},
    }
    group = arm.put(GROUP, {"location": "westeurope", "properties": properties})
    url = f"http://{group['properties']['ipAddress']['ip']}:5001/Dockerfile"

    assert _answer(url) == DOCKERFILE
    assert "GET /Dockerfile" in arm.get(f"{GROUP}/containers/site/logs")["content"]
    assert arm.get(GROUP)["properties"]["instanceView"]["state"] == "Running"
    arm.delete(GROUP)
    with pytest.raises(httpx.TransportError):
        httpx.get(url)


def _answer(url: str) -> str:
    deadline = time.monotonic() + _SECONDS
    while True:
        try:
            return httpx.get(url).text
        except httpx.TransportError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
