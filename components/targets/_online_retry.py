"""The name of a deployment: that of its content, and another one where Azure keeps a failed deployment of that name.

A deployment that failed when it was made can't be repaired ("Delete and re-create"), so that the same content is tried
again under the next name; the failed one goes at the end of the update, as every old deployment does.
"""

import asyncio
from collections.abc import Awaitable, Callable

import pulumi

from .._component import Component
from .._invoke import ask
from ._deployment import TargetRequest
from ._online_assets import workspace_of

State = Callable[[str], Awaitable[str | None]]
"""Tells in what state Azure has a deployment, by its name; None where it has none."""

_FAILED = "Failed"
_TRIES = 5
"""Names of one content; after so many failures in a row something has to change."""


def name_to_use(
    component: Component, request: TargetRequest, endpoint_name: pulumi.Output[str], wanted: pulumi.Output[str]
) -> pulumi.Output[str]:
    """The name that a deployment gets; in a preview, too, once the endpoint is there.

    Args:
        component: For whom it is asked.
        request: What is served.
        endpoint_name: The endpoint.
        wanted: The name of the deployment's content.
    """
    workspace = workspace_of(request)

    async def choose(names: list[str]) -> str:
        async def state(name: str) -> str | None:
            try:
                found = await ask(
                    component,
                    "machinelearningservices:getOnlineDeployment",
                    deployment_name=name,
                    endpoint_name=names[0],
                    **workspace,
                )
            except Exception:  # noqa: BLE001 - not there, or not to be read: Azure refuses a name that is taken
                return None
            return (found.get("properties") or {}).get("provisioningState")

        return await free_name(names[1], state)

    chosen: pulumi.Output[str] = pulumi.Output.all(endpoint_name, wanted).apply(choose)
    return chosen


async def free_name(wanted: str, state: State) -> str:
    """`wanted`, or `wanted-2` and so on: the one that is there and did not fail, else the first after those that did.

    Args:
        wanted: The name of the content.
        state: Asks Azure.
    """
    if await state(wanted) not in {None, _FAILED}:
        return wanted
    names = [wanted, *(f"{wanted}-{number}" for number in range(2, _TRIES + 1))]
    states = await asyncio.gather(*(state(name) for name in names))
    good = [name for name, found in zip(names, states, strict=True) if found not in {None, _FAILED}]
    failed = [index for index, found in enumerate(states) if found == _FAILED]
    return good[0] if good else names[min(failed[-1] + 1, _TRIES - 1) if failed else 0]
