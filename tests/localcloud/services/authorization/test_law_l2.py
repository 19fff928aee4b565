"""Law L2: pull and push need a right; asked at the registry's own application."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import httpx
import pytest

from localcloud.control.tokens import Tokens
from localcloud.registry.app import create_app
from localcloud.registry.authority import NULL_USER
from localcloud.services.authorization import access
from localcloud.services.authorization.authority import RegistryAuthority

if TYPE_CHECKING:
    from tests.localcloud.harness import Plane

ROLES = {
    "AcrPull": "7f951dda-4ed3-4680-a7ca-43fe172d538d",
    "AcrPush": "8311e382-0749-4cb8-b61a-304f252e45ec",
    "AcrDelete": "c2f4ef07-c644-48eb-af81-4b1b4947fb11",
    "Reader": "acdd72a7-3385-48ef-bd42-f606fba81ae7",
    "Contributor": "b24988ac-6180-42a0-ab88-20f7382dd24c",
    "Owner": "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
    "Repository Reader": "b93aa761-3e63-49ed-ac28-beffa264f7ac",
    "Repository Writer": "2a1e307c-b015-4ebd-883e-5b7698a07328",
    "Repository Contributor": "2efddaa5-3f1f-4df3-97df-af3f13818f4c",
    "Catalog Lister": "bfdb9389-c9a5-478a-bb2f-ba9ca092c3c7",
}
NAME = "11111111-1111-1111-1111-111111111111"


class Registry:
    """One registry's distribution API."""

    def __init__(self, plane: Plane, registry_id: str) -> None:
        self.login_server = plane.client.get(registry_id).json()["properties"]["loginServer"]
        cloud = plane.cloud
        self._transport = httpx.ASGITransport(create_app(cloud.content, cloud.catalog, RegistryAuthority(cloud)))

    def can(self, right: str, credentials: tuple[str, str] | None) -> bool:
        """Whether a request that needs this right gets beyond the door."""
        method, path = {
            "pull": ("GET", "/v2/app/manifests/v1"),
            "push": ("POST", "/v2/app/blobs/uploads/"),
            "delete": ("DELETE", f"/v2/app/manifests/sha256:{'0' * 64}"),
        }[right]
        status = asyncio.run(self._request(method, path, right, credentials)).status_code
        assert status in {401, 403, 404, 202}, status
        return status in {404, 202}

    async def _request(self, method: str, path: str, right: str, credentials: tuple[str, str] | None) -> httpx.Response:
        url = f"https://{self.login_server}"
        async with httpx.AsyncClient(transport=self._transport, base_url=url, trust_env=False) as client:
            query = {"service": self.login_server, "scope": f"repository:app:{right}"}
            token = await client.get("/oauth2/token", params=query, auth=credentials)
            if token.status_code != 200:
                return token
            return await client.request(
                method, path, headers={"Authorization": f"Bearer {token.json()['access_token']}"}
            )

    def rights(self, credentials: tuple[str, str] | None) -> set[str]:
        """What these credentials may do."""
        return {right for right in ("pull", "push", "delete") if self.can(right, credentials)}


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("AcrPull", {"pull"}),
        ("AcrPush", {"pull", "push"}),
        ("AcrDelete", {"delete"}),
        ("Reader", {"pull"}),
        ("Contributor", {"pull", "push", "delete"}),
        ("Owner", {"pull", "push", "delete"}),
    ],
)
@pytest.mark.parametrize(
    "scope",
    [lambda plane: plane.registry(), lambda plane: plane.group(), lambda plane: plane.subscription],
    ids=["registry", "group", "subscription"],
)
def test_law_l2_roles_hold_at_registry_group_and_subscription(
    plane: Plane, role: str, expected: set[str], scope: Callable[[Plane], str]
) -> None:
    registry = Registry(plane, plane.registry())
    principal, secret = plane.service_principal()
    credentials = (principal.client_id, secret)
    assert registry.rights(credentials) == set()
    assignment = plane.assign(principal, ROLES[role], scope(plane), NAME)
    assert registry.rights(credentials) == expected
    plane.client.delete(assignment.json()["id"])
    assert registry.rights(credentials) == set()


def test_law_l2_a_role_elsewhere_does_not_help(plane: Plane) -> None:
    """Neither at a registry nor at a group whose name only begins alike."""
    registry = Registry(plane, plane.registry("registry10"))
    principal, secret = plane.service_principal()
    plane.assign(principal, ROLES["Owner"], plane.registry("registry1"), NAME)
    plane.assign(principal, ROLES["Owner"], plane.group("grou"), NAME)
    assert registry.rights((principal.client_id, secret)) == set()


def test_law_l2_the_admin_user_works_only_while_it_is_on(plane: Plane) -> None:
    path = plane.registry(adminUserEnabled=True)
    registry = Registry(plane, path)
    listed = plane.client.post(f"{path}/listCredentials").json()
    first, second = (password["value"] for password in listed["passwords"])
    assert registry.rights((listed["username"], first)) == {"pull", "push", "delete"}
    assert registry.rights((listed["username"].upper(), second)) == {"pull", "push", "delete"}
    assert registry.rights((listed["username"], first + "x")) == set()
    plane.client.post(f"{path}/regenerateCredential", {"name": "password"})
    assert registry.rights((listed["username"], first)) == set()
    assert registry.rights((listed["username"], second)) == {"pull", "push", "delete"}
    plane.registry(adminUserEnabled=False)
    assert registry.rights((listed["username"], second)) == set()


def test_law_l2_anybody_pulls_only_while_anonymous_pull_is_on(plane: Plane) -> None:
    path = plane.registry()
    registry = Registry(plane, path)
    assert registry.rights(None) == set()
    body = {"location": "westeurope", "sku": {"name": "Standard"}, "properties": {"anonymousPullEnabled": True}}
    plane.finish(plane.client.put(path, body))
    assert registry.rights(None) == {"pull"}


def test_law_l2_expired_and_removed_passwords_fail_at_once(plane: Plane) -> None:
    registry = Registry(plane, plane.registry())
    end = datetime.now(UTC) + timedelta(hours=1)
    principal, secret = plane.service_principal(endDateTime=end.isoformat())
    plane.assign(principal, ROLES["AcrPull"], plane.registry(), NAME)
    assert registry.rights((principal.client_id, secret)) == {"pull"}
    plane.cloud.clock._real = lambda: end
    assert registry.rights((principal.client_id, secret)) == set()
    plane.cloud.clock._real = lambda: datetime.now(UTC)
    application = plane.client.get(f"/v1.0/applications(appId='{principal.client_id}')").json()
    key = application["passwordCredentials"][0]["keyId"]
    plane.client.post(f"/v1.0/applications/{application['id']}/removePassword", {"keyId": key})
    assert registry.rights((principal.client_id, secret)) == set()


def test_law_l2_a_removed_application_can_do_nothing(plane: Plane) -> None:
    registry = Registry(plane, plane.registry())
    principal, secret = plane.service_principal()
    plane.assign(principal, ROLES["AcrPull"], plane.registry(), NAME)
    application = plane.client.get(f"/v1.0/applications(appId='{principal.client_id}')").json()
    plane.client.delete(f"/v1.0/applications/{application['id']}")
    assert registry.rights((principal.client_id, secret)) == set()


def test_law_l2_abac_mode_ignores_acr_pull(plane: Plane) -> None:
    path = plane.registry(roleAssignmentMode="AbacRepositoryPermissions")
    registry = Registry(plane, path)
    principal, secret = plane.service_principal()
    plane.assign(principal, ROLES["AcrPull"], path, NAME)
    plane.assign(principal, ROLES["Owner"], plane.group(), NAME)
    assert registry.rights((principal.client_id, secret)) == set()
    plane.assign(principal, ROLES["Repository Reader"], path, "22222222-2222-2222-2222-222222222222")
    assert registry.rights((principal.client_id, secret)) == {"pull"}
    plane.assign(principal, ROLES["Repository Writer"], path, "33333333-3333-3333-3333-333333333333")
    assert access.rights(plane.cloud, principal.object_id, path) == {"pull", "push"}
    plane.assign(principal, ROLES["Repository Contributor"], path, "44444444-4444-4444-4444-444444444444")
    plane.assign(principal, ROLES["Catalog Lister"], path, "55555555-5555-5555-5555-555555555555")
    assert access.rights(plane.cloud, principal.object_id, path) == {"pull", "push", "delete", "catalog"}


def test_law_l2_a_bearer_token_of_the_directory_counts_as_its_principal(plane: Plane) -> None:
    authority = RegistryAuthority(plane.cloud)
    registry = Registry(plane, plane.registry())
    principal, _ = plane.service_principal()
    token = Tokens(plane.cloud.settings).issue(principal, "https://containerregistry.azure.net")
    found = authority.authenticate(registry.login_server, NULL_USER, token)
    assert found is not None
    assert found.id == principal.object_id
    assert authority.rights(registry.login_server, found, None) == set()
    plane.assign(principal, ROLES["AcrPull"], plane.registry(), NAME)
    assert authority.rights(registry.login_server, found, None) == {"pull", "catalog"}
    assert authority.authenticate(registry.login_server, NULL_USER, token + "x") is None
    deployer = authority.authenticate(registry.login_server, NULL_USER, Tokens(plane.cloud.settings).owner())
    assert authority.rights(registry.login_server, deployer, None) == {"pull", "push", "delete", "catalog"}


def test_law_l2_nobody_is_at_an_address_without_a_registry(plane: Plane) -> None:
    authority = RegistryAuthority(plane.cloud)
    assert authority.registry("127.1.2.3:5443") is None
    assert authority.authenticate("127.1.2.3:5443", "x", "y") is None
    assert authority.rights("127.1.2.3:5443", None, "app") == set()
