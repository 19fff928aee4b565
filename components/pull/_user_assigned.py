"""Pull mode `managed_identity`: a user-assigned identity that may pull."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_azure_native import managedidentity

from .._component import Component
from ._grants import RoleAssignmentMode, grant_pull
from ._mode import Pull, when


@dataclass(frozen=True)
class Identity:
    """A user-assigned identity.

    Attributes:
        id: Its ARM id.
        principal_id: Object id of its service principal.
        client_id: Client id of its service principal.
    """

    id: pulumi.Output[str]
    principal_id: pulumi.Output[str]
    client_id: pulumi.Output[str]


def make_identity(
    component: Component,
    name: str,
    resource_group_name: pulumi.Input[str],
    tags: Mapping[str, pulumi.Input[str]] | None,
    after: Sequence[pulumi.Resource] = (),
) -> Identity:
    """Makes the identity that pulls.

    Args:
        component: Parent of the identity.
        name: Its name's first part.
        resource_group_name: Its resource group.
        tags: Its tags.
        after: What has to be there before it is made.
    """
    made = managedidentity.UserAssignedIdentity(
        f"{name}-pull-identity",
        resource_group_name=resource_group_name,
        tags=tags,
        opts=component.child(depends_on=after),
    )
    return Identity(made.id, made.principal_id, made.client_id)


def adopt_identity(component: Component, name: str, identity_id: pulumi.Input[str]) -> Identity:
    """Reads the identity that pulls, which exists already, in any group and subscription.

    Args:
        component: Parent of what was read.
        name: Its name's first part.
        identity_id: ARM id of the identity.
    """
    found = managedidentity.UserAssignedIdentity.get(f"{name}-pull-identity", identity_id, opts=component.child())
    # A preview does not know the id of what it reads, only the rest.
    return Identity(pulumi.Output.from_input(identity_id), found.principal_id, found.client_id)


def pull_as_identity(
    component: Component, name: str, registry_id: pulumi.Output[str], mode: RoleAssignmentMode, identity: Identity
) -> Pull:
    """Lets an identity pull and nothing else.

    Args:
        component: Parent of the role assignment.
        name: Its name's first part.
        registry_id: ARM id of the registry.
        mode: Which roles count at the registry.
        identity: The identity.
    """
    # Not the grant of a service principal: in its place, that one would be gone before its consumer changes over.
    grant = grant_pull(component, f"{name}-pull-identity-grant", registry_id, identity.principal_id, mode)
    none = pulumi.Output.from_input("")
    return Pull(
        username=none,
        password=pulumi.Output.secret(""),
        identity_id=when(grant, identity.id),
        identity_client_id=when(grant, identity.client_id),
        expires_on=none,
        below=[grant],
    )
