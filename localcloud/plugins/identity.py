"""Who deploys, and where: subscription, tenant, client and object id, for azure-native and azuread."""

from __future__ import annotations

import base64
import binascii
import json
from typing import TYPE_CHECKING, Any

from localcloud.plugins.control_plane import json_object, require_loopback
from localcloud.plugins.errors import CloudRefused, NotLoopback

if TYPE_CHECKING:
    from localcloud.plugins.package import Call
    from localcloud.plugins.values import Properties

AZURE_CLI = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"
"""The client id of a person who logged in with the Azure CLI."""
_SUBSCRIPTIONS_VERSION = "2022-12-01"


def refused_hosts(configuration: Properties) -> dict[str, str]:
    """Refuses a `metadataHost` that is not on this machine: the configuration was meant for another cloud."""
    host = configuration.get("metadataHost")
    try:
        if host is not None:
            require_loopback(f"https://{host}")
    except NotLoopback as error:
        return {"metadataHost": str(error)}
    return {}


async def subscription_of(call: Call) -> str:
    """The configured subscription, else the first that the control plane lists."""
    configured = call.configuration.get("subscriptionId")
    return str(configured or (await _first_subscription(call))["subscriptionId"])


async def client_configuration(call: Call) -> dict[str, str]:
    """`clientId`, `objectId`, `subscriptionId` and `tenantId` of whoever the requests are sent for."""
    subscription = await _first_subscription(call)
    claims = token_claims(call.control_plane.token())
    object_id = claims.get("oid") or json_object(await call.succeed("GET", "/v1.0/me"))["id"]
    configured = call.configuration
    return {
        "clientId": str(configured.get("clientId") or claims.get("appid") or AZURE_CLI),
        "objectId": str(object_id),
        "subscriptionId": str(configured.get("subscriptionId") or subscription["subscriptionId"]),
        "tenantId": str(configured.get("tenantId") or subscription["tenantId"]),
    }


def token_claims(token: str) -> dict[str, Any]:
    """The claims of a JSON web token, unverified; empty for a token of another kind."""
    _, _, rest = token.partition(".")
    payload, dot, _ = rest.partition(".")
    if not dot:
        return {}
    try:
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (binascii.Error, ValueError):
        return {}
    return claims if isinstance(claims, dict) else {}


async def _first_subscription(call: Call) -> dict[str, Any]:
    session = call.pace.session
    if session.subscription is None:
        query = {"api-version": _SUBSCRIPTIONS_VERSION}
        subscriptions = json_object(await call.succeed("GET", "/subscriptions", query=query)).get("value")
        if not subscriptions:
            raise CloudRefused(404, "SubscriptionNotFound", "the control plane lists no subscription")
        session.subscription = subscriptions[0]
    return session.subscription
