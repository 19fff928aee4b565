"""`explain-pull`: every reason at once, with its cause (law L4)."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from localcloud.services.containerregistry.network import AZURE_ADDRESS

if TYPE_CHECKING:
    from localcloud.cloud import Cloud

ACR_PULL = "7f951dda-4ed3-4680-a7ca-43fe172d538d"
ACR_DELETE = "c2f4ef07-c644-48eb-af81-4b1b4947fb11"
REPOSITORY_READER = "b93aa761-3e63-49ed-ac28-beffa264f7ac"


class _Asker:
    """A registry with `app:v1`, and questions about it."""

    def __init__(self, arm: Any, cloud: Cloud, registry: dict[str, Any], image: str) -> None:
        self.arm, self.cloud, self.registry, self.image = arm, cloud, registry, image

    def ask(self, identity: str, image: str = "", **more: str) -> tuple[bool, dict[str, str], dict[str, str]]:
        """Whether it can be pulled, the problems and the reasons by cause."""
        body = {"image": image or self.image, "identity": identity} | more
        answer = self.arm.http.post("/localcloud/explain-pull", json=body).json()
        problems = {found["cause"]: f"{found['message']}; {found['fix']}" for found in answer["problems"]}
        assert all(found["fix"] for found in answer["problems"])
        return answer["pullable"], problems, {found["cause"]: found["message"] for found in answer["reasons"]}

    def change(self, sku: str = "Premium", **properties: Any) -> None:
        self.arm.put(self.registry["id"], {"location": "westeurope", "sku": {"name": sku}, "properties": properties})

    def principal(self, **password: Any) -> tuple[dict[str, Any], str]:
        """A service principal and its password."""
        http = self.arm.http
        application = http.post("/v1.0/applications", json={"displayName": "puller"}).json()
        found: dict[str, Any] = http.post("/v1.0/servicePrincipals", json={"appId": application["appId"]}).json()
        added = http.post(
            f"/v1.0/applications/{application['id']}/addPassword", json={"passwordCredential": password}
        ).json()
        return found, added["secretText"]

    def assign(self, principal_id: str, role: str = ACR_PULL, scope: str = "") -> None:
        definition = f"/subscriptions/{self.cloud.settings.subscription_id}/providers/Microsoft.Authorization"
        properties = {
            "principalId": principal_id,
            "principalType": "ServicePrincipal",
            "roleDefinitionId": f"{definition}/roleDefinitions/{role}",
        }
        where = f"{scope or self.registry['id']}/providers/Microsoft.Authorization/roleAssignments/{uuid.uuid4()}"
        self.arm.put(where, {"properties": properties})


@pytest.fixture
def asker(arm: Any, cloud: Cloud, registry: dict[str, Any], pushed: Any) -> _Asker:
    return _Asker(arm, cloud, registry, pushed("app:v1", "FROM scratch"))


def test_a_service_principal_that_can_pull_is_told_why(asker: _Asker) -> None:
    principal, password = asker.principal()
    asker.assign(principal["id"])
    pullable, problems, reasons = asker.ask(principal["appId"], password=password)

    assert (pullable, problems) == (True, {})
    assert reasons["role"] == f"AcrPull at {asker.registry['id']} lets it pull"
    assert reasons["credential"] == "the password is one that the application has"
    assert reasons["tag"].startswith("'v1' of 'app' is sha256:")
    assert "127.0.0.1" in reasons["network"]
    assert "was not checked" in asker.ask(principal["appId"])[2]["credential"]


def test_every_problem_is_told_at_once(asker: _Asker) -> None:
    principal, _ = asker.principal()
    asker.change(publicNetworkAccess="Disabled")
    image = asker.image.replace(":v1", ":v2")
    pullable, problems, _ = asker.ask(principal["appId"], image, password="wrong")

    assert not pullable
    assert set(problems) == {"network", "tag", "credential", "role"}
    assert "public network access is disabled" in problems["network"]
    assert "'app' has no 'v2'; it has the tags: v1" in problems["tag"]
    assert "wrong or removed" in problems["credential"]
    assert "it has no role; assign AcrPull" in problems["role"]
    assert "wrong or removed" not in str(problems | {"credential": ""})


def test_l3_a_role_in_its_lag_is_told_with_its_end(asker: _Asker) -> None:
    clock = asker.cloud.clock
    principal, _ = asker.principal()
    clock.set_lag(replace(clock.lag, roles=600.0))
    asker.assign(principal["id"])
    _, problems, _ = asker.ask(principal["appId"])
    assert f"AcrPull at {asker.registry['id']} is in its lag until 20" in problems["role"]
    clock.advance(timedelta(seconds=601))
    assert asker.ask(principal["appId"])[0]


def test_l3_a_principal_in_its_lag_is_told_with_its_end(asker: _Asker) -> None:
    clock = asker.cloud.clock
    clock.set_lag(replace(clock.lag, principals=600.0))
    principal, _ = asker.principal()
    assert "is in its lag until 20" in asker.ask(principal["appId"])[1]["credential"]


def test_a_role_that_does_not_help_is_told_with_the_reason(asker: _Asker) -> None:
    principal, _ = asker.principal()
    body = {"location": "westeurope", "sku": {"name": "Basic"}}
    other = asker.arm.put("Microsoft.ContainerRegistry/registries/other1", body)
    asker.assign(principal["id"], ACR_DELETE)
    asker.assign(principal["id"], scope=other["id"])
    problem = asker.ask(principal["appId"])[1]["role"]
    assert f"AcrDelete at {asker.registry['id']} does not include pulling" in problem
    assert f"AcrPull at {other['id']} does not cover {asker.registry['id']}" in problem


def test_abac_ignores_acr_pull_and_the_other_way_round(asker: _Asker) -> None:
    principal, _ = asker.principal()
    asker.assign(principal["id"])
    asker.change(roleAssignmentMode="AbacRepositoryPermissions")
    problem = asker.ask(principal["appId"])[1]["role"]
    assert "in ABAC mode, which ignores AcrPull" in problem
    assert "assign Container Registry Repository Reader" in problem
    second, _ = asker.principal()
    asker.assign(second["id"], REPOSITORY_READER)
    assert asker.ask(second["appId"])[0]
    asker.change()
    assert "not in ABAC mode, and ignores Container Registry Repository Reader" in asker.ask(second["appId"])[1]["role"]


def test_a_password_that_has_expired_is_told(asker: _Asker) -> None:
    end = (asker.cloud.clock.now() + timedelta(days=1)).isoformat()
    principal, password = asker.principal(endDateTime=end)
    asker.assign(principal["id"])
    asker.cloud.clock.advance(timedelta(days=2))
    assert "has expired" in asker.ask(principal["appId"], password=password)[1]["credential"]
    assert (
        "every password of the application has expired, the last one at 20"
        in (asker.ask(principal["appId"])[1]["credential"])
    )


def test_a_token_is_told_what_it_lacks(asker: _Asker) -> None:
    registry, arm = asker.registry["id"], asker.arm
    assert "has no token 'puller'" in asker.ask("puller")[1]["credential"]
    scope_map = f"{registry}/scopeMaps/mine1"
    arm.put(scope_map, {"properties": {"actions": ["repositories/other/content/read"]}})
    body = {"properties": {"scopeMapId": scope_map}}
    arm.put(f"{registry}/tokens/puller", body)
    _, problems, _ = asker.ask("puller")
    assert "the token 'puller' has no password" in problems["credential"]
    assert "the scope map 'mine1' lacks content/read of 'app'; it names: other" in problems["role"]
    assert "add repositories/app/content/read" in problems["role"]

    accepted = arm.send("POST", f"{registry}/generateCredentials", {"tokenId": f"{registry}/tokens/puller"})
    password = arm.result(accepted)["passwords"][0]["value"]
    arm.put(scope_map, {"properties": {"actions": ["repositories/app/content/read"]}})
    assert asker.ask("puller", password=password)[:2] == (True, {})
    assert "wrong or removed" in asker.ask("puller", password="wrong")[1]["credential"]
    arm.put(f"{registry}/tokens/puller", {"properties": {"scopeMapId": scope_map, "status": "disabled"}})
    assert "is disabled" in asker.ask("puller", password=password)[1]["credential"]
    arm.delete(scope_map)
    assert "is gone" in asker.ask("puller")[1]["role"]


def test_an_identity_comes_from_azure(asker: _Asker) -> None:
    path = "Microsoft.ManagedIdentity/userAssignedIdentities/puller"
    identity = asker.arm.put(path, {"location": "westeurope"})
    asker.assign(identity["properties"]["principalId"])
    rules = {"defaultAction": "Deny", "ipRules": [{"value": "127.0.0.1"}]}
    assert asker.ask(identity["id"])[0]
    asker.change(networkRuleSet=rules)
    _, problems, _ = asker.ask(identity["id"])
    assert list(problems) == ["network"]
    assert AZURE_ADDRESS in problems["network"]
    assert "they allow: 127.0.0.1" in problems["network"]
    assert asker.ask(identity["id"], address="127.0.0.1")[0]
    assert "inside of Azure only" in asker.ask(identity["properties"]["clientId"])[2]["credential"]
    for wrong in (f"{identity['id']}x", "/nonsense"):
        assert "there is no user-assigned identity" in asker.ask(wrong)[1]["credential"]


def test_admin_and_anonymous_are_on_or_off(asker: _Asker) -> None:
    login = asker.arm.post(f"{asker.registry['id']}/listCredentials")
    assert asker.ask("admin", password=login["passwords"][1]["value"])[0]
    assert "wrong or removed" in asker.ask("admin", password="wrong")[1]["credential"]
    assert "without credentials" in asker.ask("anonymous")[1]["role"]
    asker.change(anonymousPullEnabled=True)
    assert asker.ask("anonymous")[0]
    assert "admin user is off" in asker.ask("admin")[1]["credential"]


@pytest.mark.parametrize(
    ("image", "cause", "words"),
    [
        ("127.9.9.9:5443/app:v1", "network", "no registry of this cloud is at '127.9.9.9:5443'; there are: 127."),
        ("UPPER CASE", "tag", "invalid reference format"),
    ],
)
def test_what_is_nowhere_is_told(asker: _Asker, image: str, cause: str, words: str) -> None:
    assert words in asker.ask("admin", image)[1][cause]


def test_a_repository_that_there_is_not_is_told_with_those_that_there_are(asker: _Asker) -> None:
    _, problems, _ = asker.ask("admin", asker.image.replace("/app", "/other"))
    assert problems["tag"] == "the registry has no repository 'other'; it has: app"


def test_unknown_clients_and_addresses_are_told(asker: _Asker) -> None:
    assert "an object id is no user name" in asker.ask(str(uuid.uuid4()))[1]["credential"]
    assert "'nowhere' is no address" in asker.ask("admin", address="nowhere")[1]["network"]


def test_the_deployer_may_do_everything_and_nobody_else_may_ask(asker: _Asker, cloud: Cloud) -> None:
    assert asker.ask(cloud.settings.client_id)[2]["role"] == "the deployer may do everything"
    principal, _ = asker.principal()
    token = cloud.tokens.issue(replace(_deployer(cloud), object_id=principal["id"]), cloud.url)
    headers = {"authorization": f"Bearer {token}"}
    answer = asker.arm.http.post("/localcloud/explain-pull", json={"image": "a", "identity": "b"}, headers=headers)
    assert answer.status_code == 403


def _deployer(cloud: Cloud) -> Any:
    return cloud.tokens.read(cloud.tokens.owner())
