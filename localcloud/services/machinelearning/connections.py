"""Connections of a workspace to what is outside of it, such as a container registry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from localcloud.arm.resource_type import Action, ActionRequest, Facts, Request, ResourceType
from localcloud.services.machinelearning.errors import ConnectionRefused
from localcloud.services.machinelearning.sealed import SealedDocuments

if TYPE_CHECKING:
    from localcloud.arm.store import Document
    from localcloud.cloud import Cloud

CONNECTION_TYPE = "Microsoft.MachineLearningServices/workspaces/connections"
_SECRETS = SealedDocuments("ml-connection-secrets", "workspace connections")
_NEEDED: Mapping[str, tuple[str, ...]] = {
    "AAD": (),
    "AccessKey": ("accessKeyId", "secretAccessKey"),
    "AccountKey": ("key",),
    "ApiKey": ("key",),
    "CustomKeys": ("keys",),
    "ManagedIdentity": (),
    "None": (),
    "OAuth2": (),
    "PAT": ("pat",),
    "SAS": ("sas",),
    "ServicePrincipal": ("clientId", "clientSecret", "tenantId"),
    "UsernamePassword": ("username", "password"),
}


class Connections(ResourceType):
    """`Microsoft.MachineLearningServices/workspaces/connections`; credentials are shown by `listsecrets` alone."""

    type = CONNECTION_TYPE
    stateful = False
    facts = Facts(
        name_rule="[a-zA-Z0-9][a-zA-Z0-9_-]{2,32}",
        name_error="Connection name '{name}' is invalid: 3 to 33 letters, digits, '-' and '_', '-' or '_' not first.",
        read_only=("properties.createdByWorkspaceArmId", "properties.group"),
        objects=("properties.credentials",),
        secret=("properties.credentials",),
        defaults={"properties.isSharedToAll": False, "properties.sharedUserList": []},
    )

    def admit(self, request: Request) -> None:
        """Checks what every connection has, and what its kind of authentication needs."""
        kind = str(request.properties.get("authType"))
        if kind not in _NEEDED:
            raise ConnectionRefused(f"authType '{kind}' is none of {', '.join(_NEEDED)}.")
        for name in ("category", "target"):
            if not request.properties.get(name):
                raise ConnectionRefused(f"The connection needs '{name}'.")
        credentials = request.properties.get("credentials") or {}
        missing = [name for name in _NEEDED[kind] if not credentials.get(name)]
        if missing:
            raise ConnectionRefused(f"A connection with authType {kind} needs credentials.{' and '.join(missing)}.")

    def provision(self, request: Request) -> None:
        """Puts the credentials aside, sealed, where no GET finds them."""
        workspace = request.id.parent
        request.properties["createdByWorkspaceArmId"] = workspace.text if workspace else ""
        _SECRETS.put(request.cloud, request.id.key, request.properties.get("credentials") or {})

    def remove(self, request: Request) -> None:
        """Forgets the credentials."""
        _SECRETS.forget(request.cloud, request.id.key)

    def actions(self) -> Mapping[str, Action]:
        """What the connection signs in with."""
        return {"listsecrets": _list_secrets}


def credentials_of(cloud: Cloud, connection: Document) -> dict[str, Any]:
    """What a connection signs in with; empty for one that needs nothing."""
    return _SECRETS.get(cloud, connection["id"].lower()) or {}


def _list_secrets(request: ActionRequest) -> dict[str, Any]:
    credentials = credentials_of(request.cloud, request.document)
    shown = {"credentials": credentials} if credentials else {}
    return request.document | {"properties": request.document["properties"] | shown}
