"""User-assigned identities, and resources that have identities."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from localcloud.arm import identities
from localcloud.control.clock import Lag

if TYPE_CHECKING:
    from tests.localcloud.harness import Plane

ACR_PULL = "7f951dda-4ed3-4680-a7ca-43fe172d538d"
NAME = "11111111-1111-1111-1111-111111111111"


def _identity(plane: Plane, name: str = "puller") -> dict[str, Any]:
    path = f"{plane.group()}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{name}"
    answer = plane.client.put(path, {"location": "westeurope", "tags": {"a": "b"}})
    assert answer.status_code == 201
    document: dict[str, Any] = answer.json()
    return document


def _account(plane: Plane, identity: object, expected: str = "Succeeded") -> dict[str, Any]:
    path = f"{plane.group()}/providers/Microsoft.ContainerRegistry/registries/registry1"
    body = {"location": "westeurope", "sku": {"name": "Premium"}, "identity": identity}
    answer = plane.client.put(path, body)
    if not answer.is_success:
        document: dict[str, Any] = answer.json()
        return document
    assert plane.finish(answer)["status"] == expected
    found: dict[str, Any] = plane.client.get(path).json()
    return found


def test_an_identity_is_as_azure_answers_it(plane: Plane) -> None:
    document = _identity(plane)
    assert document.keys() == {"id", "name", "type", "location", "tags", "properties"}
    assert document["type"] == "Microsoft.ManagedIdentity/userAssignedIdentities"
    properties = document["properties"]
    assert properties.keys() == {"tenantId", "principalId", "clientId", "isolationScope"}
    assert properties["tenantId"] == plane.cloud.settings.tenant_id
    assert uuid.UUID(properties["principalId"]) != uuid.UUID(properties["clientId"])
    changed = plane.client.patch(document["id"], {"tags": {"c": "d"}}).json()
    assert changed["properties"] == properties
    assert changed["tags"] == {"a": "b", "c": "d"}
    listed = plane.client.get(document["id"].rpartition("/")[0]).json()["value"]
    assert [found["name"] for found in listed] == ["puller"]


def test_it_is_a_service_principal_and_goes_with_its_resource(plane: Plane) -> None:
    document = _identity(plane)
    principal = plane.client.get(f"/v1.0/servicePrincipals/{document['properties']['principalId']}").json()
    assert principal["servicePrincipalType"] == "ManagedIdentity"
    assert principal["appId"] == document["properties"]["clientId"]
    assert principal["alternativeNames"] == ["isExplicit=True", document["id"]]
    plane.client.delete(document["id"])
    assert plane.client.get(f"/v1.0/servicePrincipals/{principal['id']}").status_code == 404


def test_a_name_breaks_the_rule(plane: Plane) -> None:
    path = f"{plane.group()}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/-x"
    assert plane.client.put(path, {"location": "westeurope"}).status_code == 400


def test_a_role_for_an_identity_needs_no_principal_type_once_it_is_known(plane: Plane) -> None:
    plane.cloud.clock.set_lag(Lag(principals=60))
    properties = {
        "roleDefinitionId": f"/providers/Microsoft.Authorization/roleDefinitions/{ACR_PULL}",
        "principalId": _identity(plane)["properties"]["principalId"],
    }
    path = f"{plane.group()}/providers/Microsoft.Authorization/roleAssignments/{NAME}"
    assert plane.client.put(path, {"properties": properties}).json()["error"]["code"] == "PrincipalNotFound"
    plane.cloud.clock.advance(timedelta(seconds=61))
    assert plane.client.put(path, {"properties": properties}).status_code == 201


def test_a_resource_shows_the_ids_of_its_identities(plane: Plane) -> None:
    first, second = _identity(plane, "first"), _identity(plane, "second")
    given: dict[str, object] = {first["id"]: {}, second["id"].upper().replace("/SUBSCRIPTIONS", "/subscriptions"): {}}
    found = _account(plane, {"type": "SystemAssigned, UserAssigned", "userAssignedIdentities": given})
    shown = found["identity"]
    assert shown["tenantId"] == plane.cloud.settings.tenant_id
    expected = {name: first["properties"][name] for name in ("principalId", "clientId")}
    assert shown["userAssignedIdentities"][first["id"]] == expected
    assert len(shown["userAssignedIdentities"]) == 2
    assert identities.find_assigned(found, first["id"].lower()) == identities.AssignedIdentity(
        first["id"], first["properties"]["principalId"], first["properties"]["clientId"]
    )
    assert identities.find_assigned(found, first["id"] + "x") is None


def test_an_unknown_identity_is_refused(plane: Plane) -> None:
    missing = f"{plane.group()}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/missing"
    error = _account(plane, {"type": "UserAssigned", "userAssignedIdentities": {missing: {}}})["error"]
    assert error["code"] == "FailedIdentityOperation"
    assert f"Resource '{missing}' was not found." in error["message"]


@pytest.mark.parametrize(
    ("identity", "code"),
    [
        ({"type": "UserAssigned"}, "MissingIdentityIds"),
        ({"type": "UserAssigned", "userAssignedIdentities": {}}, "MissingIdentityIds"),
        ({"type": "UserAssigned", "userAssignedIdentities": {"nonsense": {}}}, "FailedIdentityOperation"),
        ({"type": "SystemAssigned", "userAssignedIdentities": {"/x": {}}}, "FailedIdentityOperation"),
        ({"type": "Assigned"}, "InvalidRequestContent"),
        ({"type": None}, "InvalidRequestContent"),
        ("SystemAssigned", "InvalidRequestContent"),
    ],
)
def test_what_is_no_identity_is_refused(plane: Plane, identity: object, code: str) -> None:
    assert _account(plane, identity)["error"]["code"] == code


def test_a_system_assigned_identity_stays_over_updates_and_goes_with_its_resource(plane: Plane) -> None:
    first = _account(plane, {"type": "SystemAssigned"})
    principal = first["identity"]["principalId"]
    assert _account(plane, {"type": "SystemAssigned", "principalId": NAME})["identity"]["principalId"] == principal
    found = plane.client.get(f"/v1.0/servicePrincipals/{principal}").json()
    assert found["alternativeNames"] == ["isExplicit=False", first["id"]]
    assert _account(plane, {"type": "None"})["identity"] == {"type": "None"}
    assert plane.client.get(f"/v1.0/servicePrincipals/{principal}").status_code == 404
    again = _account(plane, {"type": "SystemAssigned"})["identity"]["principalId"]
    assert again != principal
    plane.finish(plane.client.delete(first["id"]))
    assert plane.client.get(f"/v1.0/servicePrincipals/{again}").status_code == 404
