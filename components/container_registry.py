"""ContainerRegistry: an Azure container registry and the service principal that pulls from it."""

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import NotRequired, TypedDict

import pulumi
import pulumi_azuread as azuread
from pulumi_azure_native import authorization, containerregistry

from ._component import Component, check, check_keys, choice, compact_name, known
from .rules import ArmId, NameKind, Problem, check_name

ACR_PULL = "7f951dda-4ed3-4680-a7ca-43fe172d538d"
"""Azure's built-in role AcrPull."""

_LONGEST_VALIDITY = 730
"""Days: Entra ID's own limit for a password is two years."""


class RegistrySku(str, Enum):
    """Service tier of a registry."""

    BASIC = "Basic"
    """Smallest storage and throughput."""
    STANDARD = "Standard"
    """More of both; enough for most production use."""
    PREMIUM = "Premium"
    """Needed for private endpoints, network rules, replication and retention."""


class ContainerRegistryArgs(TypedDict):
    """Inputs of `ContainerRegistry`."""

    resource_group_name: pulumi.Input[str]
    """Required. Name of the resource group that the registry is created in."""

    registry_name: NotRequired[pulumi.Input[str]]
    """Optional. Name of the registry: 5 to 50 letters and digits, unique in all of Azure. Default: made by Pulumi
    from the component's name. Example: `contosoml`."""

    location: NotRequired[pulumi.Input[str]]
    """Optional. Azure region. Default: the resource group's. Example: `westeurope`."""

    sku: NotRequired[RegistrySku]
    """Optional. Service tier. Default: `Standard`."""

    password_valid_days: NotRequired[int]
    """Optional. Days that a new password of the pull principal is valid, 1 to 730. Default: 180."""

    tags: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Optional. Tags of the registry. Example: `{"team": "ml"}`."""


class ContainerRegistry(Component):
    """A registry with its admin user and anonymous pull off, and a service principal that may pull and nothing else."""

    resource_id: pulumi.Output[str]
    """ARM id of the registry."""
    name: pulumi.Output[str]
    """Name of the registry."""
    resource_group_name: pulumi.Output[str]
    """Resource group of the registry."""
    location: pulumi.Output[str]
    """Azure region of the registry."""
    login_server: pulumi.Output[str]
    """Host that images are pushed to and pulled from, such as `contosoml.azurecr.io`."""
    pull_username: pulumi.Output[str]
    """User name to pull with: the client id of the service principal."""
    pull_password: pulumi.Output[str]
    """Password to pull with. Secret."""
    credential_expires_on: pulumi.Output[str]
    """When the password ends, as RFC 3339 in UTC."""

    def __init__(self, name: str, args: ContainerRegistryArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        check_keys(ContainerRegistry, name, ContainerRegistryArgs, args)
        valid_days = int(args.get("password_valid_days", 180))
        problems = _problems(args, valid_days)
        sku = choice(RegistrySku, args.get("sku", RegistrySku.STANDARD), "sku", problems)
        check(ContainerRegistry, name, problems)
        super().__init__(name, opts)
        self._registry = self._create_registry(name, args, sku)
        principal, password = self._create_pull_principal(name, valid_days)
        grant = self._grant_pull(name, principal)

        self.resource_id = self._registry.id
        self.name = self._registry.name
        self.resource_group_name = pulumi.Output.from_input(args["resource_group_name"])
        self.location = self._registry.location.apply(str)
        self.login_server = self._registry.login_server
        self.pull_username = principal.client_id
        # Nobody may pull with the password before the role is there.
        self.pull_password = pulumi.Output.secret(
            pulumi.Output.all(password.value, grant.id).apply(lambda both: str(both[0]))
        )
        self.credential_expires_on = password.end_date
        self.register_declared_outputs()

    def _create_registry(self, name: str, args: ContainerRegistryArgs, sku: RegistrySku) -> containerregistry.Registry:
        return containerregistry.Registry(
            compact_name(name, "acr"),
            resource_group_name=args["resource_group_name"],
            registry_name=args.get("registry_name"),
            location=args.get("location"),
            sku={"name": sku.value},
            admin_user_enabled=False,
            anonymous_pull_enabled=False,
            tags=args.get("tags"),
            opts=self.child(),
        )

    def _create_pull_principal(
        self, name: str, valid_days: int
    ) -> tuple[azuread.ServicePrincipal, azuread.ServicePrincipalPassword]:
        application = azuread.Application(f"{name}-pull", display_name=f"{name}-pull", opts=self.child())
        principal = azuread.ServicePrincipal(f"{name}-pull", client_id=application.client_id, opts=self.child())
        end = datetime.now(UTC) + timedelta(days=valid_days)
        password = azuread.ServicePrincipalPassword(
            f"{name}-pull-password",
            service_principal_id=principal.id,
            display_name="image pull",
            end_date=end.strftime("%Y-%m-%dT%H:%M:%SZ"),
            rotate_when_changed={"valid_days": str(valid_days)},
            # The end date counts from the day of creation; without this it would move at every `pulumi up`.
            opts=self.child(ignore_changes=["endDate"]),
        )
        return principal, password

    def _grant_pull(self, name: str, principal: azuread.ServicePrincipal) -> authorization.RoleAssignment:
        registry_id = self._registry.id
        return authorization.RoleAssignment(
            f"{name}-pull-grant",
            role_assignment_name=pulumi.Output.all(registry_id, principal.object_id).apply(
                lambda ids: grant_name(ids[0], ids[1], ACR_PULL)
            ),
            scope=registry_id,
            principal_id=principal.object_id,
            # Without the type Azure looks the principal up, and a new one may not have arrived there yet.
            principal_type=authorization.PrincipalType.SERVICE_PRINCIPAL,
            role_definition_id=registry_id.apply(
                lambda text: role_definition_id(ArmId.parse(text).subscription_id, ACR_PULL)
            ),
            opts=self.child(),
        )


def grant_name(scope: str, principal_id: str, role: str) -> str:
    """The name of a role assignment: a GUID that is the same whenever scope, principal and role are."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{scope.lower()}|{principal_id}|{role}"))


def role_definition_id(subscription_id: str, role: str) -> str:
    """ARM id of a built-in role in a subscription."""
    return f"/subscriptions/{subscription_id}/providers/Microsoft.Authorization/roleDefinitions/{role}"


def _problems(args: ContainerRegistryArgs, valid_days: int) -> list[Problem]:
    registry_name = known(args.get("registry_name"))
    problems = [] if registry_name is None else check_name(NameKind.REGISTRY, registry_name, "registry_name")
    if not 1 <= valid_days <= _LONGEST_VALIDITY:
        problems.append(Problem("password_valid_days", "must be from 1 to 730", valid_days, "180"))
    return problems
