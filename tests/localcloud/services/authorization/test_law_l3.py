"""L3: new role assignments and principals take effect after a lag."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import httpx
import pytest

from localcloud.control.clock import Lag
from localcloud.registry.authority import Principal
from localcloud.services.authorization.authority import RegistryAuthority
from localcloud.services.containerregistry.registries import by_name

if TYPE_CHECKING:
    from tests.localcloud.harness import Plane

ACR_PULL = "7f951dda-4ed3-4680-a7ca-43fe172d538d"
READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
NAME = "11111111-1111-1111-1111-111111111111"


def _sign_in(plane: Plane, client_id: str, secret: str) -> httpx.Response:
    form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret, "scope": "x/.default"}
    return plane.stranger.request("POST", f"/{plane.cloud.settings.tenant_id}/oauth2/v2.0/token", data=form)


def test_a_role_has_no_effect_until_its_lag_is_over(plane: Plane) -> None:
    plane.cloud.clock.set_lag(Lag(roles=60))
    principal, _ = plane.service_principal()
    client, group = plane.as_principal(principal), plane.group()
    plane.assign(principal, READER, group, NAME)
    assert client.get(group).status_code == 403
    plane.cloud.clock.advance(timedelta(seconds=59))
    assert client.get(group).status_code == 403
    plane.cloud.clock.advance(timedelta(seconds=2))
    assert client.get(group).status_code == 200


def test_a_registry_lets_nobody_pull_until_the_lag_is_over(plane: Plane) -> None:
    plane.cloud.clock.set_lag(Lag(roles=60))
    found, _ = plane.service_principal()
    plane.assign(found, ACR_PULL, plane.registry("registry1"), NAME)
    document = by_name(plane.cloud, "registry1")
    assert document is not None
    server, principal = document["properties"]["loginServer"], Principal(found.object_id, found.client_id)
    authority = RegistryAuthority(plane.cloud)
    assert not authority.rights(server, principal, "app")
    plane.cloud.clock.advance(timedelta(seconds=61))
    assert authority.rights(server, principal, "app") == {"pull", "catalog"}


def test_a_new_principal_can_not_sign_in_until_its_lag_is_over(plane: Plane) -> None:
    plane.cloud.clock.set_lag(Lag(principals=60))
    principal, secret = plane.service_principal()
    refused = _sign_in(plane, principal.client_id, secret).json()
    assert refused["error_codes"] == [700016]
    plane.cloud.clock.advance(timedelta(seconds=61))
    assert _sign_in(plane, principal.client_id, secret).status_code == 200


def test_a_new_password_of_a_known_principal_has_a_lag_of_its_own(plane: Plane) -> None:
    principal, old = plane.service_principal()
    plane.cloud.clock.advance(timedelta(minutes=5))
    plane.cloud.clock.set_lag(Lag(principals=60))
    application = plane.cloud.directory.list("applications", {"appId": principal.client_id})[0]
    new = plane.client.post(f"/v1.0/applications/{application['id']}/addPassword", {}).json()
    assert "created" not in new
    assert "'created'" not in str(plane.client.get(f"/v1.0/applications/{application['id']}").json())
    assert _sign_in(plane, principal.client_id, new["secretText"]).json()["error_codes"] == [7000215]
    assert _sign_in(plane, principal.client_id, old).status_code == 200
    plane.cloud.clock.advance(timedelta(seconds=61))
    assert _sign_in(plane, principal.client_id, new["secretText"]).status_code == 200


@pytest.mark.parametrize(("kind", "status"), [(None, 400), ("ServicePrincipal", 201)])
def test_a_principal_in_its_lag_needs_a_type(plane: Plane, kind: str | None, status: int) -> None:
    plane.cloud.clock.set_lag(Lag(principals=60))
    principal, _ = plane.service_principal()
    properties: dict[str, str | None] = {
        "roleDefinitionId": READER,
        "principalId": principal.object_id,
        "principalType": kind,
    }
    path = f"{plane.group()}/providers/Microsoft.Authorization/roleAssignments/{NAME}"
    answer = plane.client.put(path, {"properties": properties})
    assert answer.status_code == status
    if status == 400:
        assert answer.json()["error"]["code"] == "PrincipalNotFound"
        plane.cloud.clock.advance(timedelta(seconds=61))
        known = plane.client.put(path, {"properties": properties}).json()
        assert known["properties"]["principalType"] == "ServicePrincipal"


def test_the_deployer_is_always_known(plane: Plane) -> None:
    plane.cloud.clock.set_lag(Lag(roles=3600, principals=3600))
    assert plane.client.get("/v1.0/me").status_code == 200
    assert plane.client.get(plane.group()).status_code == 200
