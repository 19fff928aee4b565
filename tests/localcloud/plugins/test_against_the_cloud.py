"""Every type in the table against the control plane itself: made, read as it was made, found again, removed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx

from localcloud.control.app import create_app
from localcloud.control.tokens import Tokens
from localcloud.plugins.azure_native import azure_native
from localcloud.plugins.azure_native.table import RESOURCE_TYPES
from localcloud.plugins.control_plane import Address, ControlPlane
from tests.localcloud.harness import URL, Plane
from tests.localcloud.plugins.engine import Engine, drive
from tests.localcloud.plugins.rows import ELSEWHERE, LOCATED, ROWS, Ids

if TYPE_CHECKING:
    from localcloud.plugins.values import Properties

Connect = Callable[[str], Engine]


@dataclass
class Cloud:
    """The control plane's own application as the plugins' network."""

    plane: Plane

    def control_plane(self, scale: float) -> ControlPlane:
        """The plugins' client."""
        address = Address(URL, Tokens(self.plane.cloud.settings).owner())
        return ControlPlane(lambda: address, scale, httpx.ASGITransport(create_app(self.plane.cloud)))


@dataclass
class Made:
    """A resource that was made."""

    engine: Engine
    resource_id: str
    inputs: Properties
    outputs: Properties


async def make(connect: Connect, ids: Ids) -> dict[str, Made]:
    """Makes one of every type."""
    made: dict[str, Made] = {}
    for name, token, inputs_of in ROWS:
        engine = await connect(f"azure-native:{token}").start()
        inputs, failures = await engine.check(inputs_of(ids), name=f"{name.replace(' ', '-').replace(chr(39), '')}-x")
        assert failures == [], name
        resource_id, outputs = await engine.create(inputs)
        made[name] = Made(engine, resource_id, inputs, outputs)
        ids[name] = resource_id
        if name == "identity":
            ids["principal"] = outputs["principalId"]
    return made


def test_there_is_a_row_for_every_type() -> None:
    assert {f"azure-native:{token}" for _, token, _ in ROWS} | ELSEWHERE == {kind.token for kind in RESOURCE_TYPES}


def test_every_type_is_read_as_it_was_made_and_can_be_removed(plane: Plane) -> None:
    settings = plane.cloud.settings
    ids = {"subscription": plane.subscription, "tenant": settings.tenant_id}

    async def scenario(connect: Connect) -> None:
        made = await make(connect, ids)
        for name, resource in made.items():
            found, outputs, inputs = await resource.engine.read(resource.resource_id, resource.inputs, resource.outputs)
            assert found == resource.resource_id, name
            if name == "workspace":
                # As in Azure, a rule that is a resource of its own shows up in its workspace.
                assert "packages" in outputs["managedNetwork"]["outboundRules"]
                continue
            if name == "cluster":
                # So does a pool in its cluster.
                assert {pool["name"] for pool in outputs["agentPoolProfiles"]} == {"system", "second"}
                continue
            assert inputs == resource.inputs, name
            _, _, imported = await resource.engine.read(resource.resource_id)
            known = {key: value for key, value in inputs.items() if not key.startswith("__")}
            assert known.keys() <= imported.keys(), name
        for name, resource in reversed(made.items()):
            await resource.engine.delete(resource.resource_id, resource.inputs)
            gone, _, _ = await resource.engine.read(resource.resource_id, resource.inputs, resource.outputs)
            assert gone == "", name

    drive(azure_native(), Cloud(plane), scenario, scale=0.001)


def test_a_foreign_registry_is_read_by_its_id(plane: Plane) -> None:
    hub = plane.client.post("/localcloud/subscriptions", {"name": "hub"}).json()["value"]
    other = next(entry["subscriptionId"] for entry in hub if entry["displayName"] == "hub")
    inputs: dict[str, Any] = LOCATED | {"registryName": "hubregistry", "sku": {"name": "Basic"}}

    async def scenario(connect: Connect) -> None:
        await (await connect("azure-native:resources:ResourceGroup").start(subscriptionId=other)).create(LOCATED)
        registry = await connect("azure-native:containerregistry:Registry").start(subscriptionId=other)
        resource_id, outputs = await registry.create(inputs)
        assert resource_id.startswith(f"/subscriptions/{other}/")
        reader = await connect("azure-native:containerregistry:Registry").start()
        found, state, _ = await reader.read(resource_id)
        assert (found, state["loginServer"]) == (resource_id, outputs["loginServer"])
        assert (await reader.read(f"{resource_id}2"))[0] == ""

    drive(azure_native(), Cloud(plane), scenario, scale=0.001)
