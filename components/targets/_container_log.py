"""What a container group tells of a service that does not get healthy: how its container fares, and its log's end.

The log is read from Resource Manager itself, which azure-native has no function for.
"""

import base64
import json
import os
from typing import Any
from urllib.parse import urlsplit

import httpx

from .._component import Component
from .._invoke import ask
from ..rules import ArmId

_API_VERSION = "2023-05-01"
_METADATA = "/metadata/endpoints?api-version=2022-09-01"
_PUBLIC = "management.azure.com"
_LINES = 100
"""Last lines that are shown: the end of one start of the server, with its cause, and the next start."""
_TIMEOUT = 30.0
"""Seconds that an answer may take."""


async def container_of(component: Component, group_id: str) -> dict[str, Any]:
    """What Azure knows of a group's only container: `restartCount`, `currentState`, `events`; empty when it can't say.

    Args:
        component: For whom it is asked, with its providers.
        group_id: ARM id of the container group.
    """
    group = ArmId.parse(group_id)
    try:
        found = await ask(
            component,
            "containerinstance:getContainerGroup",
            resource_group_name=group.resource_group_name,
            container_group_name=group.name,
        )
    except Exception:  # noqa: BLE001 - a question beside the point: whether the service answers decides
        return {}
    containers = found.get("containers") or [{}]
    view: dict[str, Any] = containers[0].get("instanceView") or {}
    return view


async def log_end(component: Component, group_id: str, container: str) -> str:
    """The last lines of a container's log, or how to read it where it can't be read from here.

    Args:
        component: For whom it is asked, with its providers.
        group_id: ARM id of the container group.
        container: Name of the container.
    """
    try:
        token = str((await ask(component, "authorization:getClientToken"))["token"])
        async with httpx.AsyncClient(timeout=_TIMEOUT) as client:
            place = await _resource_manager(client, token)
            url = f"{place}{group_id}/containers/{container}/logs"
            query = {"api-version": _API_VERSION, "tail": str(_LINES)}
            answer = await client.get(url, params=query, headers={"Authorization": f"Bearer {token}"})
            text = str(answer.raise_for_status().json().get("content") or "").strip()
    except Exception:  # noqa: BLE001 - the error is about the service; that its log can't be read is only told
        text = ""
    if text:
        return "the container's last lines:\n" + "\n".join(text.splitlines()[-_LINES:])
    group = ArmId.parse(group_id)
    return f"see its log: az container logs --resource-group {group.resource_group_name} --name {group.name}"


async def _resource_manager(client: httpx.AsyncClient, token: str) -> str:
    """Where Resource Manager of the cloud is that a token is for; the token goes nowhere else.

    Raises:
        ValueError: The token is for another cloud than the one that this machine is set to.
    """
    host = os.environ.get("ARM_METADATA_HOSTNAME") or _PUBLIC
    cloud = (await client.get(f"https://{host}{_METADATA}")).raise_for_status().json()
    place = str(cloud["resourceManager"]).rstrip("/")
    audiences = {str(one).rstrip("/") for one in cloud["authentication"]["audiences"]}
    if _audience(token) not in audiences or urlsplit(place).scheme != "https":
        raise ValueError("the deployer's token is not for this cloud")
    return place


def _audience(token: str) -> str:
    """Whom a token is for, without a slash at its end."""
    payload = token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return str(claims["aud"]).rstrip("/")
