"""Requests to the control plane: loopback only, with the owner's token, retried as azure-native does."""

from __future__ import annotations

import ipaddress
import json
import os
import ssl
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypedDict, Unpack
from urllib.parse import urljoin, urlsplit

import httpx

from localcloud.plugins.errors import CloudRefused, ControlPlaneDown, NotLoopback

if TYPE_CHECKING:
    from localcloud.home import Home
    from localcloud.plugins.sessions import Pace

TIME_SCALE_VARIABLE = "LOCALCLOUD_TIME_SCALE"
_DEFAULT_TIME_SCALE = 0.01
_BACK_OFF: Final = (20.0, 60.0, 120.0)
_RETRIED: Final = frozenset({408, 429, 500, 502, 503, 504})
_CONFLICT: Final = 409
_ERROR: Final = 400
_REQUEST_TIMEOUT: Final = httpx.Timeout(600.0, connect=5.0)


@dataclass(frozen=True, slots=True)
class Address:
    """Where the control plane is and how to be let in.

    Attributes:
        url: Such as `https://127.0.0.1:43210`.
        token: The owner's bearer token.
        ca_certificate: Path of the certificate authority to trust; None trusts what httpx trusts.
    """

    url: str
    token: str
    ca_certificate: str | None = None

    def __repr__(self) -> str:
        return f"Address({self.url!r})"


class RequestOptions(TypedDict, total=False):
    """What a request may have besides method and URL.

    Attributes:
        body: A JSON document to send.
        content: Bytes to send instead.
        query: Parameters added to those in the URL.
        headers: Further headers.
        retried: False when neither an answer nor a broken connection may lead to another attempt; a refused connection
            always does, for nothing was sent.
    """

    body: Any
    content: bytes
    query: Mapping[str, str]
    headers: Mapping[str, str]
    retried: bool


def address_of(home: Home) -> Address:
    """The address as the control plane wrote it down; raises `ControlPlaneDown` before its first start."""
    endpoint = home.endpoint()
    if endpoint is None or not home.token_file.exists():
        raise ControlPlaneDown(None)
    return Address(endpoint["url"], home.token_file.read_text().strip(), str(home.ca_certificate))


def time_scale() -> float:
    """Seconds here for one second of azure-native's waiting (`LOCALCLOUD_TIME_SCALE`, default 0.01)."""
    return float(os.environ.get(TIME_SCALE_VARIABLE) or _DEFAULT_TIME_SCALE)


def require_loopback(url: str) -> None:
    """Raises `NotLoopback` unless the host is a literal loopback address: a name may resolve to anywhere."""
    try:
        host = ipaddress.ip_address(urlsplit(url).hostname or "")
    except ValueError:
        raise NotLoopback(url) from None
    if not host.is_loopback:
        raise NotLoopback(url)


class ControlPlane:
    """The client that all providers of one process share.

    Args:
        locate: Gives the address anew for each request, so that a control plane that was started again is found.
        scale: Seconds here for one second of azure-native's waiting.
        transport: Stands in for the network in tests.
    """

    def __init__(
        self, locate: Callable[[], Address], scale: float, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._locate = locate
        self.scale = scale
        self._transport = transport
        self._clients: dict[str | None, httpx.AsyncClient] = {}

    def token(self) -> str:
        """The owner's bearer token, as every request carries it."""
        return self._locate().token

    async def close(self) -> None:
        """Closes all connections."""
        for client in self._clients.values():
            await client.aclose()

    async def request(self, pace: Pace, method: str, url: str, **options: Unpack[RequestOptions]) -> httpx.Response:
        """Sends a request, again where that helps, and answers the response whatever its status.

        Args:
            pace: When the waiting between two attempts has to end.
            method: The HTTP method.
            url: A path at the control plane, or an absolute URL.
            options: What else belongs to the request.

        Raises:
            NotLoopback: The URL leads elsewhere; nothing was sent.
            ControlPlaneDown: Nothing answers.
            Cancelled: The operation has to end.
        """
        retried = options.get("retried", True)
        for back_off in (*_BACK_OFF, None):
            pace.raise_if_over()
            try:
                response = await self._send(method, url, options)
            except httpx.TransportError as error:
                if back_off is None or not (retried or isinstance(error, httpx.ConnectError)):
                    raise ControlPlaneDown(self._locate().url, str(error)) from error
                await pace.sleep(back_off * self.scale)
                continue
            if back_off is None or not retried or not is_retried(response):
                return response
            await pace.sleep(retry_after(response, back_off) * self.scale)
        raise AssertionError("the last attempt returns or raises")

    async def _send(self, method: str, url: str, options: RequestOptions) -> httpx.Response:
        address = self._locate()
        target = httpx.URL(urljoin(f"{address.url.rstrip('/')}/", url))
        target = target.copy_merge_params(dict(options.get("query", {})))
        require_loopback(str(target))
        headers = {"Authorization": f"Bearer {address.token}", "x-ms-client-request-id": str(uuid.uuid4())}
        return await self._client(address).request(
            method,
            target,
            json=options.get("body"),
            content=options.get("content"),
            headers={**headers, **options.get("headers", {})},
        )

    def _client(self, address: Address) -> httpx.AsyncClient:
        client = self._clients.get(address.ca_certificate)
        if client is None:
            trust = ssl.create_default_context(cafile=address.ca_certificate) if address.ca_certificate else True
            # Proxies and certificates of the environment are for other hosts than loopback ones.
            client = self._clients[address.ca_certificate] = httpx.AsyncClient(
                transport=self._transport,
                verify=trust,
                trust_env=False,
                timeout=_REQUEST_TIMEOUT,
                headers={"Accept": "application/json", "User-Agent": "localcloud-plugins"},
            )
        return client


def succeeded(response: httpx.Response) -> httpx.Response:
    """The answer itself; raises `CloudRefused` when it is an error."""
    if response.status_code >= _ERROR:
        raise refusal(response)
    return response


def is_retried(response: httpx.Response) -> bool:
    """Whether azure-native sends the request again after this answer."""
    if response.status_code == _CONFLICT:
        return refusal(response).code == "AnotherOperationInProgress"
    return response.status_code in _RETRIED


def retry_after(response: httpx.Response, default: float) -> float:
    """The pause that the answer asks for, in unscaled seconds."""
    try:
        return max(0.0, float(response.headers.get("Retry-After", default)))
    except ValueError:
        return default


def refusal(response: httpx.Response) -> CloudRefused:
    """The error in an answer: ARM and Graph wrap it in `error`, the Docker Engine has a `message`."""
    document = json_object(response)
    error = document.get("error", document)
    if not isinstance(error, dict):
        error = {"message": error}
    code = str(error.get("code") or "")
    message = str(error.get("message") or response.text or f"HTTP status {response.status_code}")
    return CloudRefused(response.status_code, code, message)


def json_object(response: httpx.Response) -> dict[str, Any]:
    """The JSON object in an answer, empty when it has none."""
    try:
        document = response.json()
    except (json.JSONDecodeError, UnicodeDecodeError):
        return {}
    return document if isinstance(document, dict) else {}
