"""A token is for repositories that are named."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from azureml_scoring.policy_kit import Resource, Result, Rule, Severity, Value, each
from azureml_scoring.rules import Problem

from ...settings import RegistryCredentials

_MAPS: Final[Mapping[str, Sequence[str]]] = {
    "azure-native:containerregistry:ScopeMap": ("actions[*]",),
    "azure:containerservice/registryScopeMap:RegistryScopeMap": ("actions[*]",),
}
_TOKENS: Final[Mapping[str, Sequence[str]]] = {
    "azure-native:containerregistry:Token": ("scopeMapId",),
    "azure:containerservice/registryToken:RegistryToken": ("scopeMapId",),
}
_SYSTEM: Final = "_repositories_"
"""What the names of the scope maps begin with that every registry has: each is for all repositories."""
_EXAMPLE: Final = "repositories/diabetes/content/read"


def check(resource: Resource, _settings: RegistryCredentials) -> Iterator[Result]:
    """Refuse patterns of repositories in a scope map, and tokens that use a scope map of the registry's own."""
    if resource.type in _MAPS:
        yield from each(resource["actions"], _action)
        return
    value = resource["scopeMapId"]
    text = value.text() or ""
    if not text:
        yield Problem(value.path, "must name a scope map of this token", None, "the id of a ScopeMap")
    elif text.rstrip("/").rpartition("/")[2].lower().startswith(_SYSTEM):
        rule = "must be a scope map of named repositories, not one that is for all of them"
        yield Problem(value.path, rule, value.shown, "the id of a ScopeMap with " + _EXAMPLE)


def _action(action: Value) -> Iterator[Result]:
    text = action.text() or ""
    kind, _, repository = text.partition("/")
    if kind.lower() == "repositories" and "*" in repository:
        yield Problem(action.path, "must name one repository, without *", action.shown, _EXAMPLE)


RULE = Rule(
    id="token-scope",
    summary="A token of a registry is for repositories that its scope map names one by one.",
    severity=Severity.HIGH,
    link="https://learn.microsoft.com/azure/container-registry/container-registry-token-based-repository-permissions",
    remediation="Give the token a scope map of its own, with an action for each repository.",
    reads={**_MAPS, **_TOKENS},
    check=check,
    nearest={"Azure Policy": "ff05e24e, a9b426fe (no tokens at all)"},
)
