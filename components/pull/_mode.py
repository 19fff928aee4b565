"""How images are pulled from a registry, and what each way ends in."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import pulumi


class PullMode(str, Enum):
    """How images are pulled from a registry."""

    SERVICE_PRINCIPAL = "service_principal"
    """As an Entra ID application made for this: client id and a password with an end date."""
    WORKSPACE = "workspace"
    """As the Azure ML workspace that the registry is attached to: nothing is made, nothing is passed on."""
    MANAGED_IDENTITY = "managed_identity"
    """As a user-assigned identity: no password at all. What runs outside Azure can't."""
    TOKEN = "token"  # noqa: S105 - a mode's name
    """As a token of the registry, which reaches the repositories of its scope map and no other."""
    ANONYMOUS = "anonymous"
    """As anybody: the registry is open to whoever reaches it."""


@dataclass(frozen=True)
class Pull:
    """What a pull mode ends in; an empty text is "none".

    Attributes:
        username: User name to pull with.
        password: Its password; secret.
        identity_id: ARM id of the user-assigned identity that pulls.
        identity_client_id: Client id of that identity.
        expires_on: When the password ends, as RFC 3339 in UTC.
        below: What was made below the registry: a lock on it would forbid to remove it.
    """

    username: pulumi.Output[str]
    password: pulumi.Output[str]
    identity_id: pulumi.Output[str]
    identity_client_id: pulumi.Output[str]
    expires_on: pulumi.Output[str]
    below: Sequence[pulumi.Resource] = ()


def nothing(after: pulumi.Output[str] | None = None) -> Pull:
    """A pull that needs nothing.

    Args:
        after: What has to be known first; its own text does not count.
    """
    none = pulumi.Output.from_input("") if after is None else after.apply(lambda _: "")
    return Pull(none, pulumi.Output.secret(none), none, none, none)


def when(ready: pulumi.CustomResource, value: pulumi.Output[str]) -> pulumi.Output[str]:
    """A value that nobody gets before a resource is there."""
    return pulumi.Output.all(value, ready.id).apply(lambda known: str(known[0]))
