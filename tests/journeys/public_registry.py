"""mcr.microsoft.com as a journey meets it: a registry on loopback, behind the HTTPS proxy that its commands are given.

The name has to be the real one, because it stands in the document's JSON; nothing leaves this machine. What is asked of
a host that is neither this one nor on loopback is refused.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import select
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HOST = "mcr.microsoft.com"
REPOSITORY = "azureml/o16n-sample-user-base/ubuntu-miniconda"
_KIND = "application/vnd.oci.image.manifest.v1+json"
_EMPTY = {"digest": f"sha256:{hashlib.sha256(b'{}').hexdigest()}", "size": 2}
MANIFEST = json.dumps(
    {
        "schemaVersion": 2,
        "mediaType": _KIND,
        "config": {"mediaType": "application/vnd.oci.image.config.v1+json", **_EMPTY},
        "layers": [],
    }
).encode()
DIGEST = f"sha256:{hashlib.sha256(MANIFEST).hexdigest()}"


@dataclass
class PublicRegistry:
    """What runs.

    Attributes:
        environment: What a command is given to meet it.
        asked: The requests that it got.
    """

    environment: dict[str, str]
    asked: list[str] = field(default_factory=list)


@contextmanager
def serving(folder: Path, bundle: Path) -> Iterator[PublicRegistry]:
    """Starts it.

    Args:
        folder: Where its certificates go.
        bundle: Certificates that the command trusts besides.
    """
    certificate = _certificate(folder, bundle)
    found = PublicRegistry({})
    registry = _registry(found, certificate)
    proxy = _Proxy(registry.server_address[1])
    trust = str(folder / "bundle.pem")
    found.environment |= {
        "HTTPS_PROXY": f"http://127.0.0.1:{proxy.port}",
        "https_proxy": f"http://127.0.0.1:{proxy.port}",
        "SSL_CERT_FILE": trust,
        "REQUESTS_CA_BUNDLE": trust,
    }
    try:
        yield found
    finally:
        proxy.close()
        registry.shutdown()
        registry.server_close()


def _certificate(folder: Path, bundle: Path) -> Path:
    """A certificate for the host by itself, beside its key; `bundle.pem` trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = dt.datetime.now(dt.UTC)
    until = now + dt.timedelta(days=1)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, until)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    text = made.public_bytes(serialization.Encoding.PEM)
    form = serialization.PrivateFormat.PKCS8
    secret = key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
    (folder / "mcr.pem").write_bytes(secret + text)
    (folder / "bundle.pem").write_bytes(bundle.read_bytes() + b"\n" + text)
    return folder / "mcr.pem"


def _registry(found: PublicRegistry, certificate: Path) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._answer(with_body=True)

        def do_HEAD(self) -> None:
            self._answer(with_body=False)

        def _answer(self, *, with_body: bool) -> None:
            found.asked.append(f"{self.command} {self.path}")
            there = {f"/v2/{REPOSITORY}/manifests/{name}" for name in ("latest", DIGEST)}
            body = MANIFEST if self.path in there else b"{}"
            self.send_response(200 if self.path in {"/v2/", *there} else 404)
            self.send_header("Content-Type", _KIND)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Docker-Content-Digest", DIGEST)
            self.end_headers()
            if with_body:
                self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - as the library names it
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


class _Proxy:
    """An HTTPS proxy: the host's connections go to the registry, those to loopback where they want."""

    def __init__(self, registry: int) -> None:
        self._registry = registry
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._connect, args=(client,), daemon=True).start()

    def _connect(self, client: socket.socket) -> None:
        with client, suppress(OSError, ValueError):
            head = b""
            while b"\r\n\r\n" not in head:
                head += client.recv(4096)
            method, place, _ = head.decode().split(" ", 2)
            host, _, port = place.rpartition(":")
            if method != "CONNECT" or (host != HOST and not ip_address(host).is_loopback):
                client.sendall(b"HTTP/1.1 403 Forbidden\r\n\r\n")
                return
            address = ("127.0.0.1", self._registry) if host == HOST else (host, int(port))
            with socket.create_connection(address) as server:
                client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                _pass_on(client, server)


def _pass_on(one: socket.socket, other: socket.socket) -> None:
    """What each says to the other, until one of them has ended."""
    while True:
        for ready in select.select([one, other], [], [])[0]:
            said = ready.recv(65536)
            if not said:
                return
            (other if ready is one else one).sendall(said)
