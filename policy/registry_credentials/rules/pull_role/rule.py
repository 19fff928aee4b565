"""Who pulls can do nothing else, and only where it pulls from."""

from __future__ import annotations

from collections.abc import Iterator

from azureml_scoring.policy_kit import Located, NotChecked, Resource, Result, Rule, Severity, Stack, Undecided
from azureml_scoring.rules import Problem

from ...principals import principal, pulling
from ...roles import ASSIGNMENTS, PULL_ROLES, is_registry, reaches_registries, role_of
from ...settings import RegistryCredentials

_FIX = "AcrPull at the registry"


def check(resource: Resource, _settings: RegistryCredentials) -> Iterator[Result]:
    """Refuse a role that pulls at more than a registry."""
    role, scope = role_of(resource.properties), resource["scope"]
    if role is not None and role in PULL_ROLES and not is_registry(scope.text() or ""):
        rule = f"must be one container registry for a role that pulls ({PULL_ROLES[role]})"
        yield Problem("scope", rule, scope.shown, "the id of the registry")


def check_stack(stack: Stack, _settings: RegistryCredentials) -> Iterator[Located]:
    """Refuse another role, at a registry or above, of a principal that pulls."""
    pullers = pulling(stack)
    for assignment in stack.of_type(*ASSIGNMENTS):
        if principal(assignment) & pullers:
            try:
                role, scope = role_of(assignment.declared), assignment.declared["scope"].text() or ""
            except Undecided as unknown:
                yield Located(assignment, NotChecked("the role of a principal that pulls", unknown.path))
                continue
            if role is not None and role not in PULL_ROLES and reaches_registries(role, scope):
                rule = "must be none beside the one that pulls, for a principal that pulls"
                yield Located(assignment, Problem("role", rule, f"{role} at {scope}", _FIX))


RULE = Rule(
    id="pull-role",
    summary="A principal that pulls has a role to pull, at the registry, and none beyond.",
    severity=Severity.HIGH,
    link="https://learn.microsoft.com/azure/container-registry/container-registry-roles",
    remediation=(
        "Grant AcrPull (in ABAC mode Container Registry Repository Reader) at the registry; let another principal push."
    ),
    reads=ASSIGNMENTS,
    check=check,
    check_stack=check_stack,
    nearest={"Checkov": "CKV_AZURE_39 (custom roles)", "Trivy": "AZU-0030, AZU-0052 (custom roles)"},
)
