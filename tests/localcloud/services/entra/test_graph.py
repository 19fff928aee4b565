"""Applications, service principals and passwords over Graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.localcloud.harness import Plane


def test_an_application_from_creation_to_removal(plane: Plane) -> None:
    created = plane.client.post("/v1.0/applications", {"displayName": "app", "tags": ["t"]})
    assert created.status_code == 201
    document = created.json()
    assert (document["displayName"], document["tags"], document["passwordCredentials"]) == ("app", ["t"], [])
    path = f"/v1.0/applications/{document['id']}"
    assert plane.client.get(path).json() == document
    assert plane.client.patch(path, {"displayName": "renamed", "id": "other"}).status_code == 204
    assert plane.client.get(path).json() == document | {"displayName": "renamed"}
    assert plane.client.delete(path).status_code == 204
    for gone in (plane.client.get(path), plane.client.delete(path), plane.client.post(f"{path}/addPassword", {})):
        assert (gone.status_code, gone.json()["error"]["code"]) == (404, "Request_ResourceNotFound")
        assert gone.json()["error"]["message"] == (
            f"Resource '{document['id']}' does not exist or one of its queried reference-property objects are not "
            "present."
        )


def test_a_service_principal_belongs_to_an_application_and_goes_with_it(plane: Plane) -> None:
    application = plane.client.post("/v1.0/applications", {"displayName": "app"}).json()
    created = plane.client.post("/v1.0/servicePrincipals", {"appId": application["appId"]})
    assert created.status_code == 201
    document = created.json()
    assert (document["appId"], document["servicePrincipalType"]) == (application["appId"], "Application")
    assert document["id"] != application["id"]
    twice = plane.client.post("/v1.0/servicePrincipals", {"appId": application["appId"]})
    assert twice.status_code == 409
    orphan = plane.client.post("/v1.0/servicePrincipals", {"appId": "00000000-0000-0000-0000-000000000009"})
    assert (orphan.status_code, orphan.json()["error"]["code"]) == (400, "Request_BadRequest")
    plane.client.delete(f"/v1.0/applications/{application['id']}")
    assert plane.client.get(f"/v1.0/servicePrincipals/{document['id']}").status_code == 404


def test_a_password_is_shown_once_and_stored_nowhere(plane: Plane) -> None:
    principal, secret = plane.service_principal(displayName="one", endDateTime="2099-01-01T00:00:00Z")
    found = plane.client.get(f"/v1.0/applications(appId='{principal.client_id}')").json()
    (credential,) = found["passwordCredentials"]
    assert credential["secretText"] is None
    assert credential["hint"] == secret[:3]
    assert (credential["displayName"], credential["endDateTime"]) == ("one", "2099-01-01T00:00:00Z")
    for path in plane.cloud.home.root.rglob("*"):
        if path.is_file():
            assert secret.encode() not in path.read_bytes(), path


def test_several_passwords_live_at_once_until_they_are_removed(plane: Plane) -> None:
    principal, first = plane.service_principal()
    path = f"/v1.0/servicePrincipals/{principal.object_id}"
    added = plane.client.post(f"{path}/addPassword", {"passwordCredential": {}}).json()
    authenticate = plane.cloud.directory.authenticate
    assert authenticate(principal.client_id, first) == principal
    assert authenticate(principal.client_id, added["secretText"]) == principal
    assert plane.client.post(f"{path}/removePassword", {"keyId": added["keyId"]}).status_code == 204
    assert authenticate(principal.client_id, added["secretText"]) is None
    assert authenticate(principal.client_id, first) == principal
    again = plane.client.post(f"{path}/removePassword", {"keyId": added["keyId"]})
    assert again.status_code == 400
    assert added["keyId"] in again.json()["error"]["message"]


@pytest.mark.parametrize("end", ["soon", "2001-01-01T00:00:00Z"])
def test_a_password_has_a_sensible_end(plane: Plane, end: str) -> None:
    application = plane.client.post("/v1.0/applications", {"displayName": "app"}).json()
    answer = plane.client.post(
        f"/v1.0/applications/{application['id']}/addPassword", {"passwordCredential": {"endDateTime": end}}
    )
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "Request_BadRequest")


def test_filters_find_by_field(plane: Plane) -> None:
    principal, _ = plane.service_principal()
    path = "/v1.0/servicePrincipals"
    found = plane.client.get(path, **{"$filter": f"appId eq '{principal.client_id}'"}).json()["value"]
    assert [document["id"] for document in found] == [principal.object_id]
    assert plane.client.get(path, **{"$filter": "displayName eq 'it''s not'"}).json()["value"] == []
    assert len(plane.client.get(path).json()["value"]) == 2
    refused = plane.client.get(path, **{"$filter": "startswith(displayName,'x')"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (501, "NotEmulated")


def test_what_graph_has_and_localcloud_has_not_is_named(plane: Plane) -> None:
    answer = plane.client.get("/v1.0/users/somebody")
    assert (answer.status_code, answer.json()["error"]["code"]) == (501, "NotEmulated")
    assert "GET /v1.0/users/somebody" in answer.json()["error"]["message"]


def test_a_service_principal_may_not_manage_applications(plane: Plane) -> None:
    principal, _ = plane.service_principal()
    answer = plane.as_principal(principal).get("/v1.0/applications")
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "Authorization_RequestDenied")


def test_a_body_that_is_no_object_is_refused(plane: Plane) -> None:
    assert plane.client.post("/v1.0/applications", ["x"]).status_code == 400
    assert plane.client.post("/v1.0/applications", {}).status_code == 400
    assert plane.client.post("/v1.0/applications", {"displayName": "a", "identifierUris": 1}).status_code == 400
    assert plane.client.post("/v1.0/servicePrincipals", {"appId": [1]}).status_code == 400
    me = plane.cloud.settings.object_id
    path = f"/v1.0/servicePrincipals/{me}/addPassword"
    assert plane.client.post(path, {"passwordCredential": "x"}).status_code == 400
    assert plane.client.post(path, {"passwordCredential": {"endDateTime": 5}}).status_code == 400
    assert plane.client.request("POST", "/v1.0/applications", content=b"{").status_code == 400
