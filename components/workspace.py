"""Workspace: an Azure ML workspace and how it comes by its container registry."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import pulumi
from pulumi_azure_native import machinelearningservices, managedidentity

from ._component import Component
from ._input_types import checked
from ._workspace_args import IsolationMode, RegistryMode, WorkspaceArgs
from ._workspace_checks import workspace_problems
from ._workspace_children import create_connections, create_outbound_rules
from ._workspace_materialize import registry_created, run_job
from ._workspace_registry import (
    attached_registry,
    guard_preview,
    lazy_login_server,
    registry_guard,
    report_absent,
)
from ._workspace_resources import create_insights, create_key_vault, create_storage
from .interfaces import Subject, attach, workspace_encryption
from .rules import ArmId


class _Made(NamedTuple):
    """A workspace, its registry, and what was made below it."""

    workspace: machinelearningservices.Workspace
    registry_id: pulumi.Output[str]
    login_server: pulumi.Output[str]
    below: Sequence[pulumi.Resource]


class Workspace(Component):
    """A workspace with an identity, and the storage, key vault and insights that it needs."""

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
        args = checked(Workspace, name, WorkspaceArgs, args, workspace_problems)
        super().__init__(name, opts)
        storage_account_id = args.get("storage_account_id") or create_storage(self, name, args).id
        lazy = RegistryMode(args.get("registry_mode", RegistryMode.ATTACHED)) is RegistryMode.LAZY
        make = self._with_lazy_registry if lazy else self._with_registry
        workspace, registry_id, login_server, below = make(name, args, storage_account_id)

        self.resource_id = workspace.id
        self.name = workspace.name
        self.resource_group_name = pulumi.Output.from_input(args["resource_group_name"])
        self.location = workspace.location.apply(str)
        self.container_registry_id = registry_id
        self.container_registry_name = registry_id.apply(lambda text: ArmId.parse(text).name if text else "")
        self.login_server = login_server
        self.storage_account_name = pulumi.Output.from_input(storage_account_id).apply(
            lambda text: ArmId.parse(text).name
        )
        self.principal_id = self._principal_id(name, args, workspace)
        connections = create_connections(self, name, args, workspace.name)
        rules = create_outbound_rules(self, name, args, workspace.name)
        attach(self._subject(name, args), args, [*below, *connections, *rules])
        self.register_declared_outputs()

    def _with_registry(self, name: str, args: WorkspaceArgs, storage_account_id: pulumi.Input[str]) -> _Made:
        """The workspace with the registry that is named."""
        allowed = bool(args.get("allow_registry_change"))
        registry_id, login_server = attached_registry(self, name, args)
        hooks = pulumi.ResourceHookBinding(before_update=[registry_guard(self, name, allowed=allowed)])
        workspace = self._create_workspace(name, args, storage_account_id, registry_id, self.child(hooks=hooks))
        guard_preview(self, name, workspace.id, registry_id, allowed=allowed)
        return _Made(workspace, registry_id, login_server, [])

    def _with_lazy_registry(self, name: str, args: WorkspaceArgs, storage_account_id: pulumi.Input[str]) -> _Made:
        """The workspace whose registry is Azure ML's to create, and the job that makes it do so."""
        # What Azure ML creates is not ours to remove, although a refresh finds it in the state.
        opts = self.child(ignore_changes=["containerRegistry"])
        workspace = self._create_workspace(name, args, storage_account_id, None, opts)
        jobs: list[pulumi.Resource] = [run_job(self, name, args, workspace)] if args.get("materialize") else []
        # Azure ML may have created the registry since the last update: ask the cloud, not the state.
        current = machinelearningservices.get_workspace_output(
            resource_group_name=args["resource_group_name"],
            workspace_name=workspace.name,
            opts=pulumi.InvokeOutputOptions(parent=self, depends_on=[workspace, *jobs]),
        )

        async def reported(workspace_id: str, registry_id: str | None) -> str:
            if not registry_id and jobs and not pulumi.runtime.is_dry_run():
                # An earlier update ended before the registry was there.
                return await registry_created(self, name, workspace_id)
            return report_absent(self, name, registry_id)

        found = pulumi.Output.all(workspace.id, current.container_registry)
        registry_id: pulumi.Output[str] = found.apply(lambda values: reported(*values))
        login_server: pulumi.Output[str] = registry_id.apply(lambda text: lazy_login_server(self, text))
        return _Made(workspace, registry_id, login_server, jobs)

    def _create_workspace(
        self,
        name: str,
        args: WorkspaceArgs,
        storage_account_id: pulumi.Input[str],
        registry_id: pulumi.Input[str] | None,
        opts: pulumi.ResourceOptions,
    ) -> machinelearningservices.Workspace:
        access = machinelearningservices.PublicNetworkAccessType
        # Azure shows rules of its own, and how far it is, where the network is described.
        shown = ["managedNetwork.outboundRules", "managedNetwork.status"] if "managed_network" in args else []
        return machinelearningservices.Workspace(
            f"{name}-aml",
            resource_group_name=args["resource_group_name"],
            workspace_name=args.get("workspace_name"),
            location=args.get("location"),
            identity=_identity(args),
            primary_user_assigned_identity=args.get("user_assigned_identity_id"),
            storage_account=storage_account_id,
            key_vault=args.get("key_vault_id") or create_key_vault(self, name, args).id,
            application_insights=args.get("application_insights_id") or create_insights(self, name, args).id,
            container_registry=registry_id,
            image_build_compute=args.get("image_build_compute"),
            public_network_access=access.ENABLED if args.get("public_network_access") else access.DISABLED,
            managed_network=_network(args),
            encryption=_encryption(args),
            tags=args.get("tags"),
            opts=pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(ignore_changes=shown)),
        )

    def _principal_id(
        self, name: str, args: WorkspaceArgs, workspace: machinelearningservices.Workspace
    ) -> pulumi.Output[str]:
        identity_id = args.get("user_assigned_identity_id")
        if identity_id is None:
            return workspace.identity.apply(lambda identity: identity.principal_id if identity else "")
        return managedidentity.UserAssignedIdentity.get(f"{name}-identity", identity_id, opts=self.child()).principal_id

    def _subject(self, name: str, args: WorkspaceArgs) -> Subject:
        return Subject(
            component=self,
            name=name,
            resource_id=self.resource_id,
            resource_group_name=args["resource_group_name"],
            location=args.get("location"),
            tags=args.get("tags"),
            sub_resource="amlworkspace",
        )


def _network(args: WorkspaceArgs) -> Any:
    network = args.get("managed_network")
    return {"isolation_mode": IsolationMode(network["isolation_mode"]).value} if network else None


def _encryption(args: WorkspaceArgs) -> Any:
    key = args.get("customer_managed_key")
    return workspace_encryption(key) if key else None


def _identity(args: WorkspaceArgs) -> Any:
    """The identities that the workspace acts as, reads its key as, and pulls from other registries as."""
    kind = machinelearningservices.ManagedServiceIdentityType
    own = args.get("user_assigned_identity_id")
    of_key = args.get("customer_managed_key", {}).get("user_assigned_identity_resource_id")
    of_connections = [connection.get("identity_id") for connection in args.get("connections", {}).values()]
    given = [identity for identity in (own, of_key, *of_connections) if identity is not None]
    if not given:
        return {"type": kind.SYSTEM_ASSIGNED}
    return {
        "type": kind.SYSTEM_ASSIGNED_USER_ASSIGNED if own is None else kind.USER_ASSIGNED,
        "user_assigned_identities": pulumi.Output.all(*given).apply(lambda known: list(dict.fromkeys(known))),
    }
