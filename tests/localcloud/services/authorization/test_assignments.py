"""Role assignments and definitions, and what ARM lets other principals do."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from localcloud.control.clock import Lag
from localcloud.services.authorization import access, roles

if TYPE_CHECKING:
    from tests.localcloud.harness import Plane

ACR_PULL = "7f951dda-4ed3-4680-a7ca-43fe172d538d"
READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
CONTRIBUTOR = "b24988ac-6180-42a0-ab88-20f7382dd24c"
OWNER = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
NAME = "11111111-1111-1111-1111-111111111111"
OTHER = "22222222-2222-2222-2222-222222222222"


def _error(answer: object) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]  # type: ignore[attr-defined]  # an httpx response


def test_an_assignment_is_an_extension_of_its_scope(plane: Plane) -> None:
    principal, _ = plane.service_principal()
    registry = plane.registry()
    created = plane.assign(principal, ACR_PULL, registry, NAME)
    assert created.status_code == 201
    document = created.json()
    assert document["id"] == f"{registry}/providers/Microsoft.Authorization/roleAssignments/{NAME}"
    assert document["type"] == "Microsoft.Authorization/roleAssignments"
    assert document["properties"]["scope"] == registry
    assert document["properties"]["principalType"] == "ServicePrincipal"
    assert "provisioningState" not in document["properties"]
    assert plane.client.get(document["id"]).json() == document
    again = plane.assign(principal, ACR_PULL, registry, NAME)
    assert (again.status_code, again.json()["properties"]["createdOn"]) == (200, document["properties"]["createdOn"])
    assert plane.client.delete(document["id"]).json()["id"] == document["id"]
    assert plane.client.delete(document["id"]).status_code == 204


def test_the_refusals_of_azure(plane: Plane) -> None:
    principal, _ = plane.service_principal()
    another, _ = plane.service_principal()
    group = plane.group()
    assert _error(plane.assign(principal, ACR_PULL, group, "not-a-guid")) == (400, "InvalidRoleAssignmentId")
    assert _error(plane.assign(principal, str(uuid.uuid4()), group, NAME)) == (400, "RoleDefinitionDoesNotExist")
    assert _error(plane.assign(principal, ACR_PULL, f"{group}x", NAME)) == (404, "ResourceGroupNotFound")
    missing = f"{group}/providers/Microsoft.ContainerRegistry/registries/missing"
    assert _error(plane.assign(principal, ACR_PULL, missing, NAME)) == (404, "ResourceNotFound")
    assert plane.assign(principal, ACR_PULL, group, NAME).status_code == 201
    assert _error(plane.assign(principal, ACR_PULL, group, OTHER)) == (409, "RoleAssignmentExists")
    assert _error(plane.assign(another, ACR_PULL, group, NAME)) == (400, "RoleAssignmentUpdateNotPermitted")
    assert _error(plane.assign(principal, READER, group, NAME)) == (400, "RoleAssignmentUpdateNotPermitted")


def test_an_unknown_principal_needs_a_type(plane: Plane) -> None:
    path = f"{plane.group()}/providers/Microsoft.Authorization/roleAssignments/{NAME}"
    properties = {"roleDefinitionId": f"/providers/{roles.TYPE}/{ACR_PULL}", "principalId": OTHER}
    refused = plane.client.put(path, {"properties": properties})
    assert _error(refused) == (400, "PrincipalNotFound")
    message = refused.json()["error"]["message"]
    assert f"Principal {OTHER} does not exist in the directory {plane.cloud.settings.tenant_id}." in message
    assert plane.client.put(path, {"properties": properties | {"principalType": "User"}}).status_code == 201


@pytest.mark.parametrize("left_out", ["roleDefinitionId", "principalId"])
def test_role_and_principal_are_required(plane: Plane, left_out: str) -> None:
    properties = {"roleDefinitionId": ACR_PULL, "principalId": OTHER, "principalType": "User"}
    del properties[left_out]
    path = f"{plane.group()}/providers/Microsoft.Authorization/roleAssignments/{NAME}"
    answer = plane.client.put(path, {"properties": properties})
    assert _error(answer) == (400, "InvalidRequestContent")
    assert left_out in answer.json()["error"]["message"]


def test_assignments_are_listed_by_scope_and_principal(plane: Plane) -> None:
    principal, _ = plane.service_principal()
    another, _ = plane.service_principal()
    registry = plane.registry()
    plane.assign(principal, ACR_PULL, registry, NAME)
    plane.assign(another, READER, plane.group(), OTHER)
    kind = "providers/Microsoft.Authorization/roleAssignments"

    def names(scope: str, **query: str) -> list[str]:
        return [found["name"] for found in plane.client.get(f"{scope}/{kind}", **query).json()["value"]]

    assert sorted(names(plane.group())) == sorted(names(registry)) == sorted(names("")) == [NAME, OTHER]
    assert sorted(names(registry, **{"$filter": "atScope()"})) == [NAME, OTHER]
    assert names(plane.group(), **{"$filter": "atScope()"}) == [OTHER]
    assert names(plane.group("beside")) == []
    assert names(plane.subscription, **{"$filter": f"principalId eq '{another.object_id}'"}) == [OTHER]
    assert names(registry, **{"$filter": f"assignedTo('{principal.object_id.upper()}')"}) == [NAME]
    assert names(plane.group(), **{"$filter": f"atScope() and assignedTo('{principal.object_id}')"}) == []
    refused = plane.client.get(f"{plane.group()}/{kind}", **{"$filter": "roleName eq 'x'"})
    assert _error(refused) == (501, "NotEmulated")


def test_built_in_roles_can_be_read_at_any_scope_and_not_written(plane: Plane) -> None:
    for scope in ("", plane.subscription, plane.group()):
        path = f"{scope}/providers/{roles.TYPE}/{ACR_PULL}"
        document = plane.client.get(path).json()
        assert document["properties"]["roleName"] == "AcrPull"
        actions = document["properties"]["permissions"][0]["actions"]
        assert actions == ["Microsoft.ContainerRegistry/registries/pull/read"]
    listed = plane.client.get(f"{plane.subscription}/providers/{roles.TYPE}", **{"$filter": "roleName eq 'AcrPush'"})
    assert [role["name"] for role in listed.json()["value"]] == ["8311e382-0749-4cb8-b61a-304f252e45ec"]
    unknown = plane.client.get(f"{plane.subscription}/providers/{roles.TYPE}/{OTHER}")
    assert _error(unknown) == (404, "RoleDefinitionDoesNotExist")
    custom = plane.client.put(f"{plane.subscription}/providers/{roles.TYPE}/{OTHER}", {"properties": {}})
    assert _error(custom) == (501, "NotEmulated")


def test_a_role_is_named_by_the_scope_that_it_is_read_at(plane: Plane) -> None:
    path = f"/providers/{roles.TYPE}/{ACR_PULL}"
    assert plane.client.get(path).json()["id"] == path
    assert plane.client.get(plane.group() + path).json()["id"] == plane.subscription + path
    listed = plane.client.get(f"{plane.group()}/providers/{roles.TYPE}", **{"$filter": "type eq 'BuiltInRole'"})
    assert [found["id"] for found in listed.json()["value"]] == [
        f"{plane.subscription}/providers/{roles.TYPE}/{role.id}" for role in roles.ROLES
    ]
    refused = plane.client.get(f"{plane.subscription}/providers/{roles.TYPE}", **{"$filter": "roleName ne 'x'"})
    assert _error(refused) == (501, "NotEmulated")


def test_every_role_has_a_name_and_an_id_of_its_own() -> None:
    assert len({role.name for role in roles.ROLES}) == len({uuid.UUID(role.id) for role in roles.ROLES})
    assert len({role.name for role in roles.ROLES}) == len(roles.ROLES)


def test_a_data_scientist_works_in_a_workspace_and_does_not_change_it() -> None:
    role = roles.find("f6c7c914-8db3-469d-8ca1-694a8f32e121")
    assert role is not None
    assert role.allows("Microsoft.MachineLearningServices/workspaces/jobs/write")
    assert role.allows("Microsoft.MachineLearningServices/workspaces/connections/listsecrets/action")
    assert not role.allows("Microsoft.MachineLearningServices/workspaces/write")
    assert not role.allows("Microsoft.MachineLearningServices/workspaces/listKeys/action")


def test_a_condition_is_refused_by_name(plane: Plane) -> None:
    path = f"{plane.group()}/providers/Microsoft.Authorization/roleAssignments/{NAME}"
    properties = {"roleDefinitionId": ACR_PULL, "principalId": OTHER, "principalType": "User", "condition": "@Request"}
    refused = plane.client.put(path, {"properties": properties})
    assert _error(refused) == (501, "NotEmulated")
    assert "conditions of role assignments" in refused.json()["error"]["message"]


def test_what_is_assigned_tells_when_it_begins(plane: Plane) -> None:
    plane.cloud.clock.set_lag(Lag(roles=60))
    principal, _ = plane.service_principal()
    registry = plane.registry()
    created = plane.assign(principal, ACR_PULL, plane.group(), NAME).json()
    (held,) = access.assignments_at(plane.cloud, principal.object_id, registry)
    assert (held.role.name, held.assignment) == ("AcrPull", created)
    assert held.effective_at == datetime.fromisoformat(created["properties"]["createdOn"]) + timedelta(seconds=60)
    assert access.roles_at(plane.cloud, principal.object_id, registry) == []
    assert access.assignments_at(plane.cloud, principal.object_id, plane.subscription) == []


def test_arm_asks_for_a_right_at_the_scope_or_above(plane: Plane) -> None:
    principal, _ = plane.service_principal()
    client = plane.as_principal(principal)
    group = plane.group()
    vault = f"{group}/providers/Microsoft.KeyVault/vaults/vault1"
    refused = client.put(vault, {"location": "westeurope"})
    assert _error(refused) == (403, "AuthorizationFailed")
    assert refused.json()["error"]["message"] == (
        f"The client '{principal.client_id}' with object id '{principal.object_id}' does not have authorization to "
        f"perform action 'Microsoft.KeyVault/vaults/write' over scope '{vault}' or the scope is invalid. If access was "
        "recently granted, please refresh your credentials."
    )
    plane.assign(principal, READER, group, NAME)
    assert client.get(group).status_code == 200
    assert _error(client.put(vault, {"location": "westeurope"})) == (403, "AuthorizationFailed")
    assert _error(client.get(f"{group}2")) == (403, "AuthorizationFailed")
    assert _error(client.get(f"{plane.subscription}/resourceGroups")) == (403, "AuthorizationFailed")


def test_a_contributor_writes_but_does_not_assign_and_an_owner_does(plane: Plane) -> None:
    principal, _ = plane.service_principal()
    client = plane.as_principal(principal)
    group = plane.group()
    properties = {"roleDefinitionId": ACR_PULL, "principalId": principal.object_id}
    assignment = f"{group}/providers/Microsoft.Authorization/roleAssignments/{OTHER}"
    plane.assign(principal, CONTRIBUTOR, plane.subscription, NAME)
    registry = f"{group}/providers/Microsoft.ContainerRegistry/registries/registry1"
    created = client.put(registry, {"location": "westeurope", "sku": {"name": "Basic"}})
    assert created.status_code == 201
    plane.finish(created)
    assert _error(client.put(assignment, {"properties": properties})) == (403, "AuthorizationFailed")
    plane.assign(principal, OWNER, group, "33333333-3333-3333-3333-333333333333")
    assert client.put(assignment, {"properties": properties}).status_code == 201


def test_assignments_go_with_the_scope(plane: Plane) -> None:
    principal, _ = plane.service_principal()
    registry = plane.registry()
    plane.assign(principal, ACR_PULL, registry, NAME)
    plane.finish(plane.client.delete(registry))
    assert plane.client.get(f"{plane.subscription}/providers/Microsoft.Authorization/roleAssignments").json() == {
        "value": []
    }
