"""What a ContainerRegistry is made of: the registry itself, its copies, and its pull mode."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_azure_native import containerregistry

from ._component import Component, compact_name, require_registry
from ._errors import ComponentError
from .interfaces import registry_encryption
from .pull import Pull, PullMode, RoleAssignmentMode, nothing
from .pull._credentials import pull_as_service_principal
from .pull._passwords import Passwords, moment
from .pull._token import TokenRequest, pull_as_token
from .pull._user_assigned import adopt_identity, make_identity, pull_as_identity
from .rules import ArmId

_ON = {True: "Enabled", False: "Disabled"}


@dataclass(frozen=True)
class RegistryInUse:
    """A registry that was made or adopted.

    Attributes:
        id: Its ARM id.
        resource_group_name: Its resource group.
        resource: What Pulumi knows of it.
    """

    id: pulumi.Output[str]
    resource_group_name: pulumi.Output[str]
    resource: containerregistry.Registry


def adopt_registry(component: Component, name: str, registry_id: pulumi.Input[str]) -> RegistryInUse:
    """Reads a registry that exists, in any group and subscription; it is never changed or removed.

    Args:
        component: Parent of what was read.
        name: Its name's first part.
        registry_id: ARM id of the registry.
    """
    # A preview does not know the id of what it reads, only the rest: the one that was given goes on.
    given = require_registry(type(component), name, "container_registry_id", registry_id)
    group = given.apply(lambda text: ArmId.parse(text).resource_group_name)
    return RegistryInUse(given, group, containerregistry.Registry.get(f"{name}-acr", given, opts=component.child()))


def create_registry(component: Component, name: str, args: Mapping[str, Any], sku: str) -> RegistryInUse:
    """Makes a registry.

    Args:
        component: Parent of the registry.
        name: Its name's first part.
        args: The component's inputs.
        sku: Its service tier.
    """
    made = containerregistry.Registry(
        compact_name(name, "acr"),
        resource_group_name=args["resource_group_name"],
        registry_name=args.get("registry_name"),
        location=args.get("location"),
        sku={"name": sku},
        admin_user_enabled=False,
        anonymous_pull_enabled=args.get("pull") == PullMode.ANONYMOUS,
        public_network_access=_ON[args.get("public_network_access", True)],
        zone_redundancy=_ON[args.get("zone_redundancy", False)],
        tags=args.get("tags"),
        opts=component.child(),
        **(_premium(args) if sku == "Premium" else {}),
    )
    return RegistryInUse(made.id, pulumi.Output.from_input(args["resource_group_name"]), made)


def _premium(args: Mapping[str, Any]) -> dict[str, Any]:
    """What the registry has beyond the smaller tiers."""
    allowed = [{"action": "Allow", "i_p_address_or_range": text} for text in args.get("allowed_ip_ranges", [])]
    # Said even where every address may come: ranges that are taken out again would stay otherwise.
    inputs: dict[str, Any] = {
        "network_rule_set": {"default_action": "Deny" if allowed else "Allow", "ip_rules": allowed}
    }
    if "retention_policy_days" in args:
        days = int(args["retention_policy_days"])
        inputs["policies"] = {"retention_policy": {"days": days, "status": "enabled"}}
    if "customer_managed_key" in args:
        key = args["customer_managed_key"]
        inputs["encryption"] = registry_encryption(key)
        reader = pulumi.Output.from_input(key["user_assigned_identity_resource_id"])
        inputs["identity"] = {
            "type": "UserAssigned",
            "user_assigned_identities": reader.apply(lambda identity_id: {identity_id: {}}),
        }
    return inputs


def region(location: str) -> str:
    """The name of a region without spaces and capitals, as Azure compares it: `northeurope` for `North Europe`."""
    return location.replace(" ", "").lower()


def create_replications(
    component: Component, name: str, args: Mapping[str, Any], registry: RegistryInUse
) -> list[pulumi.Resource]:
    """Makes a copy of the registry in each region that is asked for.

    Args:
        component: Parent of the copies.
        name: Their names' first part.
        args: The component's inputs.
        registry: The registry.
    """
    return [
        containerregistry.Replication(
            f"{name}-replication-{region(replication['location'])}",
            resource_group_name=args["resource_group_name"],
            registry_name=registry.resource.name,
            # Azure names a copy after its region, and takes no hyphen.
            replication_name=region(replication["location"]),
            location=replication["location"],
            zone_redundancy=_ON[replication.get("zone_redundancy", False)],
            tags=args.get("tags"),
            opts=component.child(),
        )
        for replication in args.get("replications", [])
    ]


def pull_from(component: Component, name: str, args: Mapping[str, Any], registry: RegistryInUse) -> Pull:
    """Makes what the pull mode needs.

    Args:
        component: Parent of what is made.
        name: Its names' first part.
        args: The component's inputs.
        registry: The registry to pull from.
    """
    # A registry that can't be read leaves nothing behind; one that is made is not waited for.
    after = [registry.resource] if "container_registry_id" in args else []
    roles = RoleAssignmentMode(args.get("role_assignment_mode", RoleAssignmentMode.LEGACY_REGISTRY_PERMISSIONS))
    match PullMode(args.get("pull", PullMode.SERVICE_PRINCIPAL)):
        case PullMode.SERVICE_PRINCIPAL:
            return pull_as_service_principal(component, name, registry.id, roles, _passwords(args), after)
        case PullMode.MANAGED_IDENTITY:
            if "pull_identity_id" in args:
                identity = adopt_identity(component, name, args["pull_identity_id"])
            else:
                identity = make_identity(component, name, args["resource_group_name"], args.get("tags"), after)
            return pull_as_identity(component, name, registry.id, roles, identity)
        case PullMode.TOKEN:
            password = pulumi.Output.secret(args.get("token_password", ""))
            request = TokenRequest(token_name(name, args), args["token_repositories"], password)
            return pull_as_token(component, name, registry.id, request)
        case PullMode.ANONYMOUS:
            return nothing(after=_open(component, name, registry.resource) if after else None)
        case PullMode.WORKSPACE:
            return nothing()


def token_name(name: str, args: Mapping[str, Any]) -> str:
    """The name of the token that is made: the one that is asked for, or one of the component's name."""
    return str(args.get("token_name", f"{name}-pull-token"))


def _passwords(args: Mapping[str, Any]) -> Passwords:
    # A plugin's caller sends every number as a float.
    return Passwords(
        rotation=int(args.get("rotation", 0)),
        valid_days=int(args.get("password_valid_days", 180)),
        expires_on=moment(args["password_expires_on"]) if "password_expires_on" in args else None,
        warning_days=int(args.get("expiry_warning_days", 30)),
    )


def _open(component: Component, name: str, registry: containerregistry.Registry) -> pulumi.Output[str]:
    """The registry's name, where anonymous pull is on: an adopted registry may have it off."""

    def checked(known: list[Any]) -> str:
        if not known[1]:
            message = f"pull must not be anonymous for the registry {known[0]}, whose anonymous pull is off"
            raise ComponentError(type(component).__name__, name, f"{message}; e.g. pull=service_principal")
        return str(known[0])

    return pulumi.Output.all(registry.name, registry.anonymous_pull_enabled).apply(checked)
