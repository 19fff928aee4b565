"""A whole cloud in a temporary home, asked over its real application; only containers are pretended."""

from __future__ import annotations

import asyncio
import io
import json
import tarfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from localcloud.control.app import create_app
from localcloud.control.assembly import Doors, assemble
from localcloud.control.settings import CloudSettings
from localcloud.control.tokens import Tokens
from localcloud.home import Home
from localcloud.images.build import BuildRequest, build
from localcloud.registry.local import push
from localcloud.runtime.errors import NoSuchContainer, StartFailed
from localcloud.runtime.spec import ContainerSpec, ContainerState
from localcloud.services.containerregistry.pulls import TaskImages

if TYPE_CHECKING:
    from localcloud.cloud import Cloud
    from localcloud.images.image import Image

URL = "https://127.0.0.1:44300"
_SECONDS = 60.0


@dataclass
class _FakeRuntime:
    """Containers that run in name only: what the services ask of the runtime, and what they see of it."""

    specs: dict[str, ContainerSpec] = field(default_factory=dict)
    states: dict[str, ContainerState] = field(default_factory=dict)
    starts: list[str] = field(default_factory=list)
    refusal: str | None = None

    def start(self, spec: ContainerSpec) -> None:
        if self.refusal:
            raise StartFailed(spec.name, self.refusal)
        self.specs[spec.id] = spec
        state = ContainerState("running", pid=1, started_at=datetime.now(UTC))
        good = replace(state, health="healthy") if spec.health else state
        self.states[spec.id] = replace(good, ready=True) if spec.readiness else good
        self.starts.append(spec.id)

    def restart(self, container_id: str, grace: float = 10.0) -> None:
        del grace
        self.state(container_id)
        self.start(self.specs[container_id])

    def stop(self, container_id: str, grace: float = 10.0) -> None:
        del grace
        state = self.state(container_id)
        self.states[container_id] = replace(state, status="exited", exit_code=0, finished_at=datetime.now(UTC))

    def remove(self, container_id: str) -> None:
        self.states.pop(container_id, None)
        self.specs.pop(container_id, None)

    def state(self, container_id: str) -> ContainerState:
        if container_id not in self.states:
            raise NoSuchContainer(container_id)
        return self.states[container_id]

    def logs(self, container_id: str, tail: int | None = None) -> str:
        self.state(container_id)
        lines = ["listening\n", "ready\n"]
        return "".join(lines[-tail:] if tail else lines)


@dataclass
class _RecordedDoors:
    """The addresses that registries listen at."""

    open: list[str] = field(default_factory=list)

    def doors(self) -> Doors:
        return Doors(self.open.append, self.open.remove)


@pytest.fixture
def doors() -> _RecordedDoors:
    return _RecordedDoors()


@pytest.fixture
def runtime() -> _FakeRuntime:
    return _FakeRuntime()


@pytest.fixture
def cloud(tmp_path: Path, doors: _RecordedDoors, runtime: _FakeRuntime) -> Iterator[Cloud]:
    home = Home(root=tmp_path / "home", cache=tmp_path / "cache")
    settings = CloudSettings.load(home.root / "settings.json", {})
    assembled = replace(assemble(home, settings, URL, doors.doors()), runtime=runtime)  # type: ignore[arg-type]  # the fake
    yield assembled
    assembled.operations.shutdown()
    assembled.catalog.close()


class _Http:
    """Requests to the application, without a socket."""

    def __init__(self, cloud: Cloud, headers: dict[str, str] | None = None) -> None:
        self._app = create_app(cloud)
        self._url = cloud.url
        self._headers = headers or {}

    def request(self, method: str, url: str, **arguments: Any) -> httpx.Response:
        return asyncio.run(self._request(method, url, arguments))

    def get(self, url: str, **arguments: Any) -> httpx.Response:
        return self.request("GET", url, **arguments)

    def head(self, url: str, **arguments: Any) -> httpx.Response:
        return self.request("HEAD", url, **arguments)

    def put(self, url: str, **arguments: Any) -> httpx.Response:
        return self.request("PUT", url, **arguments)

    def post(self, url: str, **arguments: Any) -> httpx.Response:
        return self.request("POST", url, **arguments)

    def delete(self, url: str, **arguments: Any) -> httpx.Response:
        return self.request("DELETE", url, **arguments)

    async def _request(self, method: str, url: str, arguments: dict[str, Any]) -> httpx.Response:
        transport = httpx.ASGITransport(self._app)
        async with httpx.AsyncClient(transport=transport, base_url=self._url, headers=self._headers) as client:
            return await client.request(method, url, **arguments)


@pytest.fixture
def stranger(cloud: Cloud) -> _Http:
    """A client without a token."""
    return _Http(cloud)


class _Arm:
    """A client of the control plane that waits for operations, as the providers do.

    Attributes:
        http: The client, with the deployer's token.
    """

    def __init__(self, cloud: Cloud) -> None:
        token = Tokens(cloud.settings).owner()
        self.http = _Http(cloud, {"authorization": f"Bearer {token}"})
        self.group = f"/subscriptions/{cloud.settings.subscription_id}/resourceGroups/rg"
        self.put(self.group, {"location": "westeurope"})

    def id(self, path: str) -> str:
        """An id in the group, from `Microsoft.X/type/name`."""
        return path if path.startswith("/") else f"{self.group}/providers/{path}"

    def send(self, method: str, path: str, body: Any = None, **query: str) -> httpx.Response:
        return self.http.request(method, self.id(path), params={"api-version": "2025-01-01"} | query, json=body)

    def put(self, path: str, body: Any) -> dict[str, Any]:
        """Writes, waits and reads."""
        operation = self.operation(self.send("PUT", path, body))
        assert operation.get("status", "Succeeded") == "Succeeded", operation
        return self.get(path)

    def refused(self, path: str, body: Any) -> tuple[int, str, str]:
        """Status, code and message of a write that is refused, at once or as an operation (status 0)."""
        response = self.send("PUT", path, body)
        if response.is_success:
            error = self.operation(response)["error"]
            return 0, error["code"], error["message"]
        error = response.json()["error"]
        return response.status_code, error["code"], error["message"]

    def operation(self, response: httpx.Response) -> dict[str, Any]:
        """The end of what an answer started; empty when it was done at once."""
        assert response.is_success, response.text
        where = response.headers.get("azure-asyncoperation")
        deadline = time.monotonic() + _SECONDS
        while where:
            document: dict[str, Any] = self.http.get(where).json()
            if document["status"] not in {"InProgress", "Running"}:
                return document
            assert time.monotonic() < deadline, document
            time.sleep(0.01)
        return {}

    def result(self, accepted: httpx.Response) -> dict[str, Any]:
        """What `Location` of an answer leads to in the end."""
        deadline = time.monotonic() + _SECONDS
        while (answer := self.http.get(accepted.headers["location"])).status_code == 202:
            assert time.monotonic() < deadline, answer.headers
            time.sleep(0.01)
        assert answer.is_success, answer.text
        document: dict[str, Any] = answer.json()
        return document

    def get(self, path: str) -> dict[str, Any]:
        response = self.send("GET", path)
        assert response.is_success, response.text
        document: dict[str, Any] = response.json()
        return document

    def post(self, path: str, body: Any = None) -> Any:
        response = self.send("POST", path, body or {})
        assert response.is_success, response.text
        return response.json() if response.content else None

    def delete(self, path: str) -> None:
        self.operation(self.send("DELETE", path))
        assert self.send("GET", path).status_code == 404


@pytest.fixture
def arm(cloud: Cloud) -> _Arm:
    return _Arm(cloud)


def context(files: dict[str, str]) -> bytes:
    """A build context: a tar.gz of some files."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content.encode())
            archive.addfile(info, io.BytesIO(content.encode()))
    return stream.getvalue()


@pytest.fixture
def registry(arm: _Arm) -> dict[str, Any]:
    """A registry with its admin user on."""
    body = {"location": "westeurope", "sku": {"name": "Basic"}, "properties": {"adminUserEnabled": True}}
    return arm.put("Microsoft.ContainerRegistry/registries/myRegistry", body)


Pusher = Callable[[str, str], str]


@pytest.fixture
def pushed(cloud: Cloud, registry: dict[str, Any], tmp_path: Path) -> Pusher:
    """Pushes an image of a Dockerfile as `repository:tag`; returns its full reference."""
    login_server = registry["properties"]["loginServer"]

    def push_image(name: str, dockerfile: str) -> str:
        archive = tmp_path / "context.tar.gz"
        archive.write_bytes(context({"Dockerfile": dockerfile}))
        source = TaskImages(cloud, login_server)
        image: Image = build(BuildRequest(archive), cloud.content, source, lambda _: None)
        repository, _, tag = name.partition(":")
        push(cloud.catalog, login_server, repository, tag, image)
        return f"{login_server}/{name}"

    return push_image


@pytest.fixture
def admin(arm: _Arm, registry: dict[str, Any]) -> dict[str, str]:
    """The registry's admin credentials, as a container group takes them."""
    found = arm.post(f"{registry['id']}/listCredentials")
    server = registry["properties"]["loginServer"]
    return {"server": server, "username": found["username"], "password": found["passwords"][0]["value"]}


def stored_text(cloud: Cloud) -> str:
    """Everything that the cloud's database holds, to look for secrets in."""
    rows = cloud.store._connection().execute("SELECT body FROM documents").fetchall()
    return json.dumps([row[0] for row in rows])
