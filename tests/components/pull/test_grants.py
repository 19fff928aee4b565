"""Role assignments: their names, and the least role that pulls."""

from __future__ import annotations

import re

import pytest
from azureml_scoring import ContainerRegistry
from azureml_scoring.pull import (
    ACR_PULL,
    PULL_ROLES,
    REPOSITORY_READER,
    PullMode,
    RoleAssignmentMode,
    grant_name,
    role_definition_id,
)

from tests.components.mocked import deploy

SCOPE = "/subscriptions/1/resourceGroups/group/providers/Microsoft.ContainerRegistry/registries/contoso"


def test_a_grant_has_one_name_whatever_the_case_of_the_scope() -> None:
    name = grant_name(SCOPE, "principal", ACR_PULL)
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", name)
    assert grant_name(SCOPE.upper(), "principal", ACR_PULL) == name


@pytest.mark.parametrize(
    "changed", [(f"{SCOPE}2", "principal", ACR_PULL), (SCOPE, "other", ACR_PULL), (SCOPE, "principal", "role")]
)
def test_another_scope_principal_or_role_is_another_grant(changed: tuple[str, str, str]) -> None:
    assert grant_name(*changed) != grant_name(SCOPE, "principal", ACR_PULL)


def test_a_built_in_role_is_named_in_the_subscription() -> None:
    assert role_definition_id("1", ACR_PULL) == (
        "/subscriptions/1/providers/Microsoft.Authorization/roleDefinitions/7f951dda-4ed3-4680-a7ca-43fe172d538d"
    )


def test_each_mode_of_a_registry_has_the_least_role_that_pulls() -> None:
    assert PULL_ROLES == {
        RoleAssignmentMode.LEGACY_REGISTRY_PERMISSIONS: ACR_PULL,
        RoleAssignmentMode.ABAC_REPOSITORY_PERMISSIONS: REPOSITORY_READER,
    }
    assert REPOSITORY_READER == "b93aa761-3e63-49ed-ac28-beffa264f7ac"


def test_another_mode_has_a_grant_of_its_own() -> None:
    """In the place of the other it would be made after that one's removal, and a consumer that restarts could not pull;
    below a lock the removal fails, and must leave a grant that a later update can still remove."""
    modes = (PullMode.SERVICE_PRINCIPAL, PullMode.MANAGED_IDENTITY)
    made = {_grant(mode) for mode in modes}
    assert len(made) == len(modes)


def _grant(mode: PullMode) -> str:
    registered = deploy(lambda: ContainerRegistry("tested", {"resource_group_name": "group", "pull": mode}))
    return registered.one("RoleAssignment").name
