"""Nobody pulls as a registry's admin user."""

from __future__ import annotations

from collections.abc import Iterator

from azureml_scoring.policy_kit import Located, NotChecked, Resource, Result, Rule, Severity, Stack, Undecided
from azureml_scoring.rules import Problem

from ...hosts import azure_name
from ...login import Login
from ...logins import LOGINS, declared_logins, logins
from ...settings import RegistryCredentials
from ...workspaces import REGISTRIES, registry_host

_FIX = "a service principal, a token of the registry, or an identity"


def check(resource: Resource, _settings: RegistryCredentials) -> Iterator[Result]:
    """Refuse the user name that only the admin user has: the registry's own, as `listCredentials` gives it."""
    for login in logins(resource):
        try:
            name, user = azure_name(login.host), login.username.text() or ""
        except Undecided as unknown:
            yield NotChecked(login.label, unknown.path)
            continue
        if name and user.lower() == name:
            yield _refused(login)


def check_stack(stack: Stack, _settings: RegistryCredentials) -> Iterator[Located]:
    """Do the same for registries of the stack whose host does not tell their name."""
    names = {host: name for host, name in _registries(stack) if not azure_name(host)}
    for resource in stack.resources if names else ():
        for login in declared_logins(resource) if resource.type in LOGINS else ():
            try:
                user, name = (login.username.text() or "").lower(), names.get(login.host)
            except Undecided:
                # `check` tells of it.
                continue
            if user and user == name:
                yield Located(resource, _refused(login))


def _registries(stack: Stack) -> Iterator[tuple[str, str]]:
    for registry in stack.of_type(*REGISTRIES):
        try:
            yield registry_host(registry), (registry["name"].text() or "").lower()
        except Undecided:
            continue


def _refused(login: Login) -> Problem:
    rule = "must not be the registry's admin user, whose password listCredentials gives"
    return Problem(f"user name of {login.label}", rule, login.username.shown, _FIX)


RULE = Rule(
    id="admin-user-pull",
    summary="No credential is a registry's admin user, whose passwords `listCredentials` gives.",
    severity=Severity.HIGH,
    link="https://learn.microsoft.com/azure/container-registry/container-registry-authentication#admin-account",
    remediation=(
        "Pull by an identity with AcrPull, a service principal or a token with a scope map, and turn the admin user "
        "off. Which function gave a password can't be seen in a plan; the user name can."
    ),
    reads=LOGINS,
    check=check,
    check_stack=check_stack,
)
