"""ContainerRegistry: an Azure container registry, made or adopted, and the one way that images are pulled from it."""

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any, NotRequired, TypedDict

import pulumi

from ._component import Component, choice, key_problems
from ._input_types import checked
from ._registry_checks import check_pull, check_registry
from ._registry_parts import RegistryInUse, adopt_registry, create_registry, create_replications, pull_from
from .interfaces import (
    CustomerManagedKey,
    DiagnosticSetting,
    Lock,
    PrivateEndpoint,
    RoleAssignment,
    Subject,
    attach,
    interface_problems,
)
from .pull import PullMode, RoleAssignmentMode
from .rules import Problem


class RegistrySku(str, Enum):
    """Service tier of a registry."""

    BASIC = "Basic"
    """Smallest storage and throughput."""
    STANDARD = "Standard"
    """More of both; enough for most production use."""
    PREMIUM = "Premium"
    """Needed for private endpoints, network rules, replication and retention."""


class Replication(TypedDict):
    """A copy of a registry in another region."""

    location: str
    """Required. Azure region of the copy. Example: `northeurope`."""

    zone_redundancy: NotRequired[bool]
    """Optional. Whether the copy spans the zones of its region; can't be changed later. Default: false."""


class ContainerRegistryArgs(TypedDict):
    """Inputs of `ContainerRegistry`."""

    resource_group_name: NotRequired[pulumi.Input[str]]
    """Conditional. Name of the resource group that the registry is created in. Required without
    `container_registry_id`; with it, the group of what is made beside the registry: a pull identity, private
    endpoints."""

    container_registry_id: NotRequired[pulumi.Input[str]]
    """Optional. ARM id of an existing registry, which is taken as it is, in any resource group and subscription.
    Default: a registry is made. Example: output `container_registry_id` of `Workspace`."""

    registry_name: NotRequired[pulumi.Input[str]]
    """Optional. Name of the registry: 5 to 50 letters and digits, unique in all of Azure. Default: made by Pulumi
    from the component's name. Example: `contosoml`."""

    location: NotRequired[pulumi.Input[str]]
    """Optional. Azure region. Default: the resource group's. Example: `westeurope`."""

    sku: NotRequired[RegistrySku]
    """Optional. Service tier. Default: `Standard`."""

    public_network_access: NotRequired[bool]
    """Conditional. Whether the registry can be reached from the internet; false for `Premium` only. Default: true."""

    allowed_ip_ranges: NotRequired[Sequence[str]]
    """Conditional. IPv4 addresses and ranges that the registry can be reached from, and no other; for `Premium` only.
    Default: every address. Example: `["203.0.113.0/24"]`."""

    retention_policy_days: NotRequired[int]
    """Conditional. Days after which a manifest without a tag is deleted, 0 to 365; for `Premium` only. Default: they
    stay. Example: 30."""

    zone_redundancy: NotRequired[bool]
    """Conditional. Whether the registry spans the zones of its region; for `Premium` only, and can't be changed later.
    Default: false."""

    replications: NotRequired[Sequence[Replication]]
    """Conditional. Copies in other regions; for `Premium` only. Default: none. Example: `[{"location":
    "northeurope"}]`."""

    role_assignment_mode: NotRequired[RoleAssignmentMode]
    """Optional. Which roles count at the registry. Declared, not set: Pulumi's provider can't set it, so that it has to
    be what the registry has. Decides the role of a pull. Default: `LegacyRegistryPermissions`."""

    pull: NotRequired[PullMode]
    """Optional. How images are pulled. Default: `service_principal`."""

    rotation: NotRequired[int]
    """Conditional. How many times the password of the service principal has been renewed: one more makes a new one,
    and the one before it lives until the next. Default: 0."""

    password_valid_days: NotRequired[int]
    """Conditional. Days that a new password of the service principal is valid, 1 to 730; a change is for the next
    one. Default: 180."""

    password_expires_on: NotRequired[str]
    """Conditional. When a new password of the service principal ends, as RFC 3339, in 730 days at most; in place of
    `password_valid_days`. Example: `2027-05-31T00:00:00Z`."""

    expiry_warning_days: NotRequired[int]
    """Conditional. Days before the end of the password in use from which every preview and update warns. Default:
    30."""

    pull_identity_id: NotRequired[pulumi.Input[str]]
    """Conditional. ARM id of an existing user-assigned identity that pulls, for `managed_identity`. Default: one is
    made."""

    token_name: NotRequired[str]
    """Conditional. Name of the token: 5 to 50 letters, digits and hyphens. Default: the component's name and
    `-pull-token`."""

    token_repositories: NotRequired[Sequence[str]]
    """Conditional. Repositories that the token may pull from. Required for `token`. Example: `["diabetes"]`."""

    token_password: NotRequired[pulumi.Input[str]]
    """Conditional. A password of the token, which Azure alone can make; treated as a secret. Default: none yet, with a
    warning that says how to make one."""

    diagnostic_settings: NotRequired[Sequence[DiagnosticSetting]]
    """Optional. Where logs and metrics of the registry go. Default: nowhere."""

    lock: NotRequired[Lock]
    """Optional. A lock on the registry. Default: none."""

    role_assignments: NotRequired[Sequence[RoleAssignment]]
    """Optional. Further roles at the registry. Default: none."""

    private_endpoints: NotRequired[Sequence[PrivateEndpoint]]
    """Conditional. Addresses of the registry in your own networks; for `Premium` only. Default: none."""

    customer_managed_key: NotRequired[CustomerManagedKey]
    """Conditional. The key that the registry is encrypted with; for `Premium` only. Default: Microsoft's own."""

    tags: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Optional. Tags of what is made. Example: `{"team": "ml"}`."""


class ContainerRegistry(Component):
    """A registry with its admin user off, and one way to pull from it, with the least right that pulls."""

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
    """User name to pull with: a client id or a token's name; empty where none is needed."""
    pull_password: pulumi.Output[str]
    """Password to pull with; empty where none is needed. Secret."""
    pull_identity_id: pulumi.Output[str]
    """ARM id of the user-assigned identity that pulls; empty where none is needed."""
    pull_identity_client_id: pulumi.Output[str]
    """Client id of the user-assigned identity that pulls; empty where none is needed."""
    credential_expires_on: pulumi.Output[str]
    """When the password in use ends, as RFC 3339 in UTC; empty where nothing ends."""

    def __init__(self, name: str, args: ContainerRegistryArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        args = checked(ContainerRegistry, name, ContainerRegistryArgs, args, registry_problems)
        super().__init__(name, opts)
        registry = self._registry(name, args)
        replications = create_replications(self, name, args, registry)
        pull = pull_from(self, name, args, registry)
        subject = Subject(
            component=self,
            name=name,
            resource_id=registry.id,
            resource_group_name=args.get("resource_group_name", registry.resource_group_name),
            location=args.get("location"),
            tags=args.get("tags"),
            sub_resource="registry",
        )
        attach(subject, args, before_lock=[*replications, *pull.below])

        self.resource_id = registry.id
        self.name = registry.resource.name
        self.resource_group_name = registry.resource_group_name
        self.location = registry.resource.location.apply(str)
        self.login_server = registry.resource.login_server
        self.pull_username = pull.username
        self.pull_password = pull.password
        self.pull_identity_id = pull.identity_id
        self.pull_identity_client_id = pull.identity_client_id
        self.credential_expires_on = pull.expires_on
        self.register_declared_outputs()

    def _registry(self, name: str, args: ContainerRegistryArgs) -> RegistryInUse:
        if "container_registry_id" in args:
            return adopt_registry(self, name, args["container_registry_id"])
        return create_registry(self, name, args, RegistrySku(args.get("sku", RegistrySku.STANDARD)).value)


def registry_problems(name: str, args: Mapping[str, Any]) -> list[Problem]:
    """All that is wrong with the inputs of a ContainerRegistry; nothing is registered, nothing asked.

    Args:
        name: Name of the component.
        args: Its inputs; what is not known yet is not checked.
    """
    problems = key_problems(ContainerRegistryArgs, args)
    sku = choice(RegistrySku, args.get("sku", RegistrySku.STANDARD), "sku", problems)
    pull = choice(PullMode, args.get("pull", PullMode.SERVICE_PRINCIPAL), "pull", problems)
    choice(
        RoleAssignmentMode,
        args.get("role_assignment_mode", RoleAssignmentMode.LEGACY_REGISTRY_PERMISSIONS),
        "role_assignment_mode",
        problems,
    )
    for index, replication in enumerate(args.get("replications", [])):
        problems += key_problems(Replication, replication, f"replications[{index}].")
    wrong = {problem.subject for problem in problems}
    # Of a tier that does not exist nothing more can be said.
    problems += check_registry(args, RegistrySku.PREMIUM.value if "sku" in wrong else sku.value)
    if "pull" not in wrong:
        problems += check_pull(name, args, pull)
    return problems + interface_problems(args)
