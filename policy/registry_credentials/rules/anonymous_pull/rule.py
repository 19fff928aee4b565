"""No registry is open to everybody, unless that is meant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from azureml_scoring.policy_kit import Change, Resource, Result, Rule, Severity
from azureml_scoring.rules import Problem

from ...hosts import is_named_anonymous
from ...settings import RegistryCredentials

_KEY: Final = "anonymousPullEnabled"
_READS: Final[Mapping[str, Sequence[str]]] = {
    "azure-native:containerregistry:Registry": (_KEY, "registryName"),
    "azure:containerservice/registry:Registry": (_KEY, "name"),
}


def check(resource: Resource, settings: RegistryCredentials) -> Iterator[Result]:
    """Refuse the switch where the registry is not listed by its name; it is off where nothing is said."""
    if _is_open(resource, settings):
        rule = "must be off for a registry that is not in anonymousRegistries: everybody can pull every image"
        yield Problem(_KEY, rule, value=True, fix=f"{_KEY}: false, or anonymousRegistries: [{resource.name}]")


def mend(resource: Resource, settings: RegistryCredentials) -> Iterator[Change]:
    """Turn it off."""
    if _is_open(resource, settings):
        yield Change((_KEY,), value=False)


def _is_open(resource: Resource, settings: RegistryCredentials) -> bool:
    if not resource[_KEY].flag():
        return False
    if is_named_anonymous(settings, resource.name):
        return False
    name = resource[_READS[resource.type][1]].text() or ""
    return not is_named_anonymous(settings, name)


RULE = Rule(
    id="anonymous-pull",
    summary="Nobody pulls from a registry without a credential, but from those in anonymousRegistries.",
    severity=Severity.HIGH,
    link="https://learn.microsoft.com/azure/container-registry/anonymous-pull-access",
    remediation="Turn it off; list the registry in anonymousRegistries where all of its images are for everybody.",
    reads=_READS,
    check=check,
    mend=mend,
    options=("anonymous_registries",),
    nearest={"Checkov": "CKV_AZURE_138", "Azure Policy": "9f2dea28, cced2946 (mends)"},
)
