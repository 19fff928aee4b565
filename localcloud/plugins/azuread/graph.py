"""Microsoft Graph as terraform-azuread uses it: addresses, and reading again what was just made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.plugins.control_plane import json_object, refusal, succeeded
from localcloud.plugins.errors import InvalidInput

if TYPE_CHECKING:
    from localcloud.plugins.package import Call

GRAPH = "/v1.0"
_NOT_FOUND = 404
_ERROR = 400
_CONSISTENCY_WAITS = (1.0, 2.0, 5.0, 10.0, 20.0, 60.0)


async def read_object(call: Call, collection: str, object_id: str) -> dict[str, Any] | None:
    """An object of the directory; None when it is not there."""
    response = await call.request("GET", f"{GRAPH}/{collection}/{object_id}")
    if response.status_code == _NOT_FOUND:
        return None
    return json_object(succeeded(response))


async def read_made(call: Call, collection: str, object_id: str) -> dict[str, Any]:
    """An object that was just made: the directory may take a while to know it."""
    for wait in _CONSISTENCY_WAITS:
        document = await read_object(call, collection, object_id)
        if document is not None:
            return document
        await call.pace.sleep(wait * call.scale)
    return json_object(await call.succeed("GET", f"{GRAPH}/{collection}/{object_id}"))


async def post_until_there(call: Call, url: str, body: dict[str, Any]) -> dict[str, Any]:
    """POSTs to an object that may have been made a moment ago."""
    for wait in _CONSISTENCY_WAITS:
        response = await call.request("POST", url, body=body)
        if response.status_code != _NOT_FOUND:
            return json_object(succeeded(response))
        await call.pace.sleep(wait * call.scale)
    return json_object(await call.succeed("POST", url, body=body))


async def delete_object(call: Call, collection: str, object_id: str) -> None:
    """Removes an object; one that is gone is removed."""
    response = await call.request("DELETE", f"{GRAPH}/{collection}/{object_id}")
    if response.status_code >= _ERROR and response.status_code != _NOT_FOUND:
        raise refusal(response)


def object_id_of(resource_id: str, collection: str) -> str:
    """The object id in `/<collection>/<object id>`, or the text itself when it is an object id alone.

    Raises:
        InvalidInput: The id is of another collection.
    """
    *path, object_id = resource_id.strip("/").split("/")
    if path not in ([], [collection]) or not object_id:
        raise InvalidInput(f"'{resource_id}' is not an id of {collection}; e.g. /{collection}/<object id>")
    return object_id
