"""The subscriptions: one from the start, which is the default, and those that the owner adds."""

from __future__ import annotations

import uuid
from http import HTTPStatus
from typing import TYPE_CHECKING

from localcloud.arm.errors import CloudError, SubscriptionNotFound

if TYPE_CHECKING:
    from localcloud.arm.store import Document
    from localcloud.cloud import Cloud

_COLLECTION = "subscriptions"
_DEFAULT_NAME = "localcloud"


class InvalidResourceNamespace(CloudError):
    """A resource provider that localcloud has nothing of."""

    def __init__(self, namespace: str) -> None:
        super().__init__(
            HTTPStatus.NOT_FOUND, "InvalidResourceNamespace", f"The resource namespace '{namespace}' is invalid."
        )


def add(cloud: Cloud, name: str) -> Document:
    """Makes a subscription of the directory, unless there is one of this name or id; returns it.

    Args:
        cloud: Whose.
        name: What it is called, its id being a new one; or a GUID, which is its id then, and its name too.
    """
    known = next((found for found in subscriptions(cloud) if _is(found, name)), None)
    if known is not None:
        return known
    subscription_id = str(_guid(name) or uuid.uuid4())
    cloud.store.put(_COLLECTION, subscription_id, {"id": subscription_id, "name": name})
    return _document(cloud, subscription_id, name)


def subscriptions(cloud: Cloud) -> list[Document]:
    """All subscriptions as ARM shows them, the default one first."""
    added = (_document(cloud, found["id"], found["name"]) for found in cloud.store.list(_COLLECTION))
    return [_document(cloud, cloud.settings.subscription_id, _DEFAULT_NAME), *added]


def subscription(cloud: Cloud, subscription_id: str) -> Document:
    """One subscription as ARM shows it; raises SubscriptionNotFound."""
    wanted = subscription_id.lower()
    if wanted == cloud.settings.subscription_id.lower():
        return _document(cloud, cloud.settings.subscription_id, _DEFAULT_NAME)
    known = cloud.store.get(_COLLECTION, wanted)
    if known is None:
        raise SubscriptionNotFound(subscription_id)
    return _document(cloud, known["id"], known["name"])


def _document(cloud: Cloud, subscription_id: str, name: str) -> Document:
    return {
        "id": f"/subscriptions/{subscription_id}",
        "subscriptionId": subscription_id,
        "tenantId": cloud.settings.tenant_id,
        "displayName": name,
        "state": "Enabled",
        "authorizationSource": "RoleBased",
        "subscriptionPolicies": {"spendingLimit": "Off"},
    }


def _is(document: Document, name: str) -> bool:
    return name.lower() in {document["subscriptionId"].lower(), document["displayName"].lower()}


def _guid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def tenant(cloud: Cloud) -> Document:
    """The tenant as ARM shows it."""
    tenant_id = cloud.settings.tenant_id
    return {"id": f"/tenants/{tenant_id}", "tenantId": tenant_id, "displayName": "localcloud"}


def providers(cloud: Cloud, subscription_id: str) -> list[Document]:
    """All resource providers that have an emulated type; each is registered in every subscription."""
    namespaces = {resource_type.type.partition("/")[0] for resource_type in cloud.resources.types}
    return [provider(cloud, subscription_id, namespace) for namespace in sorted(namespaces)]


def provider(cloud: Cloud, subscription_id: str, namespace: str) -> Document:
    """One resource provider; raises InvalidResourceNamespace."""
    types = [known.type for known in cloud.resources.types if known.type.lower().startswith(f"{namespace.lower()}/")]
    if not types:
        raise InvalidResourceNamespace(namespace)
    name = types[0].partition("/")[0]
    return {
        "id": f"/subscriptions/{subscription_id}/providers/{name}",
        "namespace": name,
        "registrationState": "Registered",
        "registrationPolicy": "RegistrationRequired",
        "resourceTypes": [{"resourceType": full.partition("/")[2], "locations": []} for full in sorted(types)],
    }
