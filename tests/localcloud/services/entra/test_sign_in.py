"""Sign-in by client credentials, metadata and the directory."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from localcloud.services.entra.principal import Principal
from tests.localcloud.harness import Client, Plane


def _sign_in(plane: Plane, tenant: str | None = None, version: str = "/v2.0", **form: str) -> Any:
    form = {"grant_type": "client_credentials", "scope": f"{plane.cloud.url}/.default"} | form
    path = f"/{tenant or plane.cloud.settings.tenant_id}/oauth2{version}/token"
    return plane.stranger.request("POST", path, data=form)


@pytest.mark.parametrize("version", ["", "/v2.0"])
def test_client_credentials_give_a_token_that_works(plane: Plane, version: str) -> None:
    principal, secret = plane.service_principal()
    answer = _sign_in(plane, version=version, client_id=principal.client_id, client_secret=secret)
    assert (answer.status_code, answer.json()["token_type"]) == (200, "Bearer")
    client = Client(plane.cloud, answer.json()["access_token"])
    assert client.get("/subscriptions").status_code == 200
    assert client.get(plane.group()).json()["error"]["code"] == "AuthorizationFailed"


def test_basic_works_too(plane: Plane) -> None:
    principal, secret = plane.service_principal()
    basic = base64.b64encode(f"{principal.client_id}:{secret}".encode()).decode()
    path = f"/{plane.cloud.settings.tenant_id}/oauth2/v2.0/token"
    form = {"grant_type": "client_credentials"}
    for credentials, status in ((basic, 200), ("%", 400)):
        headers = {"Authorization": f"Basic {credentials}"}
        assert plane.stranger.request("POST", path, data=form, headers=headers).status_code == status


def test_a_wrong_secret_is_refused_in_entras_words_and_not_repeated(plane: Plane) -> None:
    principal, secret = plane.service_principal()
    answer = _sign_in(plane, client_id=principal.client_id, client_secret=f"{secret}x")
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    assert answer.json()["error_codes"] == [7000215]
    assert "AADSTS7000215: Invalid client secret provided." in answer.json()["error_description"]
    assert principal.client_id in answer.json()["error_description"]
    assert secret not in answer.text


def test_an_expired_secret_says_so(plane: Plane) -> None:
    past = {"startDateTime": "2020-01-01T00:00:00Z", "endDateTime": "2021-01-01T00:00:00Z"}
    principal, secret = plane.service_principal(**past)
    answer = _sign_in(plane, client_id=principal.client_id, client_secret=secret)
    assert (answer.status_code, answer.json()["error_codes"]) == (401, [7000222])


def test_other_refusals(plane: Plane) -> None:
    principal, secret = plane.service_principal()
    good = {"client_id": principal.client_id, "client_secret": secret}
    assert _sign_in(plane, **good | {"client_id": "unknown"}).json()["error_codes"] == [700016]
    assert _sign_in(plane, tenant="elsewhere", **good).json()["error_codes"] == [90002]
    assert _sign_in(plane, tenant="organizations", **good).status_code == 200
    assert _sign_in(plane, **good, grant_type="password").json()["error"] == "unsupported_grant_type"


def test_discovery_leads_to_the_token_endpoint(plane: Plane) -> None:
    tenant = plane.cloud.settings.tenant_id
    found = plane.stranger.get(f"/{tenant}/v2.0/.well-known/openid-configuration").json()
    assert found["token_endpoint"] == f"{plane.cloud.url}/{tenant}/oauth2/v2.0/token"
    instance = plane.stranger.get("/common/discovery/instance").json()
    assert instance["tenant_discovery_endpoint"].startswith(plane.cloud.url)


def test_authenticate_knows_a_password_from_its_start_to_its_end(plane: Plane) -> None:
    directory = plane.cloud.directory
    begun = datetime.now(UTC)
    principal, secret = plane.service_principal(endDateTime=(begun + timedelta(hours=1)).isoformat())
    assert directory.authenticate(principal.client_id.upper(), secret) == principal
    assert directory.authenticate(principal.client_id, secret + " ") is None
    assert directory.authenticate("unknown", secret) is None
    plane.cloud.clock._real = lambda: begun + timedelta(hours=1, seconds=1)
    assert directory.authenticate(principal.client_id, secret) is None
    plane.cloud.clock._real = lambda: begun - timedelta(hours=1)
    assert directory.authenticate(principal.client_id, secret) is None


def test_metadata_lead_to_this_cloud(plane: Plane) -> None:
    found = plane.stranger.request("GET", "/metadata/endpoints", params={"api-version": "2022-09-01"}).json()
    assert found["resourceManager"] == found["authentication"]["loginEndpoint"] == plane.cloud.url
    assert found["microsoftGraphResourceId"] == plane.cloud.url
    assert {"acrLoginServer", "storage", "keyVaultDns"} <= found["suffixes"].keys()
    old = plane.stranger.request("GET", "/metadata/endpoints", params={"api-version": "2019-05-01"}).json()
    assert old == [found]


def test_the_deployer_is_in_the_directory(plane: Plane) -> None:
    settings = plane.cloud.settings
    assert plane.cloud.directory.principal(settings.client_id) == Principal(settings.object_id, settings.client_id)
    assert plane.client.get("/v1.0/me").json()["id"] == settings.object_id
