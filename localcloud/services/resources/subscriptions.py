"""The one subscription and its resource providers: data, no documents."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from localcloud.arm.errors import CloudError, SubscriptionNotFound

if TYPE_CHECKING:
    from localcloud.arm.store import Document
    from localcloud.cloud import Cloud


class InvalidResourceNamespace(CloudError):
    """A resource provider that localcloud has nothing of."""

    def __init__(self, namespace: str) -> None:
        super().__init__(
            HTTPStatus.NOT_FOUND, "InvalidResourceNamespace", f"The resource namespace '{namespace}' is invalid."
        )


def check(cloud: Cloud, subscription: str) -> None:
    """Raises SubscriptionNotFound for another subscription than the cloud's own."""
    if subscription.lower() != cloud.settings.subscription_id.lower():
        raise SubscriptionNotFound(subscription)


def subscription(cloud: Cloud) -> Document:
    """The subscription as ARM shows it."""
    subscription_id = cloud.settings.subscription_id
    return {
        "id": f"/subscriptions/{subscription_id}",
        "subscriptionId": subscription_id,
        "tenantId": cloud.settings.tenant_id,
        "displayName": "localcloud",
        "state": "Enabled",
        "authorizationSource": "RoleBased",
        "subscriptionPolicies": {"spendingLimit": "Off"},
    }


def tenant(cloud: Cloud) -> Document:
    """The tenant as ARM shows it."""
    tenant_id = cloud.settings.tenant_id
    return {"id": f"/tenants/{tenant_id}", "tenantId": tenant_id, "displayName": "localcloud"}


def providers(cloud: Cloud) -> list[Document]:
    """All resource providers that have an emulated type; each is registered."""
    namespaces = {resource_type.type.partition("/")[0] for resource_type in cloud.resources.types}
    return [provider(cloud, namespace) for namespace in sorted(namespaces)]


def provider(cloud: Cloud, namespace: str) -> Document:
    """One resource provider; raises InvalidResourceNamespace."""
    types = [known.type for known in cloud.resources.types if known.type.lower().startswith(f"{namespace.lower()}/")]
    if not types:
        raise InvalidResourceNamespace(namespace)
    name = types[0].partition("/")[0]
    return {
        "id": f"/subscriptions/{cloud.settings.subscription_id}/providers/{name}",
        "namespace": name,
        "registrationState": "Registered",
        "registrationPolicy": "RegistrationRequired",
        "resourceTypes": [{"resourceType": full.partition("/")[2], "locations": []} for full in sorted(types)],
    }
