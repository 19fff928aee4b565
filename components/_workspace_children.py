"""What lies below a workspace: connections to other registries, and the rules of its managed network."""

from collections.abc import Mapping
from typing import Any

import pulumi
from pulumi_azure_native import machinelearningservices

from ._component import Component, require_registry
from ._errors import ComponentError
from ._workspace_args import RegistryConnection, WorkspaceArgs

_LOGIN = ("username", "password", "identity_id", "identity_client_id")
"""What a connection may sign in with."""

_EMPTY = "is empty: a registry without pull credentials takes a connection without it"


def create_connections(
    component: Component, name: str, args: WorkspaceArgs, workspace_name: pulumi.Input[str]
) -> list[pulumi.Resource]:
    """One connection for each other registry, so that Azure ML itself can pull base images from it."""
    return [
        machinelearningservices.WorkspaceConnection(
            f"{name}-connection-{key}",
            connection_name=key,
            resource_group_name=args["resource_group_name"],
            workspace_name=workspace_name,
            properties=_connection(component, name, f"connections.{key}", connection),
            opts=component.child(hooks=pulumi.ResourceHookBinding(before_create=[complete], before_update=[complete])),
        )
        for key, connection in args.get("connections", {}).items()
        for complete in [login_is_given(component, name, key, connection)]
    ]


def login_is_given(component: Component, name: str, key: str, connection: RegistryConnection) -> pulumi.ResourceHook:
    """The hook that keeps a connection from signing in with what is empty, such as a token without a password.

    Where the values become known, an error would end the whole update in its middle.
    """
    values: Mapping[str, Any] = connection
    parts = [part for part in _LOGIN if part in values]
    login = pulumi.Output.all(*(values[part] for part in parts))

    async def check(_: pulumi.ResourceHookArgs) -> None:
        for part, text in zip(parts, await login.future() or [], strict=True):
            if not text:
                raise ComponentError(type(component).__name__, name, f"connections.{key}.{part} {_EMPTY}")

    return pulumi.ResourceHook(f"{type(component).__name__}-{name}-connection-{key}", check)


def create_outbound_rules(
    component: Component, name: str, args: WorkspaceArgs, workspace_name: pulumi.Input[str]
) -> list[pulumi.Resource]:
    """One rule for each host that the managed network may reach.

    Each is a resource of its own: Azure adds rules to the workspace's list, which would be a change at every update.
    """
    hosts = args.get("managed_network", {}).get("outbound_fqdns", {})
    return [
        machinelearningservices.ManagedNetworkSettingsRule(
            f"{name}-outbound-{key}",
            rule_name=key,
            resource_group_name=args["resource_group_name"],
            workspace_name=workspace_name,
            properties=machinelearningservices.FqdnOutboundRuleArgs(
                type="FQDN", category=machinelearningservices.RuleCategory.USER_DEFINED, destination=host
            ),
            opts=component.child(),
        )
        for key, host in hosts.items()
    ]


def _connection(component: Component, name: str, subject: str, connection: RegistryConnection) -> Any:
    aml = machinelearningservices
    common: dict[str, Any] = {
        "category": aml.ConnectionCategory.CONTAINER_REGISTRY,
        "target": require_registry(type(component), name, f"{subject}.login_server", connection["login_server"]),
    }
    if "username" in connection and "password" in connection:
        password: pulumi.Output[str] = pulumi.Output.secret(connection["password"])
        login = aml.WorkspaceConnectionUsernamePasswordArgs(username=connection["username"], password=password)
        return aml.UsernamePasswordAuthTypeWorkspaceConnectionPropertiesArgs(
            auth_type="UsernamePassword", credentials=login, **common
        )
    if "identity_id" in connection:
        identity = aml.WorkspaceConnectionManagedIdentityArgs(
            resource_id=connection["identity_id"], client_id=connection.get("identity_client_id")
        )
        return aml.ManagedIdentityAuthTypeWorkspaceConnectionPropertiesArgs(
            auth_type="ManagedIdentity", credentials=identity, **common
        )
    return aml.NoneAuthTypeWorkspaceConnectionPropertiesArgs(auth_type="None", **common)
