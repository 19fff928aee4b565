"""Microsoft Graph (`/v1.0/...`): applications, service principals and their passwords.

    GET, POST           /v1.0/{applications | servicePrincipals}
    GET, PATCH, DELETE  /v1.0/{applications | servicePrincipals}/{id}
    POST                /v1.0/{applications | servicePrincipals}/{id}/{addPassword | removePassword}
    GET                 /v1.0/me

An object may also be named by `applications(appId='...')`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from localcloud.arm.store import Document
from localcloud.services.entra.directory import APPLICATIONS, SERVICE_PRINCIPALS, Directory, shown
from localcloud.services.entra.errors import GraphNotEmulated, InsufficientPrivileges, InvalidProperty

if TYPE_CHECKING:
    from starlette.requests import Request

    from localcloud.cloud import Cloud

_COLLECTIONS = {APPLICATIONS.lower(): APPLICATIONS, SERVICE_PRINCIPALS.lower(): SERVICE_PRINCIPALS}
_METHODS = ["GET", "POST", "PATCH", "PUT", "DELETE"]
_ALTERNATE_KEY = re.compile(r"(\w+)\(appId='([^']+)'\)")
_FILTER = re.compile(r"\s*(\w+)\s+eq\s+'((?:[^']|'')*)'\s*")


@dataclass(frozen=True, slots=True)
class _Call:
    directory: Directory
    collection: str
    name: str
    body: Document
    filter: str


_Answer = tuple[int, Document | None]


def routes(cloud: Cloud) -> list[BaseRoute]:
    """One route for all of Graph: what is not built is answered in Graph's form, too."""
    return [Route("/v1.0/{path:path}", partial(_serve, cloud), methods=_METHODS)]


async def _serve(cloud: Cloud, request: Request) -> Response:
    principal = request.state.principal
    if principal.object_id != cloud.settings.object_id:
        raise InsufficientPrivileges
    text = await request.body()
    try:
        body = json.loads(text) if text else {}
    except ValueError:
        raise InvalidProperty("body", "it is no JSON document") from None
    if not isinstance(body, dict):
        raise InvalidProperty("body", "it is no JSON object")
    status, document = await run_in_threadpool(_answer, cloud, request, body)
    return Response(status_code=status) if document is None else JSONResponse(document, status)


def _answer(cloud: Cloud, request: Request, body: Document) -> _Answer:
    first, *rest = _resolve(cloud.directory, request.path_params["path"])
    if (request.method, first, rest) == ("GET", "me", []):
        first, rest = SERVICE_PRINCIPALS, [cloud.settings.object_id]
    collection = _COLLECTIONS.get(first.lower(), first)
    name, *verb = rest or [""]
    handler = _HANDLERS.get((request.method, bool(name), "/".join(verb)))
    if handler is None or collection not in _COLLECTIONS.values():
        raise GraphNotEmulated(f"{request.method} {request.url.path}", _COLLECTIONS.values())
    return handler(_Call(cloud.directory, collection, name, body, request.query_params.get("$filter", "")))


def _list(call: _Call) -> _Answer:
    found = call.directory.list(call.collection, _filter(call.filter))
    return HTTPStatus.OK, {"value": [shown(document) for document in found]}


def _create(call: _Call) -> _Answer:
    if call.collection == APPLICATIONS:
        return HTTPStatus.CREATED, shown(call.directory.create_application(call.body))
    return HTTPStatus.CREATED, shown(call.directory.create_service_principal(call.body))


def _get(call: _Call) -> _Answer:
    return HTTPStatus.OK, shown(call.directory.get(call.collection, call.name))


def _update(call: _Call) -> _Answer:
    call.directory.update(call.collection, call.name, call.body)
    return HTTPStatus.NO_CONTENT, None


def _delete(call: _Call) -> _Answer:
    call.directory.delete(call.collection, call.name)
    return HTTPStatus.NO_CONTENT, None


def _add_password(call: _Call) -> _Answer:
    credential = call.body.get("passwordCredential") or {}
    if not isinstance(credential, dict):
        raise InvalidProperty("passwordCredential", "it is no JSON object")
    return HTTPStatus.OK, call.directory.add_password(call.collection, call.name, credential)


def _remove_password(call: _Call) -> _Answer:
    call.directory.remove_password(call.collection, call.name, str(call.body.get("keyId", "")))
    return HTTPStatus.NO_CONTENT, None


_HANDLERS: dict[tuple[str, bool, str], Callable[[_Call], _Answer]] = {
    ("GET", False, ""): _list,
    ("POST", False, ""): _create,
    ("GET", True, ""): _get,
    ("PATCH", True, ""): _update,
    ("DELETE", True, ""): _delete,
    ("POST", True, "addPassword"): _add_password,
    ("POST", True, "removePassword"): _remove_password,
}
"""By method, whether an object is named, and what stands behind it."""


def _resolve(directory: Directory, path: str) -> list[str]:
    """The path's segments; `applications(appId='...')` becomes the collection and the object's id."""
    first, *rest = path.strip("/").split("/")
    alternate = _ALTERNATE_KEY.fullmatch(first)
    if alternate is None:
        return [first, *rest]
    name, app_id = alternate.groups()
    found = directory.list(_COLLECTIONS.get(name.lower(), name), {"appId": app_id})
    return [name, found[0]["id"] if found else app_id, *rest]


def _filter(text: str) -> Document:
    """The fields that `$filter` asks for: `field eq 'value'`, joined by `and`."""
    if not text.strip():
        return {}
    wanted = {}
    for part in re.split(r"\s+and\s+", text):
        parsed = _FILTER.fullmatch(part)
        if parsed is None:
            raise GraphNotEmulated(f"the filter {text!r}", ["field eq 'value', joined by 'and'"])
        wanted[parsed.group(1)] = parsed.group(2).replace("''", "'")
    return wanted
