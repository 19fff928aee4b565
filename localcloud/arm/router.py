"""From an ARM request to its answer: which resource, which right, which status and headers (law L8).

    PUT, GET, HEAD, PATCH, DELETE  {scope}/providers/{namespace}/{type}/{name}[/{type}/{name}]...
    GET                            {scope}/providers/{namespace}/{type}             the resources of a type
    POST                           {resource}/{action}

A write of an asynchronous type is answered by 201 (create) or 200 (update) with Azure-AsyncOperation, a removal by
202 with Azure-AsyncOperation and Location, both with Retry-After.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from localcloud.arm import locks
from localcloud.arm.errors import InvalidApiVersion, MethodNotAllowed, MissingApiVersion, NotEmulated, ResourceNotFound
from localcloud.arm.ids import GROUP_TYPE, ResourceId, normalised

if TYPE_CHECKING:
    from localcloud.arm.resource_type import Authorize, ResourceType
    from localcloud.arm.store import Document
    from localcloud.cloud import Cloud

RETRY_AFTER_SECONDS = 1
RETRY_AFTER_MILLISECONDS = 100
"""What clients that read `x-ms-retry-after-ms` wait: everything here is near."""
_SUBSCRIPTION_DEPTH = 2
"""Slashes in `/subscriptions/{id}`: a deeper scope has to be there."""
_GROUP_ACTIONS = "Microsoft.Resources/subscriptions/resourceGroups"
_API_VERSION = re.compile(r"\d{4}-\d{2}-\d{2}(-[a-zA-Z0-9.]+)?")


@dataclass(frozen=True, slots=True)
class Call:
    """One ARM request.

    Attributes:
        method: In capitals.
        path: Without the query.
        query: The query parameters.
        body: The JSON document; None where there is none.
        authorize: Takes an action, such as `Microsoft.Storage/storageAccounts/read`, and a scope; raises
            AuthorizationFailed when the caller may not do that there.
    """

    method: str
    path: str
    query: Mapping[str, str]
    body: Any
    authorize: Authorize


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent back.

    Attributes:
        body: A JSON document; None for an empty body.
    """

    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Target:
    """What a path names.

    Attributes:
        type: The type of the resource, or of the resources to list.
        id: The resource; None for a list.
        scope: Where a list looks.
        rest: What stands below the resource: an action or a view.
    """

    type: ResourceType
    id: ResourceId | None
    scope: str = ""
    rest: str = ""


def check_api_version(query: Mapping[str, str]) -> None:
    """Raises MissingApiVersion or InvalidApiVersion; every well-formed version is taken."""
    version = next((value for name, value in query.items() if name.lower() == "api-version"), "")
    if not version:
        raise MissingApiVersion
    if not _API_VERSION.fullmatch(version):
        raise InvalidApiVersion(version)


def handle(cloud: Cloud, call: Call) -> Answer:
    """Answers a request to a resource, a list of resources, an action or a view; raises CloudError."""
    check_api_version(call.query)
    target = find(cloud, normalised(call.path))
    if target.id is None:
        return _list(cloud, call, target)
    if target.rest:
        return _below(cloud, call, target.type, target.id, target.rest)
    method = _METHODS.get(call.method)
    if method is None:
        raise MethodNotAllowed(call.method, call.path)
    return method(cloud, call, target.type, target.id)


def find(cloud: Cloud, path: str) -> Target:
    """What a path names; raises NotEmulated for a type that is not built."""
    scope, found, below = path.rpartition("/providers/")
    if not found:
        return _find_group(cloud, path)
    namespace, *segments = below.split("/")
    whole = cloud.resources.find_type("/".join([namespace, *segments[::2]]))
    if len(segments) % 2 and whole is not None:
        parent = f"{scope}/providers/{namespace}/{'/'.join(segments[:-1])}" if len(segments) > 1 else scope
        return Target(whole, None, parent)
    for end in range(len(segments) - len(segments) % 2, 0, -2):
        known = cloud.resources.find_type("/".join([namespace, *segments[:end:2]]))
        if known is not None:
            resource_id = ResourceId.parse(f"{scope}/providers/{namespace}/{'/'.join(segments[:end])}")
            return Target(known, resource_id.with_type(known.type), scope, "/".join(segments[end:]))
    raise _not_emulated(cloud, "/".join([namespace, *segments[::2]]))


def _find_group(cloud: Cloud, path: str) -> Target:
    match path.split("/"):
        case ["", "subscriptions", subscription, "resourceGroups"]:
            return Target(_group_type(cloud), None, f"/subscriptions/{subscription}")
        case ["", "subscriptions", subscription, "resourceGroups", group, *rest]:
            resource_id = ResourceId.parse(f"/subscriptions/{subscription}/resourceGroups/{group}")
            return Target(_group_type(cloud), resource_id, "", "/".join(rest))
        case _:
            raise _not_emulated(cloud, path)


def _group_type(cloud: Cloud) -> ResourceType:
    known = cloud.resources.find_type(GROUP_TYPE)
    if known is None:
        raise _not_emulated(cloud, GROUP_TYPE)
    return known


def _subject(resource_type: ResourceType) -> str:
    """What actions on a type are called after; a group's say that it is in a subscription."""
    return _GROUP_ACTIONS if resource_type.type == GROUP_TYPE else resource_type.type


def _not_emulated(cloud: Cloud, what: str) -> NotEmulated:
    return NotEmulated(f"the resource type '{what}'", (known.type for known in cloud.resources.types))


def _list(cloud: Cloud, call: Call, target: Target) -> Answer:
    if call.method != "GET":
        raise MethodNotAllowed(call.method, call.path)
    call.authorize(f"{_subject(target.type)}/read", target.scope)
    if target.scope.count("/") > _SUBSCRIPTION_DEPTH:
        cloud.resources.get(ResourceId.parse(target.scope))
    found = target.type.listed(cloud, target.scope, call.query)
    return Answer(HTTPStatus.OK, {"value": [target.type.shown(cloud, document) for document in found]})


def _get(cloud: Cloud, call: Call, resource_type: ResourceType, resource_id: ResourceId) -> Answer:
    call.authorize(f"{_subject(resource_type)}/read", resource_id.text)
    return Answer(HTTPStatus.OK, resource_type.shown(cloud, resource_type.read(cloud, resource_id)))


def _head(cloud: Cloud, call: Call, resource_type: ResourceType, resource_id: ResourceId) -> Answer:
    call.authorize(f"{_subject(resource_type)}/read", resource_id.text)
    found = cloud.resources.find(resource_id) is not None
    return Answer(HTTPStatus.NO_CONTENT if found else HTTPStatus.NOT_FOUND)


def _put(cloud: Cloud, call: Call, resource_type: ResourceType, resource_id: ResourceId) -> Answer:
    call.authorize(f"{_subject(resource_type)}/write", resource_id.text)
    resource_type.authorize_more(resource_id, call.body, call.authorize)
    locks.check_write(cloud, resource_id)
    created = cloud.resources.find(resource_id) is None
    document, operation = cloud.resources.put(cloud, resource_id, call.body)
    status = HTTPStatus.CREATED if created else HTTPStatus.OK
    return Answer(status, resource_type.shown(cloud, document), _polling(cloud, resource_id, operation, call))


def _patch(cloud: Cloud, call: Call, resource_type: ResourceType, resource_id: ResourceId) -> Answer:
    call.authorize(f"{_subject(resource_type)}/write", resource_id.text)
    locks.check_write(cloud, resource_id)
    document, operation = cloud.resources.patch(cloud, resource_id, call.body)
    headers = _polling(cloud, resource_id, operation, call)
    return Answer(HTTPStatus.ACCEPTED if operation else HTTPStatus.OK, resource_type.shown(cloud, document), headers)


def _delete(cloud: Cloud, call: Call, resource_type: ResourceType, resource_id: ResourceId) -> Answer:
    call.authorize(f"{_subject(resource_type)}/delete", resource_id.text)
    locks.check_delete(cloud, resource_id)
    removed, operation = cloud.resources.delete(cloud, resource_id, call.query)
    if removed is None:
        if resource_id.type == GROUP_TYPE:
            cloud.resources.get(resource_id)
        return Answer(HTTPStatus.NO_CONTENT)
    if operation is None:
        return Answer(HTTPStatus.OK, resource_type.shown(cloud, removed))
    headers = _polling(cloud, resource_id, operation, call)
    results = headers["Azure-AsyncOperation"].replace("/operationStatuses/", "/operationResults/")
    return Answer(HTTPStatus.ACCEPTED, None, headers | {"Location": results})


_METHODS = {"GET": _get, "HEAD": _head, "PUT": _put, "PATCH": _patch, "DELETE": _delete}


def _below(cloud: Cloud, call: Call, resource_type: ResourceType, resource_id: ResourceId, rest: str) -> Answer:
    if call.method == "POST":
        call.authorize(f"{_subject(resource_type)}/{rest}/action", resource_id.text)
        locks.check_write(cloud, resource_id)
        body = call.body if isinstance(call.body, dict) else {}
        result = cloud.resources.act(cloud, resource_id, rest, body, call.query)
    elif call.method == "GET":
        call.authorize(f"{_subject(resource_type)}/{rest}/read", resource_id.text)
        result = cloud.resources.view(cloud, resource_id, rest, call.query)
    else:
        raise _not_emulated(cloud, f"{resource_type.type}/{rest.partition('/')[0]}")
    if isinstance(result, Answer):
        return result  # an action that is answered before it is finished
    return Answer(HTTPStatus.NO_CONTENT if result is None else HTTPStatus.OK, result)


def _polling(cloud: Cloud, resource_id: ResourceId, operation: Document | None, call: Call) -> dict[str, str]:
    if operation is None:
        return {}
    version = call.query.get("api-version", "")
    place = f"/subscriptions/{resource_id.subscription}/providers/{resource_id.namespace}/locations/global"
    url = f"{cloud.url}{place}/operationStatuses/{operation['name']}?api-version={version}"
    return {"Azure-AsyncOperation": url} | retry_headers()


def retry_headers() -> dict[str, str]:
    """How long a client waits before it polls again: in seconds, and finer for clients that read milliseconds."""
    return {"Retry-After": str(RETRY_AFTER_SECONDS), "x-ms-retry-after-ms": str(RETRY_AFTER_MILLISECONDS)}


def operation_status(cloud: Cloud, name: str, path: str) -> Answer:
    """What `Azure-AsyncOperation` leads to: always 200, the outcome is in the body."""
    operation = _operation(cloud, name)
    shown = {key: operation[key] for key in ("name", "status", "startTime", "endTime", "error") if key in operation}
    return Answer(HTTPStatus.OK, {"id": path} | shown, retry_headers() if operation["status"] == "InProgress" else {})


def operation_result(cloud: Cloud, name: str, path: str) -> Answer:
    """What `Location` leads to: 202 until the end, then 204 or the error."""
    operation = _operation(cloud, name)
    if operation["status"] == "InProgress":
        return Answer(HTTPStatus.ACCEPTED, None, retry_headers() | {"Location": f"{cloud.url}{path}"})
    if operation["status"] == "Failed":
        return Answer(HTTPStatus.CONFLICT, {"error": operation["error"]})
    return Answer(HTTPStatus.NO_CONTENT)


def _operation(cloud: Cloud, name: str) -> Document:
    operation = cloud.operations.get(name)
    if operation is None:
        raise ResourceNotFound(f"operationStatuses/{name}", "")
    return operation
