"""Workspace: an Azure ML workspace and how it comes by its container registry."""

from collections.abc import Mapping
from enum import Enum
from typing import NotRequired, TypedDict

import pulumi
from pulumi_azure_native import (
    applicationinsights,
    authorization,
    containerregistry,
    keyvault,
    machinelearningservices,
    operationalinsights,
    storage,
)

from ._component import Component, check, check_keys, choice, compact_name, known
from .rules import ArmId, InvalidArmId, NameKind, Problem, check_made_name, check_name

NO_REGISTRY_YET = (
    "no container registry yet: Azure ML creates the registry of a workspace at its first training job or model "
    "deployment. Run one, or attach a registry: registry_mode=attached with container_registry_id"
)
"""The documented warning about a new workspace, with the two ways out."""


class RegistryMode(str, Enum):
    """How a workspace comes by its container registry."""

    ATTACHED = "attached"
    """A registry that exists is named when the workspace is created."""
    LAZY = "lazy"
    """Azure ML creates one at the first training job or deployment; until then there is none."""


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
    """Conditional. ARM id of the registry. Required if `registry_mode` is `attached`, not taken if it is `lazy`."""

    storage_account_id: NotRequired[pulumi.Input[str]]
    """Optional. ARM id of the storage account of the workspace, in its resource group. Default: one is made."""

    key_vault_id: NotRequired[pulumi.Input[str]]
    """Optional. ARM id of the key vault of the workspace. Default: one is made."""

    application_insights_id: NotRequired[pulumi.Input[str]]
    """Optional. ARM id of the Application Insights component of the workspace. Default: one is made."""

    public_network_access: NotRequired[bool]
    """Optional. Whether the workspace can be reached from the internet. Default: false."""

    tags: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Optional. Tags of the workspace and of what is made for it. Example: `{"team": "ml"}`."""


class Workspace(Component):
    """A workspace with a system-assigned identity, and the storage, key vault and insights that it needs."""

    resource_id: pulumi.Output[str]
    """ARM id of the workspace."""
    name: pulumi.Output[str]
    """Name of the workspace."""
    resource_group_name: pulumi.Output[str]
    """Resource group of the workspace."""
    location: pulumi.Output[str]
    """Azure region of the workspace."""
    container_registry_id: pulumi.Output[str]
    """ARM id of the workspace's registry; empty while a lazy one has not been created."""
    container_registry_name: pulumi.Output[str]
    """Name of the workspace's registry; empty while a lazy one has not been created."""
    login_server: pulumi.Output[str]
    """Login server of the workspace's registry; empty while a lazy one has not been created."""
    storage_account_name: pulumi.Output[str]
    """Name of the workspace's storage account."""
    principal_id: pulumi.Output[str]
    """Object id of the workspace's identity."""

    def __init__(self, name: str, args: WorkspaceArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        check_keys(Workspace, name, WorkspaceArgs, args)
        problems: list[Problem] = []
        mode = choice(RegistryMode, args.get("registry_mode", RegistryMode.ATTACHED), "registry_mode", problems)
        check(Workspace, name, problems + _problems(name, args, mode))
        super().__init__(name, opts)
        storage_account_id = args.get("storage_account_id") or self._create_storage(name, args).id
        workspace = self._create_workspace(name, args, mode, storage_account_id)

        self.resource_id = workspace.id
        self.name = workspace.name
        self.resource_group_name = pulumi.Output.from_input(args["resource_group_name"])
        self.location = workspace.location.apply(str)
        self.container_registry_id = self._registry_id(name, args, workspace)
        self.container_registry_name = self.container_registry_id.apply(
            lambda text: ArmId.parse(text).name if text else ""
        )
        self.login_server = self.container_registry_id.apply(self._login_server)
        self.storage_account_name = pulumi.Output.from_input(storage_account_id).apply(
            lambda text: ArmId.parse(text).name
        )
        self.principal_id = workspace.identity.apply(lambda identity: identity.principal_id if identity else "")
        self.register_declared_outputs()

    def _create_storage(self, name: str, args: WorkspaceArgs) -> storage.StorageAccount:
        return storage.StorageAccount(
            compact_name(name, "storage"),
            resource_group_name=args["resource_group_name"],
            location=args.get("location"),
            kind=storage.Kind.STORAGE_V2,
            sku={"name": storage.SkuName.STANDARD_LRS},
            allow_blob_public_access=False,
            enable_https_traffic_only=True,
            minimum_tls_version=storage.MinimumTlsVersion.TLS1_2,
            tags=args.get("tags"),
            opts=self.child(),
        )

    def _create_key_vault(self, name: str, args: WorkspaceArgs) -> keyvault.Vault:
        tenant_id = authorization.get_client_config_output(opts=pulumi.InvokeOutputOptions(parent=self)).tenant_id
        return keyvault.Vault(
            compact_name(name, "vault"),
            resource_group_name=args["resource_group_name"],
            location=args.get("location"),
            properties={
                "tenant_id": tenant_id,
                "sku": {"family": keyvault.SkuFamily.A, "name": keyvault.SkuName.STANDARD},
                "enable_rbac_authorization": True,
                "enable_purge_protection": True,
            },
            tags=args.get("tags"),
            opts=self.child(),
        )

    def _create_insights(self, name: str, args: WorkspaceArgs) -> applicationinsights.Component:
        logs = operationalinsights.Workspace(
            f"{name}-logs",
            resource_group_name=args["resource_group_name"],
            location=args.get("location"),
            sku={"name": operationalinsights.WorkspaceSkuNameEnum.PER_GB2018},
            tags=args.get("tags"),
            opts=self.child(),
        )
        return applicationinsights.Component(
            f"{name}-insights",
            resource_group_name=args["resource_group_name"],
            location=args.get("location"),
            kind="web",
            application_type=applicationinsights.ApplicationType.WEB,
            workspace_resource_id=logs.id,
            tags=args.get("tags"),
            opts=self.child(),
        )

    def _create_workspace(
        self, name: str, args: WorkspaceArgs, mode: RegistryMode, storage_account_id: pulumi.Input[str]
    ) -> machinelearningservices.Workspace:
        access = machinelearningservices.PublicNetworkAccessType
        return machinelearningservices.Workspace(
            f"{name}-aml",
            resource_group_name=args["resource_group_name"],
            workspace_name=args.get("workspace_name"),
            location=args.get("location"),
            identity={"type": machinelearningservices.ManagedServiceIdentityType.SYSTEM_ASSIGNED},
            storage_account=storage_account_id,
            key_vault=args.get("key_vault_id") or self._create_key_vault(name, args).id,
            application_insights=args.get("application_insights_id") or self._create_insights(name, args).id,
            container_registry=args.get("container_registry_id"),
            public_network_access=access.ENABLED if args.get("public_network_access") else access.DISABLED,
            tags=args.get("tags"),
            # The registry that Azure ML creates is not ours to remove, although a refresh finds it in the state.
            opts=self.child(ignore_changes=["containerRegistry"] if mode is RegistryMode.LAZY else None),
        )

    def _registry_id(
        self, name: str, args: WorkspaceArgs, workspace: machinelearningservices.Workspace
    ) -> pulumi.Output[str]:
        attached = args.get("container_registry_id")
        if attached is not None:
            return pulumi.Output.from_input(attached)
        # Azure ML may have created the registry since the last update: ask the cloud, not the state.
        current = machinelearningservices.get_workspace_output(
            resource_group_name=args["resource_group_name"],
            workspace_name=workspace.name,
            opts=pulumi.InvokeOutputOptions(parent=self, depends_on=[workspace]),
        )
        return current.container_registry.apply(lambda registry_id: self._reported(name, registry_id))

    def _reported(self, name: str, registry_id: str | None) -> str:
        if not registry_id:
            pulumi.log.warn(f"Workspace '{name}': {NO_REGISTRY_YET}.", self)
        return registry_id or ""

    def _login_server(self, registry_id: str) -> pulumi.Output[str]:
        if not registry_id:
            return pulumi.Output.from_input("")
        registry = ArmId.parse(registry_id)
        return containerregistry.get_registry_output(
            resource_group_name=registry.resource_group_name,
            registry_name=registry.name,
            opts=pulumi.InvokeOutputOptions(parent=self),
        ).login_server


def _problems(name: str, args: WorkspaceArgs, mode: RegistryMode) -> list[Problem]:
    problems: list[Problem] = []
    if "workspace_name" not in args:
        problems += check_made_name(NameKind.WORKSPACE, f"{name}-aml", "name")
    elif (workspace_name := known(args["workspace_name"])) is not None:
        problems += check_name(NameKind.WORKSPACE, workspace_name, "workspace_name")
    registry_id = args.get("container_registry_id")
    example = "/subscriptions/<id>/resourceGroups/<group>/providers/Microsoft.ContainerRegistry/registries/<name>"
    if mode is RegistryMode.ATTACHED and registry_id is None:
        problems.append(Problem("container_registry_id", "is required if registry_mode is attached", None, example))
    if mode is RegistryMode.LAZY and registry_id is not None:
        fix = "registry_mode=attached, or no container_registry_id"
        problems.append(
            Problem("container_registry_id", "is not taken if registry_mode is lazy", known(registry_id), fix)
        )
    for key, resource_type in _ID_INPUTS.items():
        problems += _id_problems(key, known(args.get(key)), resource_type)
    return problems


_ID_INPUTS = {
    "container_registry_id": "Microsoft.ContainerRegistry/registries",
    "storage_account_id": "Microsoft.Storage/storageAccounts",
    "key_vault_id": "Microsoft.KeyVault/vaults",
    "application_insights_id": "Microsoft.Insights/components",
}


def _id_problems(key: str, value: str | None, resource_type: str) -> list[Problem]:
    if value is None:
        return []
    try:
        ArmId.parse(value, resource_type)
    except InvalidArmId as error:
        example = f"/subscriptions/<id>/resourceGroups/<group>/providers/{resource_type}/<name>"
        return [Problem(key, f"must be the ARM id of a {resource_type} ({error.reason})", value, example)]
    return []
