"""Inputs of `Workspace`."""

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import NotRequired, TypedDict

import pulumi

from .interfaces import CustomerManagedKey, DiagnosticSetting, Lock, PrivateEndpoint, RoleAssignment


class RegistryMode(str, Enum):
    """How a workspace comes by its container registry."""

    ATTACHED = "attached"
    """A registry that exists is named when the workspace is created."""
    LAZY = "lazy"
    """Azure ML creates one at the first training job or deployment; until then there is none."""


class IsolationMode(str, Enum):
    """What the computes of a workspace can reach."""

    DISABLED = "Disabled"
    """No managed network: the internet, as it is."""
    ALLOW_INTERNET_OUTBOUND = "AllowInternetOutbound"
    """A managed network that reaches the internet."""
    ALLOW_ONLY_APPROVED_OUTBOUND = "AllowOnlyApprovedOutbound"
    """A managed network that reaches what its rules name and nothing else."""


class ManagedNetwork(TypedDict):
    """The network that Azure ML makes for the computes of a workspace."""

    isolation_mode: IsolationMode
    """Required. `Disabled`, `AllowInternetOutbound` or `AllowOnlyApprovedOutbound`."""

    outbound_fqdns: NotRequired[Mapping[str, str]]
    """Conditional. Hosts that may be reached, by the name of their rule. Only taken with `AllowOnlyApprovedOutbound`.
    Example: `{"data": "data.contoso.com", "images": "*.contoso.com"}`."""


class RegistryConnection(TypedDict):
    """A registry that Azure ML pulls base images from; which keys are there decides how it signs in."""

    login_server: pulumi.Input[str]
    """Required. Host of the registry, of Azure or of anybody. Example: output `login_server` of `ContainerRegistry`."""

    username: NotRequired[pulumi.Input[str]]
    """Conditional. User name to pull with. Required with `password`, not taken with `identity_id`."""

    password: NotRequired[pulumi.Input[str]]
    """Conditional. Password to pull with; treated as a secret. Required with `username`."""

    identity_id: NotRequired[pulumi.Input[str]]
    """Conditional. ARM id of the user-assigned identity to pull as; the workspace is given it."""

    identity_client_id: NotRequired[pulumi.Input[str]]
    """Conditional. Client id of that identity. Only taken with `identity_id`."""


class WorkspaceArgs(TypedDict):
    """Inputs of `Workspace`."""

    resource_group_name: pulumi.Input[str]
    """Required. Name of the resource group that the workspace is created in."""

    workspace_name: NotRequired[pulumi.Input[str]]
    """Optional. Name of the workspace: 3 to 33 letters, digits, hyphens and underscores. Default: made by Pulumi
    from the component's name. Example: `contoso-ml`."""

    location: NotRequired[pulumi.Input[str]]
    """Optional. Azure region. Default: the resource group's. Example: `westeurope`."""

    registry_mode: NotRequired[RegistryMode]
    """Optional. `attached` or `lazy`. Default: `attached`."""

    container_registry_id: NotRequired[pulumi.Input[str]]
    """Conditional. ARM id of the registry, which may lie in another resource group or subscription. Required if
    `registry_mode` is `attached`, not taken if it is `lazy`."""

    allow_registry_change: NotRequired[bool]
    """Conditional. Whether a workspace that has a registry may be given another one: what its earlier jobs and models
    were made with is then no longer found. Only taken if `registry_mode` is `attached`. Default: false."""

    materialize: NotRequired[bool]
    """Conditional. Whether a small training job is run, so that Azure ML creates the registry during the same update.
    Only taken if `registry_mode` is `lazy`. Default: false."""

    image_build_compute: NotRequired[pulumi.Input[str]]
    """Conditional. Name of the compute cluster that builds images. Required if the attached registry can't be reached
    from the internet. Default: the registry's own build service. Example: `cpu-cluster`."""

    storage_account_id: NotRequired[pulumi.Input[str]]
    """Optional. ARM id of the storage account of the workspace, in its resource group. Default: one is made."""

    key_vault_id: NotRequired[pulumi.Input[str]]
    """Optional. ARM id of the key vault of the workspace. Default: one is made."""

    application_insights_id: NotRequired[pulumi.Input[str]]
    """Optional. ARM id of the Application Insights component of the workspace. Default: one is made."""

    user_assigned_identity_id: NotRequired[pulumi.Input[str]]
    """Optional. ARM id of the identity that the workspace acts as; it needs its rights on storage, vault and registry
    before. Default: a system-assigned identity, which Azure ML gives these rights."""

    public_network_access: NotRequired[bool]
    """Optional. Whether the workspace can be reached from the internet. Default: false."""

    managed_network: NotRequired[ManagedNetwork]
    """Optional. Network of the workspace's computes. Default: none."""

    connections: NotRequired[Mapping[str, RegistryConnection]]
    """Optional. Other registries that Azure ML pulls base images from, by the name of the connection. Default: none."""

    customer_managed_key: NotRequired[CustomerManagedKey]
    """Optional. Key that the workspace's data is encrypted with. Default: Microsoft's."""

    diagnostic_settings: NotRequired[Sequence[DiagnosticSetting]]
    """Optional. Where logs and metrics of the workspace go. Default: nowhere."""

    lock: NotRequired[Lock]
    """Optional. Lock on the workspace. Default: none."""

    role_assignments: NotRequired[Sequence[RoleAssignment]]
    """Optional. Roles on the workspace. Default: none."""

    private_endpoints: NotRequired[Sequence[PrivateEndpoint]]
    """Optional. Private endpoints of the workspace. Default: none."""

    tags: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Optional. Tags of the workspace and of what is made for it. Example: `{"team": "ml"}`."""
