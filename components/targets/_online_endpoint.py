"""The online endpoint of a service: made once, without traffic; from then on the traffic step changes it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_azure_native import machinelearningservices as aml

from .._component import Component, compact_name
from .._service_options import Auth
from ..pull import RoleAssignmentMode, grant_pull
from ._deployment import TargetRequest
from ._online_assets import workspace_of

_MODES = {Auth.KEY: aml.EndpointAuthMode.KEY, Auth.TOKEN: aml.EndpointAuthMode.AML_TOKEN}
_UNCHANGED = [*(f"properties.{key}" for key in ("traffic", "mirrorTraffic", "publicNetworkAccess")), "identity", "tags"]
"""What the traffic step changes: a PUT of the endpoint that names no traffic would take the traffic away."""
_LONGEST_STEM = 28
"""Characters of a connection's name without its role."""
_FIXED = ["properties.authMode", "properties.compute"]
"""What makes another endpoint, for the same reason."""


@dataclass(frozen=True)
class EndpointOptions:
    """What the two kinds of online endpoints differ in.

    Attributes:
        name: The endpoint's name; None for one that is made.
        identity_id: ARM id of the identity that its deployments run as; None for one that Azure makes.
        public_network_access: Whether callers from the internet are answered; None where that is no choice.
        compute_id: ARM id of the attached compute; None for Azure ML's own machines.
        grant_pull: Whether the identity that Azure makes gets the right to pull.
        after: What has to be there before it is made.
    """

    name: str | None = None
    identity_id: pulumi.Input[str] | None = None
    public_network_access: bool | None = None
    compute_id: pulumi.Output[str] | None = None
    grant_pull: bool = False
    after: Sequence[pulumi.Resource] = ()


@dataclass(frozen=True)
class Endpoint:
    """An online endpoint.

    Attributes:
        resource: The endpoint.
        identities: ARM ids of the user-assigned identities of its deployments; empty for one that Azure makes.
        settings: Its `properties` on the wire, without traffic.
    """

    resource: aml.OnlineEndpoint
    identities: pulumi.Output[list[str]]
    settings: dict[str, Any]

    @property
    def address(self) -> pulumi.Output[str]:
        """Where it answers, without `/score`."""
        return self.resource.properties.apply(lambda it: str(it.scoring_uri).removesuffix("/score"))


def create_endpoint(component: Component, name: str, request: TargetRequest, options: EndpointOptions) -> Endpoint:
    """Makes the endpoint.

    Args:
        component: Parent of the resource.
        name: Its name, which eight digits are added to where none is given.
        request: What is served.
        options: What kind of endpoint.
    """
    identities = pulumi.Output.all(request.leaves.identity_id, options.identity_id or "").apply(
        lambda ids: sorted({identity for identity in ids if identity})
    )
    settings: dict[str, Any] = {"authMode": _MODES[request.auth].value}
    if options.compute_id is not None:
        settings["compute"] = options.compute_id
    if options.public_network_access is not None:
        settings["publicNetworkAccess"] = "Enabled" if options.public_network_access else "Disabled"
    endpoint = aml.OnlineEndpoint(
        name,
        endpoint_name=options.name,
        properties=aml.OnlineEndpointPropertiesArgs(
            auth_mode=settings["authMode"],
            compute=settings.get("compute"),
            public_network_access=settings.get("publicNetworkAccess"),
        ),
        identity=identities.apply(_identity),
        location=request.location,
        tags=request.tags,
        **workspace_of(request),
        opts=component.child(
            ignore_changes=_UNCHANGED,
            replace_on_changes=_FIXED,
            # The old one serves until the new one does, and takes its deployments along.
            delete_before_replace=False,
            depends_on=options.after,
        ),
    )
    return Endpoint(endpoint, identities, settings)


def keys_of(component: Component, request: TargetRequest, endpoint: Endpoint) -> tuple[pulumi.Output[str], ...]:
    """The two keys that callers show, both secret; empty where they show a token."""
    if request.auth is not Auth.KEY:
        none = pulumi.Output.secret("")
        return none, none
    keys = aml.list_online_endpoint_keys_output(
        endpoint_name=endpoint.resource.name,
        **workspace_of(request),
        opts=pulumi.InvokeOutputOptions(parent=component, depends_on=[endpoint.resource]),
    )
    return (
        pulumi.Output.secret(keys.apply(lambda both: both.primary_key or "")),
        pulumi.Output.secret(keys.apply(lambda both: both.secondary_key or "")),
    )


def connect_registry(component: Component, name: str, request: TargetRequest) -> list[pulumi.Resource]:
    """The connection by which Azure ML pulls the base image with a login; none where there is no login."""
    leaves = request.leaves
    if not leaves.may_login:
        return []
    connection = aml.WorkspaceConnection(
        f"{name}-pull",
        connection_name=f"{name}-pull" if len(name) <= _LONGEST_STEM else compact_name(name, "pull"),
        properties=pulumi.Output.all(leaves.login_server, leaves.username).apply(
            lambda known: _connection(known[0], known[1], leaves.password)
        ),
        **workspace_of(request),
        opts=component.child(),
    )
    return [connection]


def grant_to_endpoint(
    component: Component, name: str, request: TargetRequest, endpoint: Endpoint, workspace_id: pulumi.Output[str]
) -> list[pulumi.Resource]:
    """Lets the identity of the endpoint pull from the registry, in the subscription of the workspace."""
    if request.registry is None:
        raise AssertionError("checked with the inputs")
    registry_id = pulumi.Output.format(
        "/subscriptions/{0}/resourceGroups/{1}/providers/Microsoft.ContainerRegistry/registries/{2}",
        workspace_id.apply(lambda text: text.split("/")[2]),
        request.registry.resource_group_name,
        request.registry.name,
    )
    principal_id = endpoint.resource.identity.apply(lambda identity: str(identity.principal_id if identity else ""))
    mode = RoleAssignmentMode.LEGACY_REGISTRY_PERMISSIONS
    return [grant_pull(component, f"{name}-pull-grant", registry_id, principal_id, mode)]


def _identity(users: list[str]) -> aml.ManagedServiceIdentityArgs:
    kind = aml.ManagedServiceIdentityType
    if not users:
        return aml.ManagedServiceIdentityArgs(type=kind.SYSTEM_ASSIGNED)
    return aml.ManagedServiceIdentityArgs(type=kind.USER_ASSIGNED, user_assigned_identities=users)


def _connection(host: str, username: str, password: pulumi.Output[str]) -> Any:
    category = aml.ConnectionCategory.CONTAINER_REGISTRY
    if not username:
        # The login came as an output that turned out empty: the workspace, an identity or anybody pulls.
        return aml.NoneAuthTypeWorkspaceConnectionPropertiesArgs(auth_type="None", category=category, target=host)
    return aml.UsernamePasswordAuthTypeWorkspaceConnectionPropertiesArgs(
        auth_type="UsernamePassword",
        category=category,
        target=host,
        credentials=aml.WorkspaceConnectionUsernamePasswordArgs(username=username, password=password),
    )
