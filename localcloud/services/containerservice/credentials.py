"""`listCluster...Credential`: configurations for Kubernetes clients, which find no server behind them here."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import TYPE_CHECKING, Any

from localcloud.services.containerservice.errors import LocalAccountsDisabled

if TYPE_CHECKING:
    from localcloud.arm.resource_type import ActionRequest


def user(request: ActionRequest) -> dict[str, Any]:
    """For a user of the cluster; without a token of its own where local accounts are off."""
    static = not request.document["properties"].get("disableLocalAccounts")
    return _answer(request, "clusterUser", static=static)


def monitoring(request: ActionRequest) -> dict[str, Any]:
    """For a monitoring agent."""
    return _answer(request, "clusterMonitoringUser", static=_static(request))


def admin(request: ActionRequest) -> dict[str, Any]:
    """For the cluster's administrator; raises LocalAccountsDisabled."""
    return _answer(request, "clusterAdmin", static=_static(request))


def _static(request: ActionRequest) -> bool:
    if request.document["properties"].get("disableLocalAccounts"):
        raise LocalAccountsDisabled
    return True


def _answer(request: ActionRequest, name: str, *, static: bool) -> dict[str, Any]:
    text = json.dumps(_configuration(request, name, static=static))
    return {"kubeconfigs": [{"name": name, "value": base64.b64encode(text.encode()).decode()}]}


def _configuration(request: ActionRequest, name: str, *, static: bool) -> dict[str, Any]:
    """JSON is YAML: what Kubernetes clients read."""
    cluster = request.document["name"]
    login = f"{name}_{request.id.group}_{cluster}"
    server = {"server": f"https://{request.document['properties']['fqdn']}:443"}
    token = {"token": _token(request, name)} if static else {}
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": cluster,
        "clusters": [{"name": cluster, "cluster": server}],
        "contexts": [{"name": cluster, "context": {"cluster": cluster, "user": login}}],
        "users": [{"name": login, "user": token}],
    }


def _token(request: ActionRequest, name: str) -> str:
    key = request.cloud.settings.derive("kubernetes credentials")
    return hmac.new(key, f"{request.id.key}/{name}".encode(), hashlib.sha256).hexdigest()
