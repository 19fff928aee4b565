"""A small control plane for the plugins' tests: documents by path, and answers that a test puts in front of it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from localcloud.plugins.control_plane import Address, ControlPlane

URL = "https://127.0.0.1:8443"
SUBSCRIPTION = "00000000-0000-0000-0000-000000000001"
TENANT = "00000000-0000-0000-0000-000000000002"
GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg"
JsonObject = dict[str, Any]


@dataclass
class Seen:
    """A request that arrived."""

    method: str
    path: str
    query: dict[str, str]
    body: Any
    headers: httpx.Headers
    content: bytes

    @property
    def line(self) -> str:
        """`METHOD path`."""
        return f"{self.method} {self.path}"


@dataclass
class FakeCloud:
    """Keeps what is PUT; `answers` go first, one after the other, for a `METHOD path`."""

    documents: dict[str, JsonObject] = field(default_factory=dict)
    answers: dict[str, list[Callable[[], httpx.Response]]] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)
    address: Address = field(default_factory=lambda: Address(URL, "owner-token"))
    _arrived: asyncio.Condition = field(default_factory=asyncio.Condition)

    def control_plane(self, scale: float = 0.0) -> ControlPlane:
        """The plugins' client, with this cloud as its network; no waiting unless a scale is given."""
        return ControlPlane(lambda: self.address, scale, httpx.MockTransport(self.handle))

    def answer(self, line: str, status: int, body: Any = None, **headers: str) -> None:
        """Queues an answer for a request line such as `PUT /subscriptions/...`; header names with `_` for `-`."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers.setdefault(line, []).append(lambda: httpx.Response(status, json=body, headers=sent))

    def break_connection(self, line: str) -> None:
        """Queues a refused connection for a request line."""

        def refuse() -> httpx.Response:
            raise httpx.ConnectError("connection refused")

        self.answers.setdefault(line, []).append(refuse)

    def lines(self) -> list[str]:
        """All requests seen, as `METHOD path`."""
        return [request.line for request in self.seen]

    def last(self, method: str) -> Seen:
        """The last request with a method."""
        return next(request for request in reversed(self.seen) if request.method == method)

    async def until(self, *lines: str) -> None:
        """Returns once all these requests were seen."""
        async with asyncio.timeout(10), self._arrived:
            await self._arrived.wait_for(lambda: set(lines) <= set(self.lines()))

    async def handle(self, request: httpx.Request) -> httpx.Response:
        """The network: answers a request."""
        seen = Seen(
            request.method,
            request.url.path,
            dict(request.url.params),
            json.loads(request.content) if _is_json(request) else None,
            request.headers,
            request.content,
        )
        self.seen.append(seen)
        async with self._arrived:
            self._arrived.notify_all()
        queued = self.answers.get(seen.line)
        if queued:
            return queued.pop(0)()
        return self._default(seen)

    def _default(self, seen: Seen) -> httpx.Response:
        key = seen.path.lower()
        if seen.path == "/subscriptions":
            return httpx.Response(200, json={"value": [{"subscriptionId": SUBSCRIPTION, "tenantId": TENANT}]})
        match seen.method:
            case "PUT":
                made = key not in self.documents
                name = seen.path.rpartition("/")[2]
                self.documents[key] = {"id": seen.path, "name": name, "type": "Microsoft.Test/things", **seen.body}
                return httpx.Response(201 if made else 200, json=self.documents[key])
            case "DELETE":
                return httpx.Response(200 if self.documents.pop(key, None) else 204)
            case "GET" | "HEAD" if key in self.documents:
                return httpx.Response(200, json=self.documents[key])
        error = {"code": "ResourceNotFound", "message": f"The Resource '{seen.path}' was not found."}
        return httpx.Response(404, json={"error": error})


def _is_json(request: httpx.Request) -> bool:
    return bool(request.content) and request.headers.get("content-type", "").startswith("application/json")
