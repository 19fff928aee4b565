"""A control plane in this process: a cloud in a temporary home, and clients of its real application."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx

from localcloud.control.app import create_app
from localcloud.control.tokens import Tokens
from localcloud.services.entra.principal import Principal

if TYPE_CHECKING:
    from localcloud.cloud import Cloud

URL = "https://127.0.0.1:44300"
VERSION = {"api-version": "2024-01-01"}
_DEADLINE_SECONDS = 10.0


class Client:
    """Requests to the application, without a socket.

    Args:
        cloud: What is asked.
        token: A bearer token; None: no Authorization header.
    """

    def __init__(self, cloud: Cloud, token: str | None = None) -> None:
        self._transport = httpx.ASGITransport(create_app(cloud))
        self._url = cloud.url
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    def request(self, method: str, path: str, **arguments: Any) -> httpx.Response:
        """Any request; arguments as httpx takes them."""
        return asyncio.run(self._request(method, path, arguments))

    def get(self, path: str, **query: str) -> httpx.Response:
        """GET with an api-version."""
        return self.request("GET", path) if "?" in path else self.request("GET", path, params=VERSION | query)

    def put(self, path: str, body: object) -> httpx.Response:
        """PUT a document."""
        return self.request("PUT", path, params=VERSION, json=body)

    def patch(self, path: str, body: object) -> httpx.Response:
        """PATCH with a document."""
        return self.request("PATCH", path, params=VERSION, json=body)

    def post(self, path: str, body: object = None) -> httpx.Response:
        """POST a document."""
        return self.request("POST", path, params=VERSION, json=body)

    def delete(self, path: str) -> httpx.Response:
        """DELETE a resource."""
        return self.request("DELETE", path, params=VERSION)

    async def _request(self, method: str, path: str, arguments: dict[str, Any]) -> httpx.Response:
        async with httpx.AsyncClient(
            transport=self._transport, base_url=self._url, headers=self._headers, trust_env=False
        ) as client:
            return await client.request(method, path, **arguments)


@dataclass
class Plane:
    """A cloud and its clients.

    Attributes:
        client: The deployer.
        stranger: Somebody without a token.
    """

    cloud: Cloud
    client: Client = field(init=False)
    stranger: Client = field(init=False)

    def __post_init__(self) -> None:
        self.client = Client(self.cloud, Tokens(self.cloud.settings).owner())
        self.stranger = Client(self.cloud)

    @property
    def subscription(self) -> str:
        """The subscription's id."""
        return f"/subscriptions/{self.cloud.settings.subscription_id}"

    def group(self, name: str = "group") -> str:
        """Makes a resource group; returns its id."""
        path = f"{self.subscription}/resourceGroups/{name}"
        assert self.client.put(path, {"location": "westeurope"}).is_success
        return path

    def registry(self, name: str = "registry1", **properties: Any) -> str:
        """Makes a registry in a group; returns its id."""
        path = f"{self.group()}/providers/Microsoft.ContainerRegistry/registries/{name}"
        body = {"location": "westeurope", "sku": {"name": "Basic"}, "properties": properties}
        assert self.finish(self.client.put(path, body))["status"] == "Succeeded"
        return path

    def finish(self, response: httpx.Response) -> dict[str, Any]:
        """Polls an operation to its end; returns its last status document."""
        deadline = time.monotonic() + _DEADLINE_SECONDS
        while time.monotonic() < deadline:
            status: dict[str, Any] = self.client.get(response.headers["Azure-AsyncOperation"]).json()
            if status["status"] != "InProgress":
                return status
            time.sleep(0.01)
        raise TimeoutError(response.headers["Azure-AsyncOperation"])

    def service_principal(self, **password: Any) -> tuple[Principal, str]:
        """An application with a service principal and a password: who it is and the password."""
        application = self.client.post("/v1.0/applications", {"displayName": "puller"}).json()
        created = self.client.post("/v1.0/servicePrincipals", {"appId": application["appId"]}).json()
        path = f"/v1.0/applications/{application['id']}/addPassword"
        added = self.client.post(path, {"passwordCredential": password})
        return Principal(created["id"], application["appId"]), added.json()["secretText"]

    def as_principal(self, principal: Principal) -> Client:
        """A client with another principal's token."""
        return Client(self.cloud, Tokens(self.cloud.settings).issue(principal, URL))

    def assign(self, principal: Principal, role: str, scope: str, name: str) -> httpx.Response:
        """Assigns a role by its GUID."""
        definition = f"{self.subscription}/providers/Microsoft.Authorization/roleDefinitions/{role}"
        properties = {"roleDefinitionId": definition, "principalId": principal.object_id}
        path = f"{scope}/providers/Microsoft.Authorization/roleAssignments/{name}"
        return self.client.put(path, {"properties": properties | {"principalType": "ServicePrincipal"}})
