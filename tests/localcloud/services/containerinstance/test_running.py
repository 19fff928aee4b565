"""A container group with the real runtime: it answers at its own address, and is gone when it is deleted."""

from __future__ import annotations

import base64
import json
import ssl
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from localcloud.control.certificates import Certificates
from localcloud.images.content import ContentStore
from localcloud.runtime.process import ProcessRuntime
from tests.localcloud.services.containerinstance.conftest import GROUP

DOCKERFILE = 'FROM scratch\nWORKDIR /site\nCOPY Dockerfile .\nCMD ["python", "-u", "-m", "http.server", "5001"]\n'
TLS_SERVER = """
import http.server, os, ssl

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"by TLS")

server = http.server.ThreadingHTTPServer(("", 5001), Handler)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(os.environ["TLS"] + "/tls.crt", os.environ["TLS"] + "/tls.key")
server.socket = context.wrap_socket(server.socket, server_side=True)
server.serve_forever()
"""
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


def test_a_container_serves_tls_with_the_files_of_a_secret_volume(
    arm: Any, pushed: Any, admin: dict[str, str], tmp_path: Path
) -> None:
    certificates = Certificates(tmp_path / "certificates")
    # Any address of 127.0.0.0/8 is as good: what is looked at is whether the client trusts the certificate.
    content = base64.b64encode(certificates.issue("127.0.0.1").read_bytes()).decode()
    inner = {
        "image": pushed("tls:v1", f"FROM scratch\nCMD {json.dumps(['python', '-u', '-c', TLS_SERVER])}\n"),
        "ports": [{"port": 5001}],
        "livenessProbe": {"httpGet": {"path": "/", "port": 5001, "scheme": "HTTPS"}, "periodSeconds": 1},
        "environmentVariables": [{"name": "TLS", "value": "/mnt/tls"}],
        "volumeMounts": [{"name": "tls", "mountPath": "/mnt/tls", "readOnly": True}],
    }
    properties = {
        "containers": [{"name": "site", "properties": inner}],
        "imageRegistryCredentials": [admin],
        "ipAddress": {"type": "Public", "ports": [{"port": 5001}]},
        "volumes": [{"name": "tls", "secret": {"tls.crt": content, "tls.key": content}}],
    }
    address = arm.put(GROUP, {"location": "westeurope", "properties": properties})["properties"]["ipAddress"]["ip"]
    trust = ssl.create_default_context(cadata=(tmp_path / "certificates" / "ca.pem").read_text())
    trust.check_hostname = False
    assert _answer(f"https://{address}:5001/", trust) == "by TLS"
    with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
        httpx.get(f"https://{address}:5001/")
    time.sleep(2)
    view = arm.get(GROUP)["properties"]["containers"][0]["properties"]["instanceView"]
    assert (view["currentState"]["state"], view["restartCount"]) == ("Running", 0)
    arm.delete(GROUP)


def _answer(url: str, trust: ssl.SSLContext | None = None) -> str:
    deadline = time.monotonic() + _SECONDS
    while True:
        try:
            return httpx.get(url, verify=trust or ssl.create_default_context()).text
        except httpx.TransportError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
