"""What every request passes: tokens, request ids, answers to defects."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from localcloud.control.tokens import Tokens
from localcloud.services.entra.principal import Principal
from tests.localcloud.harness import URL, Client, Plane


def test_every_answer_has_the_ids_that_support_asks_for(plane: Plane) -> None:
    headers = {"x-ms-correlation-request-id": "mine", "x-ms-client-request-id": "client"}
    for path in ("/subscriptions", "/nowhere", "/metadata/endpoints"):
        answer = plane.client.request("GET", path, headers=headers | {"x-ms-return-client-request-id": "true"})
        assert len(answer.headers["x-ms-request-id"]) == 36
        assert answer.headers["x-ms-correlation-request-id"] == "mine"
        assert answer.headers["x-ms-routing-request-id"]
    first, second = (plane.client.get("/subscriptions").headers["x-ms-request-id"] for _ in range(2))
    assert first != second


def test_an_unknown_path_is_named(plane: Plane) -> None:
    answer = plane.client.get("/nowhere/at/all")
    assert (answer.status_code, answer.json()["error"]["code"]) == (501, "NotEmulated")
    assert "GET /nowhere/at/all" in answer.json()["error"]["message"]


@pytest.mark.parametrize("path", ["/subscriptions", "/v1.0/applications", "/docker/v1.43/_ping", "/nowhere"])
def test_without_a_token_nothing_is_answered_but_a_challenge(plane: Plane, path: str) -> None:
    answer = plane.stranger.get(path)
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "AuthenticationFailed")
    assert answer.headers["www-authenticate"].startswith('Bearer authorization_uri="https://127.0.0.1')


def test_a_token_of_another_cloud_or_time_is_refused(plane: Plane) -> None:
    settings = plane.cloud.settings
    deployer = Principal(settings.object_id, settings.client_id)
    forged = Tokens(replace(settings, key=b"another")).owner()
    expired = Tokens(settings, now=lambda: time.time() - 7200).issue(deployer, URL)
    for token in (forged, expired, "no.token", "x", "é"):
        client = Client(plane.cloud)
        answer = client.request("GET", "/subscriptions", headers={"Authorization": f"Bearer {token}".encode()})
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "InvalidAuthenticationToken")
        assert token not in answer.text


def test_a_defect_is_answered_and_logged(
    plane: Plane, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise KeyError("on purpose")

    monkeypatch.setattr("localcloud.services.resources.subscriptions.subscriptions", broken)
    answer = plane.client.get("/subscriptions")
    assert (answer.status_code, answer.json()["error"]["code"]) == (500, "InternalServerError")
    assert answer.headers["x-ms-request-id"] in answer.json()["error"]["message"]
    assert answer.headers["x-ms-request-id"] in caplog.text
    assert "on purpose" in caplog.text
    assert "on purpose" not in answer.text


def test_only_the_deployer_reaches_the_docker_engine(plane: Plane) -> None:
    principal, _ = plane.service_principal()
    assert plane.as_principal(principal).get("/docker/v1.43/containers/json").status_code == 403


def test_health_needs_no_token(plane: Plane) -> None:
    assert plane.stranger.get("/healthz").text == "ok"
