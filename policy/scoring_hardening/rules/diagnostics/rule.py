"""Workspaces and registries send their logs somewhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from azureml_scoring.policy_kit import Located, NotChecked, Resource, Rule, Severity, Stack, Undecided
from azureml_scoring.rules import Problem

from ...kinds import REGISTRY, WORKSPACE
from ...links import is_about, kept
from ...settings import ScoringHardening, in_production

_SETTINGS: Final = ("azure-native:monitor:DiagnosticSetting", "azure-native:insights:DiagnosticSetting")
_DESTINATIONS: Final = ("workspaceId", "storageAccountId", "eventHubAuthorizationRuleId", "marketplacePartnerId")
_FIX: Final = "diagnostic_settings: [{workspace_resource_id: <id of a Log Analytics workspace>}]"


def check_stack(stack: Stack, settings: ScoringHardening) -> Iterator[Located]:
    """Ask for a diagnostic setting with at least one log on each of them."""
    if not in_production(stack.run, settings, settings.diagnostics_stacks):
        return
    for resource in kept(stack):
        try:
            told = any(_tells(one) for one in stack.of_type(*_SETTINGS) if is_about(one, "resourceUri", resource))
        except Undecided as unknown:
            yield Located(resource, NotChecked(f"diagnostic setting of {resource.name}", unknown.path))
            continue
        if not told:
            rule = "must have a diagnostic setting that keeps its logs"
            yield Located(resource, Problem(resource.name, rule, None, _FIX))


def _tells(setting: Resource) -> bool:
    logs = any(log["enabled"].flag() is not False for log in setting["logs"].elements())
    return logs and any(setting[key].raw is not None for key in _DESTINATIONS)


RULE = Rule(
    id="diagnostics",
    summary="In production the logs of a workspace and of a registry are kept by a diagnostic setting.",
    severity=Severity.MEDIUM,
    link="https://learn.microsoft.com/azure/machine-learning/monitor-azure-machine-learning",
    remediation="Give the component diagnostic_settings, or add a DiagnosticSetting whose resource_uri is it.",
    reads={
        WORKSPACE: (),
        REGISTRY: (),
        **dict.fromkeys(_SETTINGS, ("resourceUri", "logs[*].enabled", *_DESTINATIONS)),
    },
    check_stack=check_stack,
    options=("production_stacks", "diagnostics_stacks"),
    nearest={"Azure Policy": "afe0c3be (Azure ML workspaces: resource logs)"},
)
