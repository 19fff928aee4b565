"""Network rules of a registry: who gets an answer (laws L2 and L4)."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from localcloud.images.errors import AddressRefused
from localcloud.registry.app import create_app
from localcloud.services.authorization.authority import RegistryAuthority
from localcloud.services.containerregistry import network
from localcloud.services.containerregistry.pulls import Puller, pull

if TYPE_CHECKING:
    from localcloud.cloud import Cloud


def rules(*values: str, action: str = "Deny") -> dict[str, Any]:
    return {"networkRuleSet": {"defaultAction": action, "ipRules": [{"value": value} for value in values]}}


def close(arm: Any, registry: dict[str, Any], **properties: Any) -> None:
    """Makes the registry Premium with these properties."""
    body = {"location": "westeurope", "sku": {"name": "Premium"}}
    arm.put(registry["id"], body | {"properties": {"adminUserEnabled": True} | properties})


@pytest.mark.parametrize(
    ("properties", "address", "expected"),
    [
        ({}, "127.0.0.1", True),
        ({"publicNetworkAccess": "Disabled"}, "127.0.0.1", False),
        ({"publicNetworkAccess": "Disabled"} | rules("127.0.0.1"), "127.0.0.1", False),
        (rules(), "127.0.0.1", False),
        (rules("127.0.0.1"), "127.0.0.1", True),
        (rules("127.0.0.0/8"), "127.3.2.1", True),
        (rules("10.0.0.0/8", "127.0.0.1/32"), "127.0.0.1", True),
        (rules("127.0.0.1"), network.AZURE_ADDRESS, False),
        (rules("0.0.0.0/0"), network.AZURE_ADDRESS, True),
        (rules("10.0.0.0/8", action="Allow"), "127.0.0.1", True),
        (rules("127.0.0.1"), "", False),
    ],
)
def test_an_address_is_admitted_or_not(properties: dict[str, Any], address: str, expected: bool) -> None:  # noqa: FBT001 - a row of a table
    assert network.admits(properties, address) is expected


@pytest.mark.parametrize("path", ["/v2/", "/v2/app/manifests/v1", "/oauth2/token"])
def test_l2_a_client_that_the_rules_keep_out_is_told_its_address(
    arm: Any, cloud: Cloud, registry: dict[str, Any], path: str
) -> None:
    close(arm, registry, **rules("10.0.0.0/8"))
    url = f"https://{registry['properties']['loginServer']}"
    transport = httpx.ASGITransport(create_app(cloud.content, cloud.catalog, RegistryAuthority(cloud)))
    answer = _get(transport, url, path)

    assert answer.status_code == 403
    assert answer.json() == {
        "errors": [
            {
                "code": "DENIED",
                "message": "client with IP '127.0.0.1' is not allowed access. Refer https://aka.ms/acr/firewall to "
                "grant access.",
            }
        ]
    }
    close(arm, registry, **rules("127.0.0.1"))
    assert _get(transport, url, path).status_code == 401


def test_l4_an_azure_service_is_outside_of_the_rules(
    arm: Any, cloud: Cloud, registry: dict[str, Any], pushed: Any
) -> None:
    image = pushed("app:v1", "FROM scratch")
    close(arm, registry, **rules("127.0.0.1"))
    with pytest.raises(AddressRefused, match=r"client with IP '20.33.0.1' is not allowed access"):
        pull(cloud, image, Puller())
    close(arm, registry, **rules("20.0.0.0/8"), anonymousPullEnabled=True)
    assert pull(cloud, image, Puller()).manifest_digest


def test_l5_a_task_of_a_closed_registry_fails_at_its_login(arm: Any, registry: dict[str, Any], tasks: Any) -> None:
    close(arm, registry, publicNetworkAccess="Disabled")
    body = tasks.body(tasks.upload(), "app:v1")
    properties, message, _ = tasks.fail(body)

    words = "failed to login, ran out of retries: failed to set docker credentials: Error response from daemon: Get"
    assert words in message
    assert "client with IP" in tasks.log(properties["runResult"]["name"])
    assert tasks.digest("app", "v1") is None


def test_a_task_with_an_identity_passes_where_the_registry_lets_tasks_pass(
    arm: Any, registry: dict[str, Any], tasks: Any
) -> None:
    close(arm, registry, publicNetworkAccess="Disabled", networkRuleBypassAllowedForTasks=True)
    body = tasks.body(tasks.upload(), "app:v1")
    tasks.fail(body)
    tasks.run(body | {"identity": {"type": "SystemAssigned"}}, "build-2")

    assert tasks.digest("app", "v1")


def _get(transport: httpx.ASGITransport, url: str, path: str) -> httpx.Response:
    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=transport, base_url=url, trust_env=False) as client:
            return await client.get(path)

    return asyncio.run(ask())
