"""What lies below a workspace: connections to other registries, and the rules of its managed network."""

from collections.abc import Mapping
from typing import Any

import pulumi
from pulumi_azure_native import machinelearningservices

from ._component import Component, require_registry
from ._errors import ComponentError
from ._workspace_args import RegistryConnection, WorkspaceArgs


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
            opts=component.child(),
        )
        for key, connection in args.get("connections", {}).items()
    ]


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
    def given(key: str) -> pulumi.Output[str]:
        def required(text: str) -> str:
            if not text:
                message = f"{subject}.{key} is empty: a registry without pull credentials takes a connection without it"
                raise ComponentError(type(component).__name__, name, message)
            return text

        value: Mapping[str, Any] = connection
        return pulumi.Output.from_input(value[key]).apply(required)

    aml = machinelearningservices
    common: dict[str, Any] = {
        "category": aml.ConnectionCategory.CONTAINER_REGISTRY,
        "target": require_registry(type(component), name, f"{subject}.login_server", connection["login_server"]),
    }
    if "username" in connection:
        password: pulumi.Output[str] = pulumi.Output.secret(given("password"))
        login = aml.WorkspaceConnectionUsernamePasswordArgs(username=given("username"), password=password)
        return aml.UsernamePasswordAuthTypeWorkspaceConnectionPropertiesArgs(
            auth_type="UsernamePassword", credentials=login, **common
        )
    if "identity_id" in connection:
        client_id = given("identity_client_id") if "identity_client_id" in connection else None
        identity = aml.WorkspaceConnectionManagedIdentityArgs(resource_id=given("identity_id"), client_id=client_id)
        return aml.ManagedIdentityAuthTypeWorkspaceConnectionPropertiesArgs(
            auth_type="ManagedIdentity", credentials=identity, **common
        )
    return aml.NoneAuthTypeWorkspaceConnectionPropertiesArgs(auth_type="None", **common)
