"""What the owner may set while the cloud runs: `/localcloud/clock`, `/localcloud/lag`, `/localcloud/subscriptions`."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from localcloud.arm.errors import AuthorizationFailed, BadRequest
from localcloud.control.assembly import write_owner_token
from localcloud.control.clock import text
from localcloud.services.resources import subscriptions

if TYPE_CHECKING:
    from starlette.requests import Request

    from localcloud.cloud import Cloud


class NotSeconds(BadRequest):
    """A knob that is set to something else than a number of seconds."""

    def __init__(self, name: str, value: object) -> None:
        super().__init__(f"'{name}' has to be a number of seconds, 0 or more; got {value!r}; e.g. 30", "InvalidKnob")


class NoName(BadRequest):
    """A subscription without a name."""

    def __init__(self) -> None:
        super().__init__("'name' has to be a name or a GUID, such as research", "InvalidKnob")


def routes(cloud: Cloud) -> list[BaseRoute]:
    """GET shows, POST sets; both answer what holds then."""
    return [
        Route("/localcloud/clock", partial(_clock, cloud), methods=["GET", "POST"]),
        Route("/localcloud/lag", partial(_lag, cloud), methods=["GET", "POST"]),
        Route("/localcloud/subscriptions", partial(_subscriptions, cloud), methods=["GET", "POST"]),
    ]


async def _clock(cloud: Cloud, request: Request) -> Response:
    body = await owners_body(cloud, request)
    if "advance" in body:
        cloud.clock.advance(timedelta(seconds=_seconds("advance", body["advance"])))
        # The owner's own token ends in ten years, which may be over now.
        write_owner_token(cloud.home, cloud.tokens)
    offset = cloud.clock.offset.total_seconds()
    return JSONResponse({"now": text(cloud.clock.now()), "aheadSeconds": offset})


async def _lag(cloud: Cloud, request: Request) -> Response:
    body = await owners_body(cloud, request)
    changes = {name: _seconds(name, body[name]) for name in ("roles", "principals", "steps") if name in body}
    if changes:
        cloud.clock.set_lag(replace(cloud.clock.lag, **changes))
    return JSONResponse(asdict(cloud.clock.lag))


async def _subscriptions(cloud: Cloud, request: Request) -> Response:
    """GET lists all, the default one first; POST adds one and answers it alone."""
    body = await owners_body(cloud, request)
    if request.method == "GET":
        found = subscriptions.subscriptions(cloud)
    elif isinstance(body.get("name"), str) and body["name"].strip():
        found = [subscriptions.add(cloud, body["name"].strip())]
    else:
        raise NoName
    return JSONResponse(
        {"value": [{name: entry[name] for name in ("subscriptionId", "displayName")} for entry in found]}
    )


async def owners_body(cloud: Cloud, request: Request) -> dict[str, Any]:
    """The JSON object of a POST, else an empty one; raises AuthorizationFailed for anybody but the owner."""
    principal = request.state.principal
    if principal.object_id != cloud.settings.object_id:
        raise AuthorizationFailed(principal.client_id, principal.object_id, "localcloud", request.url.path)
    raw = await request.body()
    try:
        body = json.loads(raw) if raw else {}
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise BadRequest("a JSON object is needed")
    return body


def _seconds(name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < math.inf:
        raise NotSeconds(name, value)
    return float(value)
