"""The end of a container's log: read with the deployer's token, which goes to the cloud it is for and to no other."""

from __future__ import annotations

import base64
import json
from typing import Any

import httpx
import pytest
from azureml_scoring import ContainerRegistry
from azureml_scoring.targets._container_log import container_of, log_end

from tests.components import inputs
from tests.components.mocked import GROUP_ID, deploy

GROUP = f"{GROUP_ID}/providers/Microsoft.ContainerInstance/containerGroups/scores-group"
CLOUD = {
    "resourceManager": "https://arm.contoso.test/",
    "authentication": {"audiences": ["https://arm.contoso.test/", "https://classic.contoso.test/"]},
}
ELSEWHERE = "see its log: az container logs --resource-group group --name scores-group"


def token(audience: str) -> str:
    """A token for a cloud, as far as anybody reads it here."""
    claims = base64.urlsafe_b64encode(json.dumps({"aud": audience}).encode()).decode().rstrip("=")
    return f"e30.{claims}.x"


def asked(
    monkeypatch: pytest.MonkeyPatch, content: str | None, audience: str | None, host: str | None = None
) -> tuple[str, list[httpx.Request]]:
    """What is said of the log, and what was asked for it, with a token for an audience, or with a text."""
    seen = list[httpx.Request]()
    said = list[str]()

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        if request.url.path == "/metadata/endpoints":
            return httpx.Response(200, json=CLOUD)
        return httpx.Response(200, json={"content": content})

    client = httpx.AsyncClient
    monkeypatch.setattr(httpx, "AsyncClient", lambda **_: client(transport=httpx.MockTransport(answer)))
    monkeypatch.setenv("ARM_METADATA_HOSTNAME", host or "")

    async def program() -> None:
        said.append(await log_end(ContainerRegistry("hub", inputs.registry()), GROUP, "scoring"))

    deploy(program, answers={":getClientToken": {"token": token(audience) if audience else "opaque"}})
    return said[0], seen


def test_the_last_lines_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [f"line {number}" for number in range(160)]
    said, seen = asked(monkeypatch, "\n".join(lines) + "\n", "https://classic.contoso.test/")
    assert said.splitlines() == ["the container's last lines:", *lines[-100:]]
    metadata, log = seen
    assert str(metadata.url) == "https://management.azure.com/metadata/endpoints?api-version=2022-09-01"
    assert "authorization" not in metadata.headers
    assert log.url.host == "arm.contoso.test"
    assert log.url.path == f"{GROUP}/containers/scoring/logs"


def test_a_token_for_another_cloud_is_sent_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    said, seen = asked(monkeypatch, "secret", "https://management.usgovcloudapi.net/")
    assert said == ELSEWHERE
    assert [request.url.path for request in seen] == ["/metadata/endpoints"]


def test_the_environment_names_the_cloud_as_it_does_for_azure_native(monkeypatch: pytest.MonkeyPatch) -> None:
    said, seen = asked(monkeypatch, "line", "https://arm.contoso.test/", "cloud.contoso.test")
    assert said == "the container's last lines:\nline"
    assert [request.url.host for request in seen] == ["cloud.contoso.test", "arm.contoso.test"]


def test_what_is_no_token_is_sent_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    said, seen = asked(monkeypatch, "line", None)
    assert (said, len(seen)) == (ELSEWHERE, 1)


def test_an_empty_log_is_said_by_how_to_read_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert asked(monkeypatch, None, "https://arm.contoso.test")[0] == ELSEWHERE


def test_what_azure_knows_of_the_container() -> None:
    found = list[Any]()

    async def program() -> None:
        found.append(await container_of(ContainerRegistry("hub", inputs.registry()), GROUP))

    view = {"restartCount": 3}
    deploy(program, answers={":getContainerGroup": {"containers": [{"instanceView": view}]}})
    deploy(program, answers={":getContainerGroup": {"containers": []}})
    assert found == [view, {}]
