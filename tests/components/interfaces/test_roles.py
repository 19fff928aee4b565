"""Names of roles: each is a role of Azure's, under its own GUID."""

from __future__ import annotations

import re

from azureml_scoring.interfaces._roles import ROLES, role_guid, role_problems
from azureml_scoring.pull import ACR_PULL, REPOSITORY_READER

from localcloud.services.authorization import roles


def test_names_and_guids_are_those_that_the_stand_in_was_told_by_another_source() -> None:
    known = {role.name: role.id for role in roles.ROLES}
    shared = ROLES.keys() & known.keys()
    assert len(shared) > 12
    assert {name: ROLES[name] for name in shared} == {name: known[name] for name in shared}


def test_the_roles_of_a_pull_are_among_them() -> None:
    assert ROLES["AcrPull"] == ACR_PULL
    assert ROLES["Container Registry Repository Reader"] == REPOSITORY_READER


def test_every_role_has_a_guid_of_its_own() -> None:
    assert len(set(ROLES.values())) == len(ROLES)
    assert all(re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", guid) for guid in ROLES.values())


def test_a_name_of_no_role_comes_with_the_nearest_one() -> None:
    (found,) = role_problems("Acr Push", "role")
    assert found.fix == "AcrPush"
    assert role_problems("AcrPush", "role") == role_problems(ACR_PULL.upper(), "role") == []
    assert role_guid(f"/providers/Microsoft.Authorization/roleDefinitions/{ACR_PULL}") == ACR_PULL
