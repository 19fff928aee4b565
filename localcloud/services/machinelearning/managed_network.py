"""The managed network of a workspace and its outbound rules (ManagedNetworkSettingsRule)."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from localcloud.arm.ids import ResourceId
from localcloud.arm.resource_type import Facts, Request, ResourceType
from localcloud.services.machinelearning.errors import WorkspaceRefused

if TYPE_CHECKING:
    from localcloud.arm.store import Document
    from localcloud.cloud import Cloud

RULE_TYPE = "Microsoft.MachineLearningServices/workspaces/outboundRules"
_MODES = ("Disabled", "AllowInternetOutbound", "AllowOnlyApprovedOutbound")
_RULES = ("FQDN", "PrivateEndpoint", "ServiceTag")


class OutboundRules(ResourceType):
    """`Microsoft.MachineLearningServices/workspaces/outboundRules`: what a managed network may reach."""

    type = RULE_TYPE
    stateful = False
    facts = Facts(
        name_rule="[a-zA-Z0-9][a-zA-Z0-9_-]{2,32}",
        read_only=("properties.parentRuleNames", "properties.errorInformation"),
    )

    def admit(self, request: Request) -> None:
        """A rule needs a managed network, a kind and a destination."""
        workspace = request.cloud.resources.get(ResourceId.parse(request.id.text.rsplit("/", 2)[0]))
        if _mode(workspace["properties"]) == "Disabled":
            raise WorkspaceRefused("An outbound rule needs a workspace with a managed network (isolationMode).")
        _check_rule(request.id.name, request.properties)

    def provision(self, request: Request) -> None:
        """Adds what only the service sets: nothing runs in the network, so that a rule stays inactive."""
        request.document["properties"] = _completed(request.properties)


def check(request: Request) -> None:
    """Raises WorkspaceRefused for a mode that there is not, a network that would end, or a rule that is none."""
    mode = _mode(request.properties)
    if mode not in _MODES:
        raise WorkspaceRefused(f"managedNetwork.isolationMode '{mode}' is none of {', '.join(_MODES)}.")
    before = _mode(request.existing["properties"]) if request.existing else "Disabled"
    if before != "Disabled" and mode == "Disabled":
        raise WorkspaceRefused(
            f"A managed network stays once it is there: isolationMode can't go from {before} to {mode}."
        )
    for name, rule in _rules(request.properties).items():
        _check_rule(name, rule)


def provision(request: Request) -> None:
    """Makes the network's id, and a rule of each that stands in the workspace's own properties."""
    network = request.properties.get("managedNetwork")
    if not network:
        return
    if _mode(request.properties) != "Disabled":
        network["networkId"] = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{request.id.key}/network"))
        network.setdefault("status", {"status": "Inactive", "sparkReady": False})
    for name, rule in _rules(request.properties).items():
        document = {"id": f"{request.id.text}/outboundRules/{name}", "name": name, "type": RULE_TYPE}
        request.cloud.resources.save(document | {"properties": _completed(rule)})
    network.pop("outboundRules", None)


def shown(cloud: Cloud, document: Document) -> dict[str, Any]:
    """The property `managedNetwork` with all rules, wherever they were written; empty without a network."""
    network = document["properties"].get("managedNetwork")
    if not network:
        return {}
    rules = {rule["name"]: rule["properties"] for rule in cloud.resources.below(document["id"], RULE_TYPE)}
    return {"managedNetwork": network | ({"outboundRules": rules} if rules else {})}


def _mode(properties: dict[str, Any]) -> str:
    return str((properties.get("managedNetwork") or {}).get("isolationMode") or "Disabled")


def _rules(properties: dict[str, Any]) -> dict[str, Any]:
    rules: dict[str, Any] = (properties.get("managedNetwork") or {}).get("outboundRules") or {}
    return rules


def _check_rule(name: str, rule: Any) -> None:
    if not isinstance(rule, dict) or rule.get("type") not in _RULES:
        raise WorkspaceRefused(f"The outbound rule '{name}' needs a type: one of {', '.join(_RULES)}.")
    if not rule.get("destination"):
        raise WorkspaceRefused(f"The outbound rule '{name}' needs a destination.")


def _completed(rule: dict[str, Any]) -> dict[str, Any]:
    return {"category": "UserDefined", "status": "Inactive"} | rule
