"""The registry's action generateCredentials: answered at once, its passwords are fetched from where it leads to."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from localcloud.arm.errors import AnotherOperationInProgress, ResourceNotFound
from localcloud.arm.ids import ResourceId
from localcloud.arm.router import Answer, retry_headers
from localcloud.services.containerregistry import tokens
from localcloud.services.containerregistry.errors import PasswordNameInvalid, TokenNotFound

if TYPE_CHECKING:
    from localcloud.arm.resource_type import ActionRequest
    from localcloud.arm.store import Document

_COLLECTION = "registry-credential-operations"
_PREFIX = "registries-"


def generate(request: ActionRequest) -> Answer:
    """Makes the passwords that are asked for, one or both; 202 with the address of the answer."""
    token = _token(request)
    name, key = request.body.get("name"), token["id"].lower()
    if name is not None and name not in tokens.PASSWORDS:
        raise PasswordNameInvalid(name, tokens.PASSWORDS)
    if request.cloud.operations.running(key):
        raise AnotherOperationInProgress(token["id"])
    names = [name] if name else list(tokens.PASSWORDS)
    tokens.generate(request.cloud, token, names, request.body.get("expiry"))
    operation = request.cloud.operations.record(key, "generateCredentials")
    request.cloud.store.put(_COLLECTION, operation["name"], {"token": token["id"], "names": names})
    request.cloud.operations.submit(operation, _nothing)
    version = request.query.get("api-version", "")
    where = f"{request.cloud.url}{request.id.text}/operationStatuses/{_PREFIX}{operation['name']}?api-version={version}"
    return Answer(HTTPStatus.ACCEPTED, None, {"Location": where} | retry_headers())


def result(request: ActionRequest) -> Answer:
    """What `Location` leads to: 202 until the end, then the passwords."""
    name = request.arguments["name"].removeprefix(_PREFIX)
    known, operation = request.cloud.store.get(_COLLECTION, name), request.cloud.operations.get(name)
    token = request.cloud.resources.find(ResourceId.parse(known["token"])) if known else None
    if known is None or operation is None or token is None:
        raise ResourceNotFound(f"operationStatuses/{request.arguments['name']}", request.id.group)
    if operation["status"] == "InProgress":
        return Answer(HTTPStatus.ACCEPTED, None, retry_headers())
    return Answer(HTTPStatus.OK, tokens.credentials(request.cloud, token, known["names"]))


def _token(request: ActionRequest) -> Document:
    wanted = request.body.get("tokenId")
    token_id = ResourceId.parse(wanted) if isinstance(wanted, str) else None
    same = token_id is not None and token_id.parent == ResourceId.parse(request.document["id"])
    found = request.cloud.resources.find(token_id) if token_id is not None and same else None
    if found is None or found["type"] != tokens.TOKEN_TYPE:
        raise TokenNotFound(wanted)
    return found


def _nothing() -> None:
    """The passwords are made before the answer: what is left is the time that Azure takes."""
