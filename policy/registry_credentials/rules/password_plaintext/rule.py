"""No password of a registry stands in the clear."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from azureml_scoring.policy_kit import Encrypt, Resource, Result, Rule, Severity, Value

from ...login import Place
from ...logins import LOGINS, logins, walk
from ...secrecy import encrypted, in_the_clear
from ...settings import RegistryCredentials
from ...workspaces import CONNECTION

_SECRETS: Final[Mapping[str, str]] = {
    "azure-native:app:ContainerApp": "configuration.secrets[*]",
    "azure-native:app:Job": "configuration.secrets[*]",
    "azure-native:app:ContainerAppsSessionPool": "secrets[*]",
    "azure:containerapp/app:App": "secrets[*]",
    "azure:containerapp/job:Job": "secrets[*]",
}
"""Where a container app keeps the password that a registry's credential names."""
_READS: Final = {
    type_: (*paths, *([_SECRETS[type_]] if type_ in _SECRETS else []))
    for type_, paths in LOGINS.items()
    # connection-secret judges these, with their other kinds of secrets.
    if type_ != CONNECTION
}


def check(resource: Resource, _settings: RegistryCredentials) -> Iterator[Result]:
    """Ask whether the value is a secret for Pulumi: only then state, diffs and logs hide it."""
    return in_the_clear(_passwords(resource))


def mend(resource: Resource, _settings: RegistryCredentials) -> Iterator[Encrypt]:
    """Make it a secret: the engine encrypts it in the state."""
    return encrypted(_passwords(resource))


def _passwords(resource: Resource) -> Iterator[tuple[Place, Value]]:
    for login in logins(resource):
        yield login.place, login.password
    if resource.type in _SECRETS:
        for place, element in walk(resource.properties, _SECRETS[resource.type]):
            yield (*place, "value"), element["value"]


RULE = Rule(
    id="password-plaintext",
    summary="A password for a registry is a secret of Pulumi's, so that state and output hide it.",
    severity=Severity.CRITICAL,
    link="https://www.pulumi.com/docs/iac/concepts/secrets/",
    remediation=(
        "Take it from the stack's secret configuration (`pulumi config set --secret`) or wrap it in `Output.secret`; "
        "renew a password that was stored in the clear."
    ),
    reads=_READS,
    check=check,
    mend=mend,
)
