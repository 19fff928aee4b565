"""Pull mode `token`: a token of the registry, for the repositories of its scope map."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_azure_native import authorization, containerregistry

from .._component import Component
from .._errors import ComponentError
from ..rules import ArmId
from ._mode import Pull

_READ = ("content/read", "metadata/read")
"""What a pull needs of a repository."""


@dataclass(frozen=True)
class TokenRequest:
    """A token that is asked for.

    Attributes:
        token_name: Its name, and that of its scope map.
        repositories: The repositories that it may pull from.
        password: One of its passwords, secret; empty while it has none.
    """

    token_name: str
    repositories: Sequence[str]
    password: pulumi.Output[str]


def pull_as_token(component: Component, name: str, registry_id: pulumi.Output[str], request: TokenRequest) -> Pull:
    """Makes a token that may pull from some repositories. Azure alone can make its password.

    Args:
        component: Parent of the resources.
        name: Their names' first part.
        registry_id: ARM id of the registry.
        request: The token.
    """
    registry = _in_own_subscription(component, name, registry_id)
    group = registry.apply(lambda text: ArmId.parse(text).resource_group_name)
    registry_name = registry.apply(lambda text: ArmId.parse(text).name)
    scope_map = containerregistry.ScopeMap(
        f"{name}-pull-scope",
        resource_group_name=group,
        registry_name=registry_name,
        scope_map_name=request.token_name,
        description=f"Pulls of {name}",
        actions=[f"repositories/{repository}/{right}" for repository in request.repositories for right in _READ],
        opts=component.child(),
    )
    token = containerregistry.Token(
        f"{name}-pull-token",
        resource_group_name=group,
        registry_name=registry_name,
        token_name=request.token_name,
        scope_map_id=scope_map.id,
        status=containerregistry.TokenStatus.ENABLED,
        # A refresh finds the passwords that were generated beside Pulumi; without this the next update took them away.
        opts=component.child(ignore_changes=["credentials"]),
    )
    password = pulumi.Output.all(request.password, registry_name, token.name).apply(
        lambda known: _told(component, name, *known)
    )
    none = pulumi.Output.from_input("")
    return Pull(token.name, pulumi.Output.secret(password), none, none, none, below=[scope_map, token])


def _in_own_subscription(component: Component, name: str, registry_id: pulumi.Output[str]) -> pulumi.Output[str]:
    """The id of a registry in the provider's subscription; tokens can't be made in another one."""
    client = authorization.get_client_config_output(opts=pulumi.InvokeOutputOptions(parent=component))
    return pulumi.Output.all(registry_id, client.subscription_id).apply(
        lambda known: _checked(component, name, known[0], known[1])
    )


def _checked(component: Component, name: str, registry_id: str, own: str) -> str:
    subscription = ArmId.parse(registry_id).subscription_id
    if subscription.lower() == own.lower():
        return registry_id
    message = (
        f"pull must not be token for a registry in another subscription than the provider's; got {subscription}; "
        f"e.g. opts=pulumi.ResourceOptions(providers=[azure_native.Provider(..., subscription_id={subscription!r})])"
    )
    raise ComponentError(type(component).__name__, name, message)


def _told(component: Component, name: str, password: str, registry_name: str, token_name: str) -> str:
    """The password; where there is none, how to make one is logged."""
    if not password:
        command = f"az acr token credential generate --registry {registry_name} --name {token_name} --password1"
        text = f"the token has no password yet, and Azure alone can make one: run `{command}` and give it as the secret"
        pulumi.log.warn(f"{type(component).__name__} '{name}': {text} token_password", component)
    return password
