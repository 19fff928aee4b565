"""Waits, during `pulumi up` only, until a service that Azure has started answers."""

import asyncio
import time
from collections.abc import Mapping
from typing import Any

import httpx
import pulumi

from .._component import Component
from .._errors import ComponentError
from ._container_log import container_of, log_end

CONTAINER = "scoring"
"""Name of the container in its group."""

_DEADLINE = 600.0
"""Seconds that a service may take to answer after its container has started."""
_PAUSE = 1.0
"""Seconds between two questions."""
_LOOK = 5.0
"""Seconds between two looks at the container itself."""
_RESTARTS = 2
"""Restarts after which a container that has not answered yet is given up."""


def wait_until_healthy(
    component: Component, name: str, port: int, scheme: str, *, private: bool
) -> pulumi.ResourceHook:
    """The hook that asks `/` of the container group until it answers 200.

    It raises ComponentError, which fails the update, when that takes too long or the container ends again and again.

    Args:
        component: The service.
        name: Its name.
        port: Port of the service.
        scheme: `http` or `https`.
        private: Whether the group has a private address, which this machine may not reach: then the container only
            has to run.
    """

    async def wait(args: pulumi.ResourceHookArgs) -> None:
        outputs = args.new_outputs or {}
        address = (outputs.get("ipAddress") or {}).get("ip")
        if not address:
            return
        watch = _Watch(component, name, str(args.id), f"{scheme}://{address}:{port}/", private=private)
        await watch.until_healthy()

    return pulumi.ResourceHook(f"{type(component).__name__}-{name}-health", wait)


class _Watch:
    """One wait."""

    def __init__(self, component: Component, name: str, group_id: str, url: str, *, private: bool) -> None:
        self._component = component
        self._name = name
        self._group_id = group_id
        self._url = url
        self._private = private
        self._started = time.monotonic()
        self._looked = self._started

    async def until_healthy(self) -> None:
        # Health alone is asked for, nothing secret is sent, and a certificate names a host, not this address.
        async with httpx.AsyncClient(timeout=10, verify=False) as client:  # noqa: S501 - see above
            while not await self._is_healthy(client):
                if self._seconds() > _DEADLINE:
                    await self._give_up(f"did not answer 200 within {_DEADLINE:.0f} s")
                await asyncio.sleep(_PAUSE)
        seen = "runs" if self._private else "is healthy"
        unseen = "; its address is private, so whether it answers was not asked" if self._private else ""
        pulumi.log.info(f"{self._name} {seen} after {self._seconds():.0f} s{unseen}", self._component)

    async def _is_healthy(self, client: httpx.AsyncClient) -> bool:
        if not self._private and await _answers(client, self._url):
            return True
        if time.monotonic() - self._looked < _LOOK:
            return False
        self._looked = time.monotonic()
        container = await container_of(self._component, self._group_id)
        if int(container.get("restartCount") or 0) >= _RESTARTS:
            await self._give_up(f"does not answer: its container ended {_state(container)}")
        return self._private and (container.get("currentState") or {}).get("state") == "Running"

    async def _give_up(self, what: str) -> None:
        log = await log_end(self._component, self._group_id, CONTAINER)
        raise ComponentError(type(self._component).__name__, self._name, f"{self._url} {what}; {log}")

    def _seconds(self) -> float:
        return time.monotonic() - self._started


def _state(container: Mapping[str, Any]) -> str:
    """How often and how the container ended."""
    count = int(container.get("restartCount") or 0)
    ended = container.get("previousState") or container.get("currentState") or {}
    code = ended.get("exitCode")
    return f"and was started again {count} times" + (f", last with exit code {code:g}" if code is not None else "")


async def _answers(client: httpx.AsyncClient, url: str) -> bool:
    try:
        return (await client.get(url)).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False
