"""The Docker Engine API as localcloud has it, and the credentials of a provider instance for registries."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Unpack

from localcloud.plugins.control_plane import json_object, refusal
from localcloud.plugins.errors import CloudRefused, InvalidInput, NotEmulated

if TYPE_CHECKING:
    import httpx

    from localcloud.plugins.control_plane import RequestOptions
    from localcloud.plugins.package import Call
    from localcloud.plugins.values import Properties

API = "/docker/v1.43"
_NOT_FOUND = 404
_ERROR = 400
_DEFAULT_HOST = "docker.io"
_LOG_LINES = 60
"""What is shown of the log of a container that failed: the scoring server says about as much in one start."""
_FRAME_HEADER = 8
_STREAMS = (0, 1, 2)


@dataclass(frozen=True, slots=True)
class Credentials:
    """User name and password for one registry."""

    address: str
    username: str
    password: str = field(repr=False)

    def header(self) -> str:
        """The value of `X-Registry-Auth`."""
        document = {"username": self.username, "password": self.password, "serveraddress": self.address}
        return base64.urlsafe_b64encode(json.dumps(document).encode()).decode()


def credentials_for(configuration: Properties, host: str) -> Credentials | None:
    """The credentials that the provider's `registryAuth` has for a host; None when it has none.

    Raises:
        InvalidInput: `registryAuth` is not what the provider takes.
        NotEmulated: It names a configuration file: the stand-in takes user name and password.
    """
    for entry in _registry_auth(configuration):
        if _host(str(entry.get("address", ""))) != host or entry.get("authDisabled"):
            continue
        username, password = entry.get("username"), entry.get("password")
        if not username or not password:
            raise NotEmulated("docker provider's registryAuth", "configFile", ["username and password"])
        return Credentials(str(entry["address"]), str(username), str(password))
    return None


def split_reference(reference: str) -> tuple[str, str, str]:
    """Host, name with its host, and tag or digest of an image reference, as the Docker client sends them."""
    name, at, digest = reference.partition("@")
    first, slash, _ = name.partition("/")
    has_host = bool(slash) and (any(mark in first for mark in ".:") or first == "localhost")
    last = name.rpartition("/")[2]
    tag = last.partition(":")[2]
    bare = name[: -len(tag) - 1] if tag else name
    return (first if has_host else _DEFAULT_HOST), bare, digest if at else tag or "latest"


async def pull(call: Call, reference: str, platform: str | None) -> None:
    """Pulls an image; the engine's own words are the error."""
    host, name, version = split_reference(reference)
    query = {"fromImage": name, "tag": version} | ({"platform": platform} if platform else {})
    credentials = credentials_for(call.configuration, host)
    headers = {"X-Registry-Auth": credentials.header()} if credentials else {}
    response = await post(call, f"{API}/images/create", query=query, headers=headers)
    for line in response.text.splitlines():
        message = _failure_in(line)
        if message:
            # The engine starts to answer before it knows how the pull ends.
            raise CloudRefused(response.status_code, "", f"unable to pull image {reference}: {message}")


async def image(call: Call, reference: str) -> dict[str, Any] | None:
    """What the engine knows of an image; None when it does not have it."""
    return await _inspected(call, f"{API}/images/{reference}/json")


async def container(call: Call, container_id: str) -> dict[str, Any] | None:
    """What the engine knows of a container; None when there is none."""
    return await _inspected(call, f"{API}/containers/{container_id}/json")


async def container_logs(call: Call, container_id: str) -> str:
    """The last lines that a container wrote."""
    query = {"stdout": "true", "stderr": "true", "tail": str(_LOG_LINES)}
    response = await request(call, "GET", f"{API}/containers/{container_id}/logs", query=query)
    return unframed(response.content).decode(errors="replace") if response.is_success else ""


async def remove(call: Call, url: str, **query: str) -> None:
    """DELETE; what is gone is removed."""
    response = await request(call, "DELETE", url, query=query)
    if response.status_code != _NOT_FOUND:
        _said(response)


async def post(call: Call, url: str, **options: Unpack[RequestOptions]) -> httpx.Response:
    """POSTs to the engine; its error is said as the Docker client says it."""
    return _said(await request(call, "POST", url, **options))


async def request(call: Call, method: str, url: str, **options: Unpack[RequestOptions]) -> httpx.Response:
    """Sends a request once, as the Docker client does: a 500 of the engine is its last word."""
    once: RequestOptions = {**options, "retried": False}
    return await call.request(method, url, **once)


def _said(response: httpx.Response) -> httpx.Response:
    if response.status_code >= _ERROR:
        error = refusal(response)
        raise CloudRefused(error.status, "", f"Error response from daemon: {error.message}")
    return response


async def _inspected(call: Call, url: str) -> dict[str, Any] | None:
    response = await request(call, "GET", url)
    if response.status_code == _NOT_FOUND:
        return None
    return json_object(_said(response))


def _registry_auth(configuration: Properties) -> list[dict[str, Any]]:
    entries = configuration.get("registryAuth") or []
    if isinstance(entries, str):
        # The SDKs send nested configuration as JSON.
        try:
            entries = json.loads(entries)
        except json.JSONDecodeError as error:
            raise InvalidInput("docker: registryAuth is not a JSON list of registries") from error
    return [entry for entry in entries if isinstance(entry, dict)]


def _host(address: str) -> str:
    return address.removeprefix("https://").removeprefix("http://").partition("/")[0]


def _failure_in(line: str) -> str:
    try:
        document = json.loads(line)
    except json.JSONDecodeError:
        return ""
    detail = document.get("errorDetail") if isinstance(document, dict) else None
    message = (detail or {}).get("message") or (document.get("error") if isinstance(document, dict) else None)
    return str(message or "")


def unframed(content: bytes) -> bytes:
    """The text of a log that may be in the engine's frames (stream, three zeros, length)."""
    text = b""
    rest = content
    while len(rest) >= _FRAME_HEADER and rest[0] in _STREAMS and rest[1:4] == b"\0\0\0":
        length = int.from_bytes(rest[4:_FRAME_HEADER], "big")
        text += rest[_FRAME_HEADER : _FRAME_HEADER + length]
        rest = rest[_FRAME_HEADER + length :]
    return text + rest
