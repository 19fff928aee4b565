"""The blob service of an account and its containers, as resources."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from localcloud.arm.errors import BadRequest
from localcloud.arm.resource_type import Facts, Request, ResourceType
from localcloud.services.storage.accounts import by_name
from localcloud.services.storage.blobs import Blobs

if TYPE_CHECKING:
    from localcloud.arm.ids import ResourceId


class BlobServices(ResourceType):
    """`Microsoft.Storage/storageAccounts/blobServices`: there is one, `default`, made with the account."""

    type = "Microsoft.Storage/storageAccounts/blobServices"
    stateful = False
    facts = Facts(name_rule="default", read_only=("sku",))


class BlobContainers(ResourceType):
    """`Microsoft.Storage/storageAccounts/blobServices/containers`."""

    type = "Microsoft.Storage/storageAccounts/blobServices/containers"
    stateful = False
    facts = Facts(
        name_rule=r"(?=.{3,63}$)(\$root|[a-z0-9]([a-z0-9]|-(?=[a-z0-9]))*)",
        name_error="The specifed resource name contains invalid characters. Container name '{name}' must be 3 to 63 "
        "lower-case letters, numbers and single dashes.",
        read_only=(
            "etag",
            "properties.lastModifiedTime",
            "properties.leaseStatus",
            "properties.leaseState",
            "properties.hasImmutabilityPolicy",
            "properties.hasLegalHold",
        ),
        defaults={"properties.publicAccess": "None"},
    )

    def check_name(self, resource_id: ResourceId) -> None:
        """The name's own part is what the rule is for."""
        if not re.fullmatch(self.facts.name_rule, resource_id.name):
            raise BadRequest(self.facts.name_error.format(name=resource_id.name), "ContainerNameInvalid")

    def admit(self, request: Request) -> None:
        """Public access needs the account's leave."""
        account = by_name(request.cloud, request.id.names[0])
        allowed = account is not None and account["properties"].get("allowBlobPublicAccess")
        if request.properties["publicAccess"] != "None" and not allowed:
            raise BadRequest("Public access is not permitted on this storage account.", "PublicAccessNotPermitted")

    def provision(self, request: Request) -> None:
        """Adds what only the service sets."""
        request.document["etag"] = f'"0x{uuid.uuid4().hex[:15].upper()}"'
        request.properties |= {
            "lastModifiedTime": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
            "leaseStatus": "Unlocked",
            "leaseState": "Available",
            "hasImmutabilityPolicy": False,
            "hasLegalHold": False,
        }

    def remove(self, request: Request) -> None:
        """Removes the container's blobs."""
        account, _, container = request.id.names
        Blobs(request.cloud.store, request.cloud.home.storage).drop(account, container)
