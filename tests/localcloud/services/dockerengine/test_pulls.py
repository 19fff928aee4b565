"""What the engine pulls: it is this machine's, for the rules of a registry and beyond this cloud's registries."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import pytest

from localcloud.images.config import ImageConfig
from localcloud.images.image import Image
from tests.localcloud import other_registry
from tests.localcloud.other_registry import PASSWORD, USER

if TYPE_CHECKING:
    from pathlib import Path

    import httpx

    from localcloud.cloud import Cloud


def pull(arm: Any, image: str, login: dict[str, str] | None = None) -> httpx.Response:
    name, _, tag = image.rpartition(":")
    headers = {"X-Registry-Auth": base64.urlsafe_b64encode(json.dumps(login or {}).encode()).decode()}
    query = {"fromImage": name, "tag": tag}
    found: httpx.Response = arm.http.post("/docker/v1.43/images/create", params=query, headers=headers)
    return found


def test_network_rules_hold_for_the_engine_as_for_any_client(
    arm: Any, registry: dict[str, Any], pushed: Any, admin: dict[str, str]
) -> None:
    image = pushed("app:v1", "FROM scratch")
    for address, status in (("10.0.0.1", 500), ("127.0.0.1", 200)):
        rules = {"defaultAction": "Deny", "ipRules": [{"value": address}]}
        properties = {"adminUserEnabled": True, "networkRuleSet": rules}
        body = {"location": "westeurope", "sku": {"name": "Premium"}, "properties": properties}
        arm.put(registry["id"], body)
        answer = pull(arm, image, admin)
        assert answer.status_code == status
        assert ("denied: client with IP '127.0.0.1' is not allowed access" in answer.text) == (status == 500)


@pytest.mark.skipif(other_registry.PROGRAM is None, reason="docker-registry is not installed")
def test_l10_the_engine_pulls_from_a_registry_that_is_not_acr(arm: Any, cloud: Cloud, tmp_path: Path) -> None:
    image = Image.write(cloud.content, ImageConfig(architecture="amd64", os="linux"), ())
    with other_registry.serving(tmp_path) as found:
        reference = found.push(cloud.content, image, "base/app:v1")
        assert "unauthorized" in pull(arm, reference).text
        assert "Downloaded newer image" in pull(arm, reference, {"username": USER, "password": PASSWORD}).text
        assert "manifest unknown" in pull(arm, f"{reference}0", {"username": USER, "password": PASSWORD}).text


def test_registries_off_this_machine_are_not_asked(arm: Any) -> None:
    answer = pull(arm, "registry.example.org/app:v1")
    assert "localcloud pulls from its own registries (none yet) and others on this machine" in answer.text


def test_a_registry_that_does_not_answer_is_told(arm: Any) -> None:
    assert "does not answer as a registry" in pull(arm, "127.0.0.1:9/app:v1").text
