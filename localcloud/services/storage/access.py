"""Who may do what with a blob: a shared access signature or a bearer token."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from localcloud.arm.errors import CloudError
from localcloud.arm.ids import ResourceId
from localcloud.control.auth import bearer_principal
from localcloud.services.authorization.access import roles_at
from localcloud.services.storage import sas
from localcloud.services.storage.accounts import by_name, keys
from localcloud.services.storage.errors import (
    AuthenticationFailed,
    ContainerNotFound,
    NoAuthenticationInformation,
    PermissionMismatch,
    SharedKeyAccessDisabled,
)

if TYPE_CHECKING:
    from localcloud.arm.store import Document
    from localcloud.cloud import Cloud

READ, WRITE, DELETE = "r", "cw", "d"
_BLOBS = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs"
_DATA_ACTIONS = {READ: f"{_BLOBS}/read", WRITE: f"{_BLOBS}/write", DELETE: f"{_BLOBS}/delete"}


def check(
    cloud: Cloud, place: tuple[str, str, str], query: Mapping[str, str], authorization: str | None, permission: str
) -> None:
    """Refuses a request that may not do this, and one for a container that is not there.

    Args:
        cloud: The cloud.
        place: Account, container and blob.
        query: The request's query, with the signature if there is one.
        authorization: The Authorization header.
        permission: READ, WRITE or DELETE.
    """
    name, container, blob = place
    account = by_name(cloud, name)
    if account is None:
        raise ContainerNotFound
    if "sig" in query:
        if account["properties"].get("allowSharedKeyAccess") is False:
            raise SharedKeyAccessDisabled
        sas.check(keys(cloud, account), f"/blob/{name}/{container}/{blob}", query, permission, datetime.now(UTC))
    elif authorization:
        _check_bearer(cloud, account, authorization, _DATA_ACTIONS[permission])
    else:
        raise NoAuthenticationInformation
    if cloud.resources.find(ResourceId.parse(f"{account['id']}/blobServices/default/containers/{container}")) is None:
        raise ContainerNotFound


def _check_bearer(cloud: Cloud, account: Document, authorization: str, action: str) -> None:
    """The deployer may do everything; anybody else needs a role for data, such as Storage Blob Data Reader."""
    try:
        principal = bearer_principal(cloud, authorization)
    except CloudError as error:
        raise AuthenticationFailed("The token is not valid.") from error
    if principal.object_id == cloud.settings.object_id:
        return
    if not any(role.allows_data(action) for role in roles_at(cloud, principal.object_id, account["id"])):
        raise PermissionMismatch
