"""`azure-native:storage:Blob`: a blob lives on the data plane, so it has a provider's code of its own."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from localcloud.plugins.assets import content_of
from localcloud.plugins.azure_native.resource_type import ResourceType
from localcloud.plugins.azure_native.resources import azure_plan, failures, named
from localcloud.plugins.azure_native.table.storage import STORAGE_ACCOUNT
from localcloud.plugins.control_plane import json_object, refusal
from localcloud.plugins.errors import AlreadyExists, InvalidInput, NotEmulated
from localcloud.plugins.identity import subscription_of
from localcloud.plugins.package import Checked, Live, Plan
from localcloud.plugins.values import Archive, Asset, Properties, reveal

if TYPE_CHECKING:
    import httpx

    from localcloud.plugins.package import Call, Naming

_NOT_FOUND = 404
_ERROR = 400
_SERVICE_VERSION = "2024-11-04"
_METADATA = "x-ms-meta-"
_CONTENT_TYPE = "application/octet-stream"
_BLOB_TYPE = "Block"
_ACCOUNT_QUERY: Final = {"api-version": STORAGE_ACCOUNT.version}
_HEADERS: Final = {
    "contentType": "x-ms-blob-content-type",
    "contentMd5": "x-ms-blob-content-md5",
    "accessTier": "x-ms-access-tier",
}

BLOB = ResourceType(
    token="azure-native:storage:Blob",  # noqa: S106  a Pulumi type token, no credential
    path=f"{STORAGE_ACCOUNT.path}/blobServices/default/containers/{{containerName}}/blobs/{{blobName}}",
    version="",
    settable=("accessTier", "contentMd5", "contentType", "metadata", "source", "type"),
    required=("resourceGroupName", "accountName", "containerName", "type"),
    create_only=frozenset({"contentMd5", "source", "type"}),
    located=False,
)


class BlobResource:
    """A block blob; content, MD5 sum and type replace it, the rest is written again in place."""

    token = BLOB.token

    async def check(self, call: Call, naming: Naming, old: Properties, new: Properties) -> Checked:
        """The resource's own name as the default; only block blobs are emulated."""
        del call
        inputs = {"type": _BLOB_TYPE} | named(BLOB, naming, old, new)
        blob_type = reveal(inputs["type"])
        if isinstance(blob_type, str) and blob_type != _BLOB_TYPE:
            raise NotEmulated("blob type", blob_type, [_BLOB_TYPE])
        return Checked(inputs, failures(BLOB, inputs))

    def plan(self, old: Properties, new: Properties) -> Plan:
        """Replaces, the old blob first, when the content changes."""
        return azure_plan(BLOB, old, new)

    def preview(self, inputs: Properties, old: Properties | None) -> Properties:
        """The inputs; for an update the name and the address, too, which can't change."""
        stable = {name: old[name] for name in ("name", "url") if name in old} if old else {}
        return {name: inputs[name] for name in BLOB.settable if name in inputs and name != "source"} | stable

    async def create(self, call: Call, inputs: Properties) -> Live:
        """Writes the blob, unless there is one."""
        given = reveal(inputs)
        resource_id = BLOB.resource_id(await subscription_of(call), given)
        url = await self._url(call, given)
        if (await call.request("HEAD", url, headers=_version())).is_success:
            raise AlreadyExists(resource_id)
        return Live(resource_id, await self._write(call, url, given))

    async def read(self, call: Call, resource_id: str, inputs: Properties, outputs: Properties) -> Live | None:
        """The blob's properties; None when it, its container or its account is gone."""
        del outputs
        place = BLOB.parse_id(resource_id)
        if not place:
            raise InvalidInput(f"'{resource_id}' is not an id of {BLOB.token}; expected {BLOB.path}")
        url = await self._url_if_there(call, place)
        if url is None:
            return None
        response = await call.request("HEAD", url, headers=_version())
        if response.status_code == _NOT_FOUND:
            return None
        if response.status_code >= _ERROR:
            raise refusal(response)
        found = _outputs(place["blobName"], url, response)
        known = {name: value for name, value in found.items() if name in BLOB.settable and name != "contentMd5"}
        return Live(resource_id, found, (inputs | {n: known[n] for n in known if n in inputs}) or place | known)

    async def update(self, call: Call, resource_id: str, inputs: Properties, old: Live) -> Properties:
        """Writes the blob again with its new metadata, type of content or tier."""
        del resource_id, old
        given = reveal(inputs)
        return await self._write(call, await self._url(call, given), given)

    async def delete(self, call: Call, resource_id: str, old: Live) -> None:
        """Removes the blob; gone is removed, with its account, too."""
        del old
        url = await self._url_if_there(call, BLOB.parse_id(resource_id))
        if url is None:
            return
        response = await call.request("DELETE", url, headers=_version())
        if response.status_code >= _ERROR and response.status_code != _NOT_FOUND:
            raise refusal(response)

    async def _write(self, call: Call, url: str, given: Properties) -> Properties:
        source = given.get("source", Asset())
        if not isinstance(source, Asset | Archive):
            raise InvalidInput("the source of a blob has to be an asset or an archive")
        content = await asyncio.to_thread(content_of, source)
        headers = {"x-ms-blob-type": "BlockBlob", "x-ms-blob-content-type": _CONTENT_TYPE, **_version()}
        headers |= {header: str(given[name]) for name, header in _HEADERS.items() if name in given}
        headers |= {f"{_METADATA}{name}": str(value) for name, value in given.get("metadata", {}).items()}
        await call.succeed("PUT", url, content=content, headers=headers)
        return _outputs(given["blobName"], url, await call.succeed("HEAD", url, headers=_version()))

    async def _url(self, call: Call, given: Properties) -> str:
        account_id = await self._account(call, given)
        document = json_object(await call.succeed("GET", account_id, query=_ACCOUNT_QUERY))
        # azure-native signs with the account's key: who may not list the keys can't write.
        await call.succeed("POST", f"{account_id}/listKeys", query=_ACCOUNT_QUERY)
        return _blob_url(document, given, account_id)

    async def _url_if_there(self, call: Call, given: Properties) -> str | None:
        account_id = await self._account(call, given)
        response = await call.request("GET", account_id, query=_ACCOUNT_QUERY)
        if response.status_code == _NOT_FOUND:
            return None
        if response.status_code >= _ERROR:
            raise refusal(response)
        return _blob_url(json_object(response), given, account_id)

    @staticmethod
    async def _account(call: Call, given: Properties) -> str:
        return STORAGE_ACCOUNT.resource_id(await subscription_of(call), given)


def _blob_url(account: dict[str, Any], given: Properties, account_id: str) -> str:
    endpoint = (STORAGE_ACCOUNT.outputs(account).get("primaryEndpoints") or {}).get("blob")
    if not endpoint:
        raise InvalidInput(f"the storage account '{account_id}' has no blob endpoint")
    return f"{endpoint.rstrip('/')}/{quote(given['containerName'])}/{quote(given['blobName'])}"


def _outputs(name: str, url: str, response: httpx.Response) -> Properties:
    headers = response.headers
    found = {
        "name": name,
        "url": url,
        "type": _BLOB_TYPE,
        "contentType": headers.get("Content-Type"),
        "contentMd5": headers.get("Content-MD5"),
        "accessTier": headers.get("x-ms-access-tier"),
        "metadata": {key.removeprefix(_METADATA): value for key, value in headers.items() if key.startswith(_METADATA)},
    }
    return {key: value for key, value in found.items() if value is not None}


def _version() -> dict[str, str]:
    return {"x-ms-version": _SERVICE_VERSION}
