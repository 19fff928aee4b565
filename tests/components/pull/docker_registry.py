"""A Docker registry that is not Azure's, on loopback: as much of one as a client that pulls has to do with.

Its token service is Docker Hub's kind: it gives a token to whoever logs in, with as much of the scope as there is a
right to, and it answers in a key and with words that are not Azure's.
"""

from __future__ import annotations

import base64
import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

REPOSITORY = "team/app"
DIGEST = f"sha256:{'b' * 64}"
_UNKNOWN = {"errors": [{"code": "MANIFEST_UNKNOWN", "message": "manifest unknown"}]}
_DENIED = {"errors": [{"code": "UNAUTHORIZED", "message": "authentication required"}]}


@dataclass
class Registry:
    """What it holds, who may, and what it answers in between.

    Attributes:
        challenge: How it asks for a login: `bearer`, `basic` or nothing at all.
        passwords: User -> password; whoever is not in it is refused, as is a password that was removed.
        pullers: Users that may pull; an empty one is anybody.
        manifests: Tags and digests that are there.
        answers: Status, headers and body by path, given in turn in place of the right answer; the last one for ever.
        realm: Where it sends its clients for a token; its own address where it is empty.
        has_head: Whether it answers HEAD.
        asked: Method and path of each request.
        authorizations: The Authorization headers that came with them.
        host: Its address, once it is served.
        scheme: What its address is reached by.
    """

    challenge: str = "bearer"
    passwords: dict[str, str] = field(default_factory=dict)
    pullers: set[str] = field(default_factory=set)
    manifests: set[str] = field(default_factory=lambda: {"v1", DIGEST})
    answers: dict[str, list[tuple[int, dict[str, str], str]]] = field(default_factory=dict)
    realm: str = ""
    has_head: bool = True
    asked: list[str] = field(default_factory=list)
    authorizations: list[str] = field(default_factory=list)
    host: str = ""
    scheme: str = "http"

    def user(self, authorization: str) -> str | None:
        """Who a Basic header belongs to; empty for nobody at all, None for somebody who is refused."""
        if not authorization:
            return ""
        name, _, password = base64.b64decode(authorization.partition(" ")[2]).decode().partition(":")
        return name if self.passwords.get(name) == password else None

    def may_pull(self, user: str) -> bool:
        """Whether a user, or anybody, may pull."""
        return bool({user, ""} & self.pullers)


class _Server(ThreadingHTTPServer):
    """Serves one registry."""

    def __init__(self, registry: Registry) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.registry = registry


@contextmanager
def serving(registry: Registry, context: ssl.SSLContext | None = None) -> Iterator[str]:
    """Serves a registry, over TLS where a context is given; yields its host and port."""
    server = _Server(registry)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        registry.scheme = "https"
    registry.host = f"127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield registry.host
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    @property
    def registry(self) -> Registry:
        assert isinstance(self.server, _Server)
        return self.server.registry

    def do_HEAD(self) -> None:
        if self.registry.has_head:
            self.do_GET()
            return
        self.registry.asked.append(f"HEAD {self.path}")
        self._answer(405, {})

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        self.registry.asked.append(f"{self.command} {self.path}")
        self.registry.authorizations.append(self.headers.get("Authorization", ""))
        if given := self.registry.answers.get(path):
            status, headers, body = given.pop(0) if len(given) > 1 else given[0]
            self._answer(status, headers, body)
        elif path == "/token":
            self._token()
        elif not self._may(path):
            self._answer(401, self._challenge(), json.dumps(_DENIED))
        elif path == "/v2/" or path.removeprefix(f"/v2/{REPOSITORY}/manifests/") in self.registry.manifests:
            self._answer(200, {}, "{}")
        else:
            self._answer(404, {}, json.dumps(_UNKNOWN))

    def _token(self) -> None:
        user = self.registry.user(self.headers.get("Authorization", ""))
        if user is None:
            self._answer(401, {}, json.dumps({"details": "incorrect username or password"}))
            return
        scopes = parse_qs(urlsplit(self.path).query).get("scope", [])
        granted = [scope for scope in scopes if self.registry.may_pull(user)]
        self._answer(200, {}, json.dumps({"token": f"{user}|{' '.join(granted)}"}))

    def _may(self, path: str) -> bool:
        authorization = self.headers.get("Authorization", "")
        if self.registry.challenge == "bearer":
            user, _, scopes = authorization.removeprefix("Bearer ").partition("|")
            return bool(user or scopes) if path == "/v2/" else f"repository:{REPOSITORY}:pull" in scopes
        if self.registry.challenge == "basic":
            known = self.registry.user(authorization) or ""
            return bool(known) and (path == "/v2/" or self.registry.may_pull(known))
        return True

    def _challenge(self) -> dict[str, str]:
        if self.registry.challenge == "basic":
            return {"WWW-Authenticate": 'Basic realm="registry"'}
        realm = self.registry.realm or f"{self.registry.scheme}://{self.registry.host}/token"
        return {"WWW-Authenticate": f'Bearer realm="{realm}",service="tests"'}

    def _answer(self, status: int, headers: dict[str, str], body: str = "") -> None:
        self.send_response(status)
        for key, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(key, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body.encode())

    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002 - the base class's name
        """Says nothing: pytest shows what failed."""
