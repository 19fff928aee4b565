"""No registry has its admin user."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from azureml_scoring.policy_kit import Change, Resource, Result, Rule, Severity
from azureml_scoring.rules import Problem

from ...settings import RegistryCredentials

_READS: Final[Mapping[str, Sequence[str]]] = {
    "azure-native:containerregistry:Registry": ("adminUserEnabled",),
    "azure:containerservice/registry:Registry": ("adminEnabled",),
}


def check(resource: Resource, _settings: RegistryCredentials) -> Iterator[Result]:
    """Refuse the switch; it is off where nothing is said."""
    (key,) = _READS[resource.type]
    if resource[key].flag():
        rule = "must be off: its one password pulls, pushes and deletes, for everybody"
        yield Problem(key, rule, value=True, fix=f"{key}: false")


def mend(resource: Resource, _settings: RegistryCredentials) -> Iterator[Change]:
    """Turn it off."""
    (key,) = _READS[resource.type]
    if resource[key].flag():
        yield Change((key,), value=False)


RULE = Rule(
    id="admin-user",
    summary="A registry's admin user is off.",
    severity=Severity.HIGH,
    link="https://learn.microsoft.com/azure/container-registry/container-registry-authentication#admin-account",
    remediation="Turn it off, and pull by an identity, a service principal or a token with a scope map.",
    reads=_READS,
    check=check,
    mend=mend,
    nearest={"Checkov": "CKV_AZURE_137", "Azure Policy": "dc921057, 79fdfe03 (mends)"},
)
