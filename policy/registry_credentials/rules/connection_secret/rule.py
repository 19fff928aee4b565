"""A workspace's connections hold secrets as secrets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from azureml_scoring.policy_kit import Encrypt, Resource, Result, Rule, Severity, Value

from ...login import Place
from ...logins import walk
from ...secrecy import encrypted, in_the_clear
from ...settings import RegistryCredentials
from ...workspaces import CONNECTION

_OLDER: Final = ("properties.value", "value")
"""Where older versions of azure-native have the secret."""
_READS: Final[Mapping[str, Sequence[str]]] = {CONNECTION: ("properties.credentials", *_OLDER)}
_OPEN: Final = frozenset(
    {"accessKeyId", "authUrl", "clientId", "expiresOn", "resourceId", "tenantId", "type", "username"}
)
"""What a credential has beside its secret; whatever else stands there is one."""


def check(resource: Resource, _settings: RegistryCredentials) -> Iterator[Result]:
    """Ask of every part of the credentials whether it is a secret for Pulumi."""
    return in_the_clear(_secrets(resource))


def mend(resource: Resource, _settings: RegistryCredentials) -> Iterator[Encrypt]:
    """Make it a secret: the engine encrypts it in the state."""
    return encrypted(_secrets(resource))


def _secrets(resource: Resource) -> Iterator[tuple[Place, Value]]:
    for path in ("properties.credentials{*}", "properties.credentials.keys{*}", *_OLDER):
        for place, value in walk(resource.properties, path):
            if place[-1] not in _OPEN and not isinstance(value.raw, dict):
                yield place, value


RULE = Rule(
    id="connection-secret",
    summary="The secrets of a workspace's connection are secrets of Pulumi's, of every kind of credential.",
    severity=Severity.CRITICAL,
    link="https://learn.microsoft.com/azure/machine-learning/how-to-connection",
    remediation=(
        "Take them from the stack's secret configuration (`pulumi config set --secret`) or wrap them in "
        "`Output.secret`; better, let the connection sign in by a managed identity."
    ),
    reads=_READS,
    check=check,
    mend=mend,
)
