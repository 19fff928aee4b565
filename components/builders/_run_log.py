"""Shows the log of a build when the build is done, during `pulumi up` only."""

import asyncio

import httpx
import pulumi

from .._component import Component
from .._invoke import ask
from ._image import BuildRequest

_TIMEOUT = 30.0
"""Seconds to wait for the log: it is shown where it can be had, and nothing depends on it."""


def show_run_log(component: Component, name: str, request: BuildRequest) -> pulumi.ResourceHook:
    """The hook that prints the log of the run that was just created; its own failure is a warning."""

    async def show(args: pulumi.ResourceHookArgs) -> None:
        run_id = str(((args.new_outputs or {}).get("runResult") or {}).get("runId"))
        try:
            answer = await ask(
                component,
                "containerregistry:listRunLogSasUrl",
                registry_name=request.registry_name,
                resource_group_name=request.registry_resource_group_name,
                run_id=run_id,
            )
            text = await asyncio.to_thread(_read, str(answer["logLink"]))
        except Exception as error:  # noqa: BLE001 - a log that can't be shown must not fail a build that is done
            pulumi.log.warn(f"The log of run {run_id} can't be shown: {type(error).__name__}", component)
            return
        pulumi.log.info(text.strip(), component)

    return pulumi.ResourceHook(f"{type(component).__name__}-{name}-log", show)


def _read(link: str) -> str:
    response = httpx.get(link, timeout=_TIMEOUT)
    response.raise_for_status()
    return response.text
