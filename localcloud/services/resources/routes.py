"""ARM's own addresses: subscriptions, providers, operations, and every resource by the generic router."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from localcloud.arm import router
from localcloud.arm.errors import InvalidRequestContent
from localcloud.arm.router import Answer, Call
from localcloud.services.authorization.access import authorize
from localcloud.services.resources import groups, subscriptions

if TYPE_CHECKING:
    from starlette.requests import Request

    from localcloud.cloud import Cloud

_METHODS = ["GET", "HEAD", "PUT", "PATCH", "DELETE", "POST"]
_OPERATIONS = "/subscriptions/{subscription}/providers/{namespace}/locations/{location}"


def routes(cloud: Cloud) -> list[BaseRoute]:
    """The routes; the last ones take every path that ARM may have."""

    def route(path: str, answer: Callable[[Cloud, Request, Call], Answer], methods: list[str]) -> Route:
        return Route(path, partial(_serve, cloud, answer), methods=methods)

    return [
        route("/subscriptions", _subscriptions, ["GET"]),
        route("/tenants", _tenants, ["GET"]),
        route("/subscriptions/{subscription}", _subscription, ["GET"]),
        route("/subscriptions/{subscription}/resources", _resources, ["GET"]),
        route("/subscriptions/{subscription}/providers", _providers, ["GET"]),
        route("/subscriptions/{subscription}/providers/{namespace}", _provider, ["GET"]),
        route("/subscriptions/{subscription}/providers/{namespace}/register", _provider, ["POST"]),
        route(f"{_OPERATIONS}/operationStatuses/{{name}}", _operation_status, ["GET"]),
        route(f"{_OPERATIONS}/operationResults/{{name}}", _operation_result, ["GET"]),
        route("/subscriptions/{rest:path}", _resource, _METHODS),
        route("/providers/{rest:path}", _resource, _METHODS),
    ]


async def _serve(cloud: Cloud, answer: Callable[[Cloud, Request, Call], Answer], request: Request) -> Response:
    allowed = partial(authorize, cloud, request.state.principal)
    call = Call(request.method, request.url.path, dict(request.query_params), await _body(request), allowed)
    result = await run_in_threadpool(_answer, cloud, answer, request, call)
    if result.body is None:
        return Response(status_code=result.status, headers=dict(result.headers))
    return JSONResponse(result.body, result.status, dict(result.headers))


def _answer(cloud: Cloud, answer: Callable[[Cloud, Request, Call], Answer], request: Request, call: Call) -> Answer:
    router.check_api_version(call.query)
    _, first, second, *_ = [*call.path.split("/"), "", ""]
    if first.lower() == "subscriptions" and second:
        subscriptions.subscription(cloud, second)
    return answer(cloud, request, call)


async def _body(request: Request) -> Any:
    text = await request.body()
    if not text:
        return None
    try:
        return json.loads(text)
    except ValueError as error:
        raise InvalidRequestContent(str(error)) from None


def _subscriptions(cloud: Cloud, request: Request, call: Call) -> Answer:
    del request, call
    return Answer(200, {"value": subscriptions.subscriptions(cloud)})


def _tenants(cloud: Cloud, request: Request, call: Call) -> Answer:
    del request, call
    return Answer(200, {"value": [subscriptions.tenant(cloud)]})


def _subscription(cloud: Cloud, request: Request, call: Call) -> Answer:
    del call
    return Answer(200, subscriptions.subscription(cloud, request.path_params["subscription"]))


def _resources(cloud: Cloud, request: Request, call: Call) -> Answer:
    scope = f"/subscriptions/{request.path_params['subscription']}"
    call.authorize("Microsoft.Resources/subscriptions/resources/read", scope)
    return Answer(200, {"value": groups.top_level(cloud, scope)})


def _providers(cloud: Cloud, request: Request, call: Call) -> Answer:
    del call
    return Answer(200, {"value": subscriptions.providers(cloud, request.path_params["subscription"])})


def _provider(cloud: Cloud, request: Request, call: Call) -> Answer:
    del call
    subscription, namespace = request.path_params["subscription"], request.path_params["namespace"]
    return Answer(200, subscriptions.provider(cloud, subscription, namespace))


def _operation_status(cloud: Cloud, request: Request, call: Call) -> Answer:
    return router.operation_status(cloud, request.path_params["name"], call.path)


def _operation_result(cloud: Cloud, request: Request, call: Call) -> Answer:
    return router.operation_result(cloud, request.path_params["name"], f"{call.path}?{request.url.query}")


def _resource(cloud: Cloud, request: Request, call: Call) -> Answer:
    del request
    return router.handle(cloud, call)
