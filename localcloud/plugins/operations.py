"""Long-running operations of ARM: where the answer to a PUT or DELETE says to ask, and asking until it ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from localcloud.plugins.control_plane import json_object, refusal, retry_after
from localcloud.plugins.errors import OperationFailed

if TYPE_CHECKING:
    import httpx

    from localcloud.plugins.package import Call

UPDATE_INTERVAL = 10.0
"""Unscaled seconds between two polls of an update, as azure-native waits."""
DELETE_INTERVAL = 30.0
"""The same for a delete."""

_SHORTEST_PAUSE = 0.05
"""Seconds: a small time scale must not make polling a busy loop."""
_ACCEPTED = 202
_NOT_FOUND = 404
_ERROR = 400
_SUCCEEDED = "Succeeded"
_ENDED_BADLY = frozenset({"Failed", "Canceled"})


@dataclass(frozen=True, slots=True)
class Waiting:
    """How long one operation is asked about.

    Attributes:
        resource_url: The resource itself, asked when the answer names no other place.
        interval: Unscaled seconds between two polls when the answer names none.
        gone_is_done: Whether 404 means success: a delete.
    """

    resource_url: str
    interval: float
    gone_is_done: bool = False


async def finish(call: Call, response: httpx.Response, waiting: Waiting) -> None:
    """Waits until the operation that an answer started has ended.

    Raises:
        CloudRefused: The answer, or one to a poll, is an error.
        OperationFailed: The operation ended as Failed or Canceled.
        Cancelled: The operation has to end.
    """
    if response.status_code == _NOT_FOUND and waiting.gone_is_done:
        return
    if response.status_code >= _ERROR:
        raise refusal(response)
    status_url = response.headers.get("Azure-AsyncOperation")
    location = response.headers.get("Location")
    if status_url:
        await _poll(call, status_url, response, waiting, _status_of_operation)
    elif location:
        await _poll(call, location, response, waiting, _status_of_location)
    elif not waiting.gone_is_done or response.status_code == _ACCEPTED:
        await _poll_resource(call, response, waiting)


async def _poll_resource(call: Call, response: httpx.Response, waiting: Waiting) -> None:
    status = _provisioning_state(json_object(response))
    if status in {None, _SUCCEEDED} and response.status_code != _ACCEPTED:
        return
    if status in _ENDED_BADLY:
        raise _failure(status, json_object(response))
    await _poll(call, waiting.resource_url, response, waiting, _status_of_location)


async def _poll(
    call: Call, url: str, response: httpx.Response, waiting: Waiting, status_of: Callable[[httpx.Response], str]
) -> None:
    while True:
        pause = retry_after(response, waiting.interval) * call.scale
        await call.pace.sleep(max(pause, _SHORTEST_PAUSE if call.scale else 0.0))
        response = await call.request("GET", url)
        if response.status_code == _NOT_FOUND and waiting.gone_is_done:
            return
        if response.status_code >= _ERROR:
            raise refusal(response)
        status = status_of(response)
        if status in _ENDED_BADLY:
            raise _failure(status, json_object(response))
        if status == _SUCCEEDED:
            return


def _status_of_operation(response: httpx.Response) -> str:
    return str(json_object(response).get("status") or "InProgress")


def _status_of_location(response: httpx.Response) -> str:
    if response.status_code == _ACCEPTED:
        return "InProgress"
    return _provisioning_state(json_object(response)) or _SUCCEEDED


def _provisioning_state(document: dict[str, Any]) -> str | None:
    properties = document.get("properties")
    state = properties.get("provisioningState") if isinstance(properties, dict) else None
    # A vault says so when it answers already.
    return _SUCCEEDED if state == "RegisteringDns" else state


def _failure(status: str, document: dict[str, Any]) -> OperationFailed:
    error = document.get("error") or {}
    return OperationFailed(status, str(error.get("code") or ""), str(error.get("message") or ""))
