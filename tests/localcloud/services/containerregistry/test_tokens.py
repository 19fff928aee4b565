"""Tokens and their passwords; shapes from TokenGet.json and RegistryGenerateCredentials_2023-07-01.json."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from localcloud.control.clock import text
from localcloud.services.authorization.authority import RegistryAuthority
from localcloud.services.containerregistry import tokens
from tests.localcloud.services.conftest import stored_text

if TYPE_CHECKING:
    from localcloud.cloud import Cloud


class _Token:
    """One token, `puller`, that may pull `app`."""

    def __init__(self, arm: Any, cloud: Cloud, registry: dict[str, Any]) -> None:
        self.arm, self.cloud = arm, cloud
        self.registry, self.login_server = registry["id"], registry["properties"]["loginServer"]
        self.id, self.scope_map = f"{self.registry}/tokens/puller", f"{self.registry}/scopeMaps/mine1"
        arm.put(self.scope_map, {"properties": {"actions": ["repositories/app/content/read"]}})
        arm.put(self.id, self.body())

    def body(self, **properties: Any) -> dict[str, Any]:
        return {"properties": {"scopeMapId": self.scope_map} | properties}

    def generate(self, **body: Any) -> dict[str, str]:
        """Passwords by name."""
        accepted = self.arm.send("POST", f"{self.registry}/generateCredentials", {"tokenId": self.id} | body)
        assert accepted.status_code == 202, accepted.text
        found = self.arm.result(accepted)
        assert found["username"] == "puller"
        return {password["name"]: password["value"] for password in found["passwords"]}

    def can(self, password: str, repository: str = "app") -> set[str]:
        """What the token may do with a password."""
        authority = RegistryAuthority(self.cloud)
        principal = authority.authenticate(self.login_server, "puller", password)
        return set() if principal is None else set(authority.rights(self.login_server, principal, repository))


@pytest.fixture
def token(arm: Any, cloud: Cloud, registry: dict[str, Any]) -> _Token:
    return _Token(arm, cloud, registry)


def test_a_token_has_the_shape_of_the_example(arm: Any, token: _Token) -> None:
    found = arm.get(token.id)

    assert (found["name"], found["type"]) == ("puller", "Microsoft.ContainerRegistry/registries/tokens")
    assert found["properties"].pop("creationDate").endswith("Z")
    assert found["properties"] == {
        "provisioningState": "Succeeded",
        "scopeMapId": token.scope_map,
        "status": "enabled",
    }


def test_generated_credentials_have_the_shape_of_the_example(arm: Any, cloud: Cloud, token: _Token) -> None:
    expiry = text(cloud.clock.now() + timedelta(days=30))
    accepted = arm.send("POST", f"{token.registry}/generateCredentials", {"tokenId": token.id, "expiry": expiry})
    assert accepted.status_code == 202
    assert f"{token.registry}/operationStatuses/registries-" in accepted.headers["location"]
    assert int(accepted.headers["retry-after"]) > 0
    answer = arm.result(accepted)

    assert answer["username"] == "puller"
    assert [sorted(password) for password in answer["passwords"]] == [["creationTime", "expiry", "name", "value"]] * 2
    assert {password["expiry"] for password in answer["passwords"]} == {expiry}
    shown = arm.get(token.id)["properties"]["credentials"]["passwords"]
    assert [sorted(password) for password in shown] == [["creationTime", "expiry", "name"]] * 2
    for password in answer["passwords"]:
        assert password["value"] not in stored_text(cloud)


def test_l8_the_answer_is_there_when_the_operation_has_ended(arm: Any, cloud: Cloud, token: _Token) -> None:
    cloud.operations._latency = 0.2
    accepted = arm.send("POST", f"{token.registry}/generateCredentials", {"tokenId": token.id})
    assert arm.http.get(accepted.headers["location"]).status_code == 202
    again = arm.send("POST", f"{token.registry}/generateCredentials", {"tokenId": token.id})
    assert again.json()["error"]["code"] == "AnotherOperationInProgress"


def test_l2_a_token_may_do_what_its_scope_map_says_and_nothing_else(arm: Any, token: _Token) -> None:
    password = token.generate(name="password1")["password1"]
    assert token.can(password) == {"pull"}
    assert token.can(password, "other") == set()
    assert token.can(password + "x") == set()

    actions = ["repositories/app/content/read", "repositories/app/content/write"]
    arm.put(token.scope_map, {"properties": {"actions": actions}})
    assert token.can(password) == {"pull", "push"}
    arm.put(token.id, token.body(scopeMapId=f"{token.registry}/scopeMaps/_repositories_pull"))
    assert token.can(password, "other") == {"pull"}
    arm.put(token.id, token.body())
    arm.delete(token.scope_map)
    assert token.can(password) == set()


def test_l2_a_regenerated_password_fails_at_once_and_the_other_one_lives(token: _Token) -> None:
    first = token.generate()
    second = token.generate(name="password2")

    assert list(second) == ["password2"]
    assert token.can(first["password1"]) == {"pull"}
    assert token.can(first["password2"]) == set()
    assert token.can(second["password2"]) == {"pull"}


def test_l2_an_expired_password_and_a_disabled_token_fail_at_once(arm: Any, cloud: Cloud, token: _Token) -> None:
    end = cloud.clock.now() + timedelta(days=2)
    password = token.generate(name="password1", expiry=end.isoformat())["password1"]
    endless = token.generate(name="password2")["password2"]
    found = cloud.resources.of_type(tokens.TOKEN_TYPE)[0]
    cloud.clock.advance(timedelta(days=3))
    assert token.can(password) == set()
    assert tokens.password_state(cloud, found, password) == "expired"
    assert token.can(endless) == {"pull"}

    authority = RegistryAuthority(cloud)
    principal = authority.authenticate(token.login_server, "puller", endless)
    arm.put(token.id, token.body(status="disabled"))
    assert authority.authenticate(token.login_server, "puller", endless) is None
    assert authority.rights(token.login_server, principal, "app") == set()


def test_passwords_that_an_update_leaves_out_are_removed(arm: Any, token: _Token) -> None:
    made = token.generate()
    arm.put(token.id, token.body())
    assert token.can(made["password2"]) == {"pull"}
    arm.put(token.id, token.body(credentials={"passwords": [{"name": "password1"}]}))

    assert token.can(made["password1"]) == {"pull"}
    assert token.can(made["password2"]) == set()


def test_a_token_of_another_registry_is_a_stranger(arm: Any, cloud: Cloud, token: _Token) -> None:
    password = token.generate(name="password1")["password1"]
    body = {"location": "westeurope", "sku": {"name": "Basic"}}
    other = arm.put("Microsoft.ContainerRegistry/registries/other1", body)
    namesake, server = f"{other['id']}/tokens/puller", other["properties"]["loginServer"]
    assert "of its own registry" in arm.refused(namesake, token.body())[2]
    arm.put(namesake, token.body(scopeMapId=f"{other['id']}/scopeMaps/_repositories_pull"))
    authority = RegistryAuthority(cloud)
    principal = authority.authenticate(token.login_server, "puller", password)

    assert principal is not None
    assert authority.rights(token.login_server, principal, "app") == {"pull"}
    assert authority.authenticate(server, "puller", password) is None
    assert authority.rights(server, principal, "app") == set()


def test_a_removed_token_takes_its_passwords_along(arm: Any, token: _Token) -> None:
    password = token.generate(name="password1")["password1"]
    arm.delete(token.id)
    assert token.can(password) == set()
    arm.put(token.id, token.body())
    assert token.can(password) == set()
    assert "credentials" not in arm.get(token.id)["properties"]


def test_a_removed_registry_takes_its_children_along(arm: Any, cloud: Cloud, token: _Token) -> None:
    token.generate()
    arm.delete(token.registry)

    assert cloud.resources.below(token.registry) == []
    assert "puller" not in str(cloud.store.list(tokens._COLLECTION))


@pytest.mark.parametrize(
    ("properties", "words"),
    [
        ({"scopeMapId": None}, "needs the id of a scope map"),
        ({"scopeMapId": "/subscriptions/s/resourceGroups/g/providers/Microsoft.X/y/z"}, "of its own registry"),
        ({"status": "asleep"}, "'asleep' is not one of enabled, disabled"),
        ({"credentials": {"certificates": [{"name": "certificate1"}]}}, "does not emulate certificates"),
    ],
)
def test_what_can_not_be_a_token_is_refused(token: _Token, properties: dict[str, Any], words: str) -> None:
    assert words in token.arm.refused(f"{token.registry}/tokens/other", token.body(**properties))[2]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"name": "password"}, "valid are password1, password2"),
        ({"expiry": "2020-12-31T15:59:59Z"}, "must be a time in the future"),
        ({"expiry": "soon"}, "must be a time in the future"),
        ({"tokenId": None}, "not the id of a token"),
        ({"tokenId": "/subscriptions/s/resourceGroups/g/providers/Microsoft.X/y/z"}, "not the id of a token"),
    ],
)
def test_what_no_password_can_be_made_of_is_refused(token: _Token, body: dict[str, Any], words: str) -> None:
    answer = token.arm.send("POST", f"{token.registry}/generateCredentials", {"tokenId": token.id} | body)

    assert answer.status_code == 400
    assert words in answer.json()["error"]["message"]


def test_nothing_is_behind_the_name_of_no_operation(token: _Token) -> None:
    assert token.arm.send("GET", f"{token.registry}/operationStatuses/registries-x").status_code == 404
