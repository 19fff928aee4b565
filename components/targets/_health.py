"""Waits, during `pulumi up` only, until a service that Azure has started answers."""

import asyncio
import time

import httpx
import pulumi

from .._component import Component
from .._errors import ComponentError

_DEADLINE = 600.0
"""Seconds that a service may take to answer after its container has started."""
_PAUSE = 1.0
"""Seconds between two questions."""


def wait_until_healthy(component: Component, name: str, port: int) -> pulumi.ResourceHook:
    """The hook that asks `http://<address of the container group>:<port>/` until it answers 200.

    It raises ComponentError when that takes too long, which fails the update.
    """

    async def wait(args: pulumi.ResourceHookArgs) -> None:
        address = ((args.new_outputs or {}).get("ipAddress") or {}).get("ip")
        if not address:
            return
        started = time.monotonic()
        async with httpx.AsyncClient(timeout=10) as client:
            while not await _answers(client, f"http://{address}:{port}/"):
                if time.monotonic() - started > _DEADLINE:
                    message = (
                        f"http://{address}:{port}/ did not answer 200 within {_DEADLINE:.0f} s; see the container's log"
                    )
                    raise ComponentError(type(component).__name__, name, message)
                await asyncio.sleep(_PAUSE)
        pulumi.log.info(f"{name} is healthy after {time.monotonic() - started:.0f} s", component)

    return pulumi.ResourceHook(f"{type(component).__name__}-{name}-health", wait)


async def _answers(client: httpx.AsyncClient, url: str) -> bool:
    try:
        return (await client.get(url)).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False
