"""Where it is required, data is encrypted with a key of one's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Final

from azureml_scoring.policy_kit import Resource, Result, Rule, Severity
from azureml_scoring.rules import Problem

from ...kinds import GROUP_TYPES, REGISTRY, WORKSPACE, one_of
from ...settings import ScoringHardening, applies

_STORAGE: Final = "azure-native:storage:StorageAccount"
_KEY: Final = "encryption.keyVaultProperties.keyIdentifier"


def check(resource: Resource, settings: ScoringHardening) -> Iterator[Result]:
    """Ask for a key in the stacks, and on the resources, that are configured."""
    patterns = settings.key_resources
    meant = any(fnmatchcase(name, pattern) for name in (resource.name, resource.urn) for pattern in patterns)
    if meant and applies(resource.run, settings.key_stacks):
        yield from _CHECKS[resource.type](resource)


def _switched_on(resource: Resource) -> Iterator[Result]:
    status = resource.properties.at("encryption.status")
    if not one_of(status, "Enabled"):
        yield Problem("encryption.status", "must be Enabled, with a key of your own", status.shown, "Enabled")
    elif not resource.properties.at(_KEY).text():
        yield Problem(_KEY, "must name a key of your own", None, "https://contoso.vault.azure.net/keys/scoring")


def _storage(resource: Resource) -> Iterator[Result]:
    source = resource.properties.at("encryption.keySource")
    if not one_of(source, "Microsoft.Keyvault"):
        yield Problem("encryption.keySource", "must be Microsoft.Keyvault", source.shown, "Microsoft.Keyvault")
    elif not resource.properties.at("encryption.keyVaultProperties.keyName").text():
        yield Problem("encryption.keyVaultProperties.keyName", "must name a key of your own", None, "scoring")


def _group(resource: Resource) -> Iterator[Result]:
    if not resource.properties.at("encryptionProperties.keyName").text():
        yield Problem(
            "encryptionProperties", "must name a key of your own", None, "{vaultBaseUrl, keyName, keyVersion}"
        )


_CHECKS: Final[Mapping[str, Callable[[Resource], Iterator[Result]]]] = {
    WORKSPACE: _switched_on,
    REGISTRY: _switched_on,
    _STORAGE: _storage,
    **dict.fromkeys(GROUP_TYPES, _group),
}

RULE = Rule(
    id="customer-managed-key",
    summary="Where it is required, data is encrypted with a customer-managed key.",
    severity=Severity.MEDIUM,
    link="https://learn.microsoft.com/azure/machine-learning/concept-customer-managed-keys",
    remediation="Give the component customer_managed_key; a workspace and a registry take it only when they are made.",
    reads={
        WORKSPACE: ("encryption.status", _KEY),
        REGISTRY: ("encryption.status", _KEY),
        _STORAGE: ("encryption.keySource", "encryption.keyVaultProperties.keyName"),
        **dict.fromkeys(GROUP_TYPES, ("encryptionProperties.keyName",)),
    },
    check=check,
    options=("key_stacks", "key_resources"),
    nearest={
        "Checkov": "CKV2_AZURE_1 (storage), CKV2_AZURE_28 (container groups)",
        "Azure Policy": "ba769a63 (workspace), 5b9159ae (registry), 0aa61e00 (container groups)",
    },
)
