"""Storage accounts: names that are unique in the cloud, keys that are derived, signatures for blobs."""

from __future__ import annotations

import base64
import shutil
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from localcloud.arm.errors import BadRequest, CloudError
from localcloud.arm.ids import ResourceId
from localcloud.arm.resource_type import Action, ActionRequest, Facts, Request, ResourceType
from localcloud.services.privatelink.connections import shown_with_connections
from localcloud.services.storage import network_rules, sas
from localcloud.services.storage.errors import StorageAccountAlreadyTaken, StorageAccountPropertyFixed

if TYPE_CHECKING:
    from localcloud.arm.store import Document
    from localcloud.cloud import Cloud

ACCOUNT_TYPE = "Microsoft.Storage/storageAccounts"
_GENERATIONS = "storage-key-generations"


class StorageAccounts(ResourceType):
    """`Microsoft.Storage/storageAccounts`."""

    type = ACCOUNT_TYPE
    asynchronous = True
    facts = Facts(
        name_rule="[a-z0-9]{3,24}",
        name_error="{name} is not a valid storage account name. Storage account name must be between 3 and 24 "
        "characters in length and use numbers and lower-case letters only.",
        objects=(
            "properties.networkAcls",
            "properties.networkAcls.ipRules[]",
            "properties.networkAcls.virtualNetworkRules[]",
        ),
        texts=("properties.networkAcls.virtualNetworkRules[].id",),
        create_only=("kind", "properties.isHnsEnabled"),
        read_only=(
            "sku.tier",
            "properties.provisioningState",
            "properties.primaryEndpoints",
            "properties.primaryLocation",
            "properties.statusOfPrimary",
            "properties.creationTime",
            "properties.keyCreationTime",
            "properties.privateEndpointConnections",
        ),
        defaults={
            "properties.allowBlobPublicAccess": False,
            "properties.minimumTlsVersion": "TLS1_2",
            "properties.supportsHttpsTrafficOnly": True,
            "properties.publicNetworkAccess": "Enabled",
            "properties.isHnsEnabled": False,
            "properties.accessTier": "Hot",
            "properties.networkAcls.bypass": "AzureServices",
            "properties.networkAcls.defaultAction": "Allow",
            "properties.networkAcls.ipRules": [],
            "properties.networkAcls.virtualNetworkRules": [],
        },
    )

    def admit(self, request: Request) -> None:
        """Checks what is required, that nobody else has the name, and the network rules."""
        for name in ("location", "kind"):
            if not request.document.get(name):
                raise BadRequest(f"The request content is missing the required property '{name}'.", "InvalidRequest")
        if not isinstance(request.document.get("sku"), dict) or not request.document["sku"].get("name"):
            raise BadRequest("The request content is missing the required property 'sku.name'.", "InvalidRequest")
        other = by_name(request.cloud, request.id.name)
        if other is not None and other["id"].lower() != request.id.key:
            raise StorageAccountAlreadyTaken(request.id.name)
        network_rules.check(request)

    def provision(self, request: Request) -> None:
        """Adds what only the service sets, and the blob service that every account has."""
        name, now = request.id.name, _now()
        request.document["sku"]["tier"] = request.document["sku"]["name"].split("_")[0].removesuffix("V2")
        request.properties.setdefault("creationTime", now)
        request.properties.setdefault("keyCreationTime", {"key1": now, "key2": now})
        request.properties["primaryEndpoints"] = {"blob": f"{request.cloud.url}/blob/{name}/"}
        request.properties["primaryLocation"] = request.document["location"]
        request.properties["statusOfPrimary"] = "available"
        service = ResourceId.parse(f"{request.id.text}/blobServices/default")
        if request.cloud.resources.find(service) is None:
            request.cloud.resources.save(
                {
                    "id": service.text,
                    "name": "default",
                    "type": service.type,
                    "properties": {},
                    "sku": request.document["sku"],
                }
            )

    def remove(self, request: Request) -> None:
        """Removes the blobs."""
        shutil.rmtree(request.cloud.home.storage / request.id.name, ignore_errors=True)
        request.cloud.store.delete(_GENERATIONS, request.id.name)

    def shown(self, cloud: Cloud, document: Document) -> Document:
        """With its connections, and an endpoint that follows the control plane, whose port may change."""
        shown = shown_with_connections(cloud, document)
        endpoints = {"blob": f"{cloud.url}/blob/{document['name']}/"}
        return shown | {"properties": shown["properties"] | {"primaryEndpoints": endpoints}}

    def change_refused(self, request: Request, changed: list[str]) -> CloudError:
        """Azure's sentence for a property that stays what it was."""
        return StorageAccountPropertyFixed(request.id.name, changed)

    def actions(self) -> Mapping[str, Action]:
        """Keys and signatures."""
        return {"listKeys": _list_keys, "regenerateKey": _regenerate_key, "listServiceSas": _list_service_sas}


def by_name(cloud: Cloud, name: str) -> Document | None:
    """The account with this name, wherever it is; None when there is none."""
    found = (account for account in cloud.resources.of_type(ACCOUNT_TYPE) if account["name"].lower() == name.lower())
    return next(found, None)


def keys(cloud: Cloud, account: Document) -> tuple[str, str]:
    """The two keys of an account, in base64; derived, so that they are stored nowhere."""
    name, created = account["name"], account["properties"].get("creationTime", "")
    generations = cloud.store.get(_GENERATIONS, name) or {}

    def key(which: str) -> str:
        purpose = (name, created, which, str(generations.get(which, 0)))
        halves = (cloud.settings.derive("storage", half, *purpose) for half in ("first", "second"))
        return base64.b64encode(b"".join(halves)).decode()

    return key("key1"), key("key2")


def _list_keys(request: ActionRequest) -> dict[str, Any]:
    created = request.document["properties"].get("keyCreationTime", {})
    return {
        "keys": [
            {"keyName": name, "value": value, "permissions": "FULL", "creationTime": created.get(name)}
            for name, value in zip(("key1", "key2"), keys(request.cloud, request.document), strict=True)
        ]
    }


def _regenerate_key(request: ActionRequest) -> dict[str, Any]:
    name = request.body.get("keyName")
    if name not in {"key1", "key2"}:
        raise BadRequest("Values for request parameters are invalid: keyName.", "InvalidValuesForRequestParameters")
    generations = request.cloud.store.get(_GENERATIONS, request.id.name) or {}
    generations[name] = generations.get(name, 0) + 1
    request.cloud.store.put(_GENERATIONS, request.id.name, generations)
    request.document["properties"].setdefault("keyCreationTime", {})[name] = _now()
    request.cloud.resources.save(request.document)
    return _list_keys(request)


def _list_service_sas(request: ActionRequest) -> dict[str, str]:
    first, second = keys(request.cloud, request.document)
    key = second if request.body.get("keyToSign") == "key2" else first
    return {"serviceSasToken": sas.sign(key, request.body)}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
