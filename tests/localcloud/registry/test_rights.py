"""Law L2: pull and push need a right; expired and removed passwords fail at once."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

import pytest

from localcloud.registry.authority import NULL_USER, Right

from .conftest import READER, basic

if TYPE_CHECKING:
    from .conftest import World

PULL_SCOPE = "repository:team/app:pull"


def token(world: World, name: str | None, *scopes: str) -> dict[str, str]:
    """The header with a token for scopes; the token service must give one."""
    answer = world.client.get("/oauth2/token", params={"scope": scopes}, headers=basic(name) if name else {})
    assert answer.status_code == 200, answer.text
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


def head(world: World, headers: dict[str, str], repository: str = "team/app") -> int:
    return world.client.head(f"/v2/{repository}/manifests/v1", headers=headers).status_code


def test_without_credentials_the_challenge_tells_where_to_go(world: World) -> None:
    answer = world.client.get("/v2/team/app/manifests/v1")
    server = world.login_server
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == (
        f'Bearer realm="https://{server}/oauth2/token",service="{server}",scope="repository:team/app:pull"'
    )
    assert answer.json() == {
        "errors": [
            {
                "code": "UNAUTHORIZED",
                "message": "authentication required, visit https://aka.ms/acr/authorization for more information.",
                "detail": [{"Type": "repository", "Name": "team/app", "Action": "pull"}],
            }
        ]
    }


def test_the_catalogues_challenge_is_its_own(world: World) -> None:
    answer = world.client.get("/v2/_catalog")
    assert answer.headers["WWW-Authenticate"].endswith('scope="registry:catalog:*"')
    assert answer.json()["errors"][0]["detail"] == [{"Type": "registry", "Name": "catalog", "Action": "*"}]


def test_a_push_asks_for_pull_and_push(world: World) -> None:
    answer = world.client.post("/v2/team/app/blobs/uploads/")
    assert answer.headers["WWW-Authenticate"].endswith('scope="repository:team/app:pull,push"')


@pytest.mark.parametrize("path", ["/v2/", "/v2/team/app/tags/list", "/v2/team/app/blobs/sha256:" + "0" * 64])
@pytest.mark.parametrize(
    "header",
    ["Basic", "Basic !", "Basic bm9jb2xvbg==", "Basic /w==", "Bearer", "Bearer a.b.c", "Digest x", "Basic Og=="],
)
def test_credentials_that_make_no_sense_open_nothing(world: World, path: str, header: str) -> None:
    answer = world.client.get(path, headers={"Authorization": header})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (401, "UNAUTHORIZED")


def test_basic_credentials_work_on_every_call(world: World) -> None:
    world.push("v1")
    assert world.client.get("/v2/", headers=basic("nobody")).status_code == 200
    assert [head(world, basic(name)) for name in ("owner", "reader", "nobody")] == [200, 200, 401]
    assert head(world, basic("owner", "wrong")) == 401


@pytest.mark.parametrize(
    ("name", "asked", "granted"),
    [
        ("owner", "repository:team/app:pull,push", ["pull", "push"]),
        ("owner", "repository:team/app:*", ["pull", "push", "delete"]),
        ("reader", "repository:team/app:pull,push,delete", ["pull"]),
        ("reader", "repository:secret:pull", None),
        ("nobody", "repository:team/app:pull", None),
        ("owner", "registry:catalog:*", ["*"]),
        ("reader", "registry:catalog:*", None),
        ("owner", "repository:team/app", None),
        ("owner", "other:team/app:pull", None),
    ],
)
def test_a_token_carries_what_the_rights_allow_of_what_was_asked(
    world: World, name: str, asked: str, granted: list[str] | None
) -> None:
    world.push("v1")
    answer = world.client.get("/oauth2/token", params={"scope": asked}, headers=basic(name))
    claims = json.loads(base64.urlsafe_b64decode(answer.json()["access_token"].split(".")[1] + "=="))
    assert [entry["Actions"] for entry in claims["access"]] == ([granted] if granted else [])


def test_a_token_opens_what_it_carries_and_nothing_else(world: World) -> None:
    world.push("v1")
    world.push("v1", repository="secret")
    header = token(world, "owner", PULL_SCOPE)
    assert head(world, header) == 200
    assert head(world, header, "secret") == 401
    assert world.client.delete("/v2/team/app/manifests/v1", headers=header).status_code == 401
    assert world.client.get("/v2/_catalog", headers=header).status_code == 401
    both = token(world, "owner", f"{PULL_SCOPE} repository:secret:pull", "registry:catalog:*")
    assert [head(world, both), head(world, both, "secret")] == [200, 200]
    assert world.client.get("/v2/_catalog", headers=both).json() == {"repositories": ["secret", "team/app"]}


def test_who_is_known_and_lacks_the_right_is_told_that_the_scope_is_not_enough(world: World) -> None:
    world.push("v1")
    for header in (basic("nobody"), token(world, "nobody", PULL_SCOPE)):
        answer = world.client.get("/v2/team/app/manifests/v1", headers=header)
        assert answer.status_code == 401
        assert 'error="insufficient_scope"' in answer.headers["WWW-Authenticate"]


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "GET"])
def test_an_upload_needs_the_right_to_push_all_the_way(world: World, method: str) -> None:
    started = world.client.post("/v2/team/app/blobs/uploads/", headers=basic("owner"))
    answer = world.client.request(method, started.headers["Location"], headers=basic("reader"))
    assert answer.status_code == 401


def test_a_wrong_password_gets_no_token(world: World) -> None:
    for credentials in (basic("reader", "wrong"), basic("stranger")):
        answer = world.client.get("/oauth2/token", params={"scope": PULL_SCOPE}, headers=credentials)
        assert answer.status_code == 401
        assert "authentication required" in answer.text


def test_a_removed_password_fails_at_once(world: World) -> None:
    world.push("v1")
    assert head(world, basic("reader")) == 200
    del world.people.known["reader"]
    assert head(world, basic("reader")) == 401
    assert world.client.get("/oauth2/token", headers=basic("reader")).status_code == 401


def test_a_removed_role_fails_at_once_for_basic_and_for_new_tokens(world: World) -> None:
    world.push("v1")
    world.people.roles[READER] = frozenset()
    assert head(world, basic("reader")) == 401
    assert head(world, token(world, "reader", PULL_SCOPE)) == 401


@pytest.mark.parametrize(("anonymous", "status"), [((), 401), (("pull",), 200)])
def test_anybody_gets_a_token_only_where_anybody_may(world: World, anonymous: tuple[Right, ...], status: int) -> None:
    world.people.anonymous = frozenset(anonymous)
    assert world.client.get("/oauth2/token", params={"scope": PULL_SCOPE}).status_code == status
    assert world.client.get("/oauth2/token").status_code == 401


def test_anybody_pulls_and_does_not_push(world: World) -> None:
    world.push("v1")
    world.people.anonymous = frozenset({"pull"})
    header = token(world, None, "repository:team/app:pull,push")
    assert head(world, header) == 200
    assert world.client.post("/v2/team/app/blobs/uploads/", headers=header).status_code == 401


def test_a_password_grant_is_as_good_as_basic(world: World) -> None:
    world.push("v1")
    form = {"grant_type": "password", "username": "reader", "password": "reader-password", "scope": PULL_SCOPE}
    answer = world.client.post("/oauth2/token", data=form)
    assert head(world, {"Authorization": f"Bearer {answer.json()['access_token']}"}) == 200
    assert "refresh_token" not in answer.json()
    assert world.client.post("/oauth2/token", data=form | {"password": "wrong"}).status_code == 401


def test_a_directory_token_is_exchanged_and_then_works_as_a_password(world: World) -> None:
    world.push("v1")
    form = {"grant_type": "access_token", "service": world.login_server, "access_token": "reader-directory-token"}
    refresh = world.client.post("/oauth2/exchange", data=form).json()["refresh_token"]
    assert head(world, basic(NULL_USER, refresh)) == 200
    grant = {
        "grant_type": "refresh_token",
        "service": world.login_server,
        "refresh_token": refresh,
        "scope": PULL_SCOPE,
    }
    answer = world.client.post("/oauth2/token", data=grant)
    assert head(world, {"Authorization": f"Bearer {answer.json()['access_token']}"}) == 200
    world.people.roles[READER] = frozenset()
    assert head(world, basic(NULL_USER, refresh)) == 401


def test_an_exchange_needs_a_good_token_and_a_role(world: World) -> None:
    form = {"grant_type": "access_token", "service": world.login_server}
    bad = world.client.post("/oauth2/exchange", data=form | {"access_token": "rubbish"})
    nobody = world.client.post("/oauth2/exchange", data=form | {"access_token": "nobody-directory-token"})
    assert (bad.status_code, nobody.status_code) == (401, 403)
    assert nobody.json()["errors"][0]["code"] == "DENIED"


@pytest.mark.parametrize(
    ("path", "form", "sentence"),
    [
        ("/oauth2/token", {"grant_type": "client_credentials"}, "supported: refresh_token, password"),
        ("/oauth2/token", {}, "grant_type '' is not supported"),
        ("/oauth2/exchange", {"grant_type": "password"}, "supported: access_token, access_token_refresh_token"),
        ("/oauth2/token", {"grant_type": "password", "service": "other:1"}, "service 'other:1' is not this registry"),
        ("/oauth2/token", {"grant_type": "x" * 70_000}, "the form is larger than 65536 bytes"),
    ],
)
def test_a_form_that_makes_no_sense_is_refused(world: World, path: str, form: dict[str, str], sentence: str) -> None:
    answer = world.client.post(path, data=form)
    assert answer.status_code == 400
    assert sentence in answer.json()["errors"][0]["message"]


def test_where_no_registry_is_nobody_answers(world: World) -> None:
    world.people.gone.add(world.login_server)
    for path in ("/v2/", "/oauth2/token"):
        answer = world.client.get(path, headers=basic("owner"))
        assert (answer.status_code, world.login_server in answer.text) == (404, True)


def test_no_password_is_in_an_answer(world: World) -> None:
    answer = world.client.get("/v2/", headers=basic("owner", "canary-password"))
    assert "canary" not in answer.text + str(answer.headers)
