"""A registry with three kinds of people, and one image to push."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import socket
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import uvicorn

from localcloud.images.content import ContentStore
from localcloud.registry.app import create_app
from localcloud.registry.authority import NULL_USER, Principal, RegistryInfo, Right
from localcloud.registry.catalog import Catalog

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from starlette.applications import Starlette

OWNER, READER, NOBODY = Principal("1", "owner"), Principal("2", "reader"), Principal("3", "nobody")
ALL: AbstractSet[Right] = frozenset({"pull", "push", "delete", "catalog"})
PULL: AbstractSet[Right] = frozenset({"pull"})
NONE: AbstractSet[Right] = frozenset()


@dataclass
class People:
    """The authority of the tests: passwords are `<name>-password`; `anonymous` is what anybody may do."""

    anonymous: AbstractSet[Right] = NONE
    known: dict[str, Principal] = field(
        default_factory=lambda: {person.name: person for person in (OWNER, READER, NOBODY)}
    )
    roles: dict[Principal, AbstractSet[Right]] = field(default_factory=lambda: {OWNER: ALL, READER: PULL, NOBODY: NONE})
    gone: set[str] = field(default_factory=set)
    kept_out: set[str] = field(default_factory=set)

    def registry(self, login_server: str) -> RegistryInfo | None:
        """Any address is a registry's, but for those in `gone`."""
        return None if login_server in self.gone else RegistryInfo("myregistry", login_server)

    def admits(self, _login_server: str, address: str) -> bool:
        """Everybody, but for those in `kept_out`."""
        return address not in self.kept_out

    def authenticate(self, _login_server: str, username: str, password: str) -> Principal | None:
        """Passwords of people, and tokens of the directory."""
        name = password.removesuffix("-directory-token") if username == NULL_USER else username
        good = f"{name}-directory-token" if username == NULL_USER else f"{name}-password"
        return self.known.get(name) if password == good else None

    def rights(self, _login_server: str, principal: Principal | None, repository: str | None) -> AbstractSet[Right]:
        """Roles, for all repositories but `secret`."""
        rights = self.anonymous if principal is None else self.roles.get(principal, NONE)
        return rights if repository != "secret" or principal == OWNER else NONE


@dataclass
class Client:
    """Sends requests to the application without a socket, as if they came to 127.1.2.3:5000."""

    app: Starlette

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Send one request; the options are httpx's."""

        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.app)
            async with httpx.AsyncClient(transport=transport, base_url="https://127.1.2.3:5000") as client:
                return await client.request(method, path, **options)

        return asyncio.run(send())

    def get(self, path: str, **options: Any) -> httpx.Response:
        """GET."""
        return self.request("GET", path, **options)

    def head(self, path: str, **options: Any) -> httpx.Response:
        """HEAD."""
        return self.request("HEAD", path, **options)

    def put(self, path: str, **options: Any) -> httpx.Response:
        """PUT."""
        return self.request("PUT", path, **options)

    def post(self, path: str, **options: Any) -> httpx.Response:
        """POST."""
        return self.request("POST", path, **options)

    def patch(self, path: str, **options: Any) -> httpx.Response:
        """PATCH."""
        return self.request("PATCH", path, **options)

    def delete(self, path: str, **options: Any) -> httpx.Response:
        """DELETE."""
        return self.request("DELETE", path, **options)


@dataclass
class World:
    """All that a test needs at hand."""

    store: ContentStore
    catalog: Catalog
    people: People
    client: Client

    @property
    def login_server(self) -> str:
        """The address of the registry."""
        return "127.1.2.3:5000"

    def upload(self, data: bytes, repository: str = "team/app") -> str:
        """Push a blob whole, as the owner, and return its digest."""
        digest = f"sha256:{hashlib.sha256(data).hexdigest()}"
        answer = self.client.post(
            f"/v2/{repository}/blobs/uploads/", params={"digest": digest}, content=data, headers=basic("owner")
        )
        assert answer.status_code == 201, answer.text
        return digest

    def push(self, reference: str, data: bytes = b"layer", repository: str = "team/app") -> tuple[str, bytes]:
        """Push a small image, as the owner; returns its digest and manifest."""
        content = json.dumps(self.manifest(data, repository)).encode()
        answer = self.client.put(
            f"/v2/{repository}/manifests/{reference}",
            content=content,
            headers=basic("owner") | {"Content-Type": "application/vnd.oci.image.manifest.v1+json"},
        )
        assert answer.status_code == 201, answer.text
        return answer.headers["Docker-Content-Digest"], content

    def manifest(self, data: bytes = b"layer", repository: str = "team/app") -> dict[str, object]:
        """A manifest whose blobs are pushed."""
        return {
            "schemaVersion": 2,
            "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "config": {
                "mediaType": "application/vnd.oci.image.config.v1+json",
                "digest": self.upload(b"{}", repository),
                "size": 2,
            },
            "layers": [
                {
                    "mediaType": "application/vnd.oci.image.layer.v1.tar",
                    "digest": self.upload(data, repository),
                    "size": len(data),
                }
            ],
        }


def basic(name: str, password: str | None = None) -> dict[str, str]:
    """The header with a person's credentials."""
    value = base64.b64encode(f"{name}:{password or f'{name}-password'}".encode()).decode()
    return {"Authorization": f"Basic {value}"}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A registry at 127.1.2.3:5000."""
    store, people = ContentStore(tmp_path / "blobs"), People()
    catalog = Catalog(tmp_path / "catalog.db")
    yield World(store, catalog, people, Client(create_app(store, catalog, people)))
    catalog.close()


@pytest.fixture
def served(world: World) -> Iterator[str]:
    """The same registry on a real socket, over HTTP; gives `127.0.0.x:port`."""
    listener = socket.create_server(("127.0.0.2", 0))
    server = uvicorn.Server(uvicorn.Config(create_app(world.store, world.catalog, world.people), log_level="error"))
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listener])))
    thread.start()
    yield f"127.0.0.2:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join()
    listener.close()
