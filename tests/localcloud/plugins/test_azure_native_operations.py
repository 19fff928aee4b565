"""Long-running operations through the gRPC server: waiting, failing, giving up."""

from __future__ import annotations

import asyncio

import pytest

from localcloud.plugins.azure_native import azure_native
from localcloud.plugins.values import decode
from tests.localcloud.plugins.engine import ERRORS, drive, partial_state
from tests.localcloud.plugins.fake_cloud import URL, FakeCloud
from tests.localcloud.plugins.registry import INPUTS, REGISTRY, REGISTRY_ID, Connect


@pytest.mark.parametrize("header", ["Azure_AsyncOperation", "Location"])
def test_create_waits_for_the_operation(header: str) -> None:
    cloud = FakeCloud()
    cloud.answer(f"PUT {REGISTRY_ID}", 201, {"id": REGISTRY_ID}, **{header: f"{URL}/operations/1"})
    running = {"status": "InProgress", "properties": {"provisioningState": "Creating"}}
    cloud.answer("GET /operations/1", 202, running)
    cloud.answer("GET /operations/1", 200, running)
    cloud.answer("GET /operations/1", 200, {"status": "Succeeded"})
    cloud.answer(f"GET {REGISTRY_ID}", 404)
    cloud.answer(f"GET {REGISTRY_ID}", 200, {"id": REGISTRY_ID, "properties": {"loginServer": "127.0.0.9:443"}})

    async def scenario(connect: Connect) -> None:
        _, outputs = await (await connect(REGISTRY).start()).create(INPUTS)
        assert outputs["loginServer"] == "127.0.0.9:443"
        assert cloud.lines().count("GET /operations/1") == 3

    drive(azure_native(), cloud, scenario)


def test_create_waits_for_the_provisioning_state() -> None:
    cloud = FakeCloud()
    cloud.answer(f"GET {REGISTRY_ID}", 404)
    cloud.answer(f"PUT {REGISTRY_ID}", 201, {"id": REGISTRY_ID, "properties": {"provisioningState": "Creating"}})
    for state in ("Creating", "Succeeded", "Succeeded"):
        cloud.answer(f"GET {REGISTRY_ID}", 200, {"id": REGISTRY_ID, "properties": {"provisioningState": state}})

    async def scenario(connect: Connect) -> None:
        _, outputs = await (await connect(REGISTRY).start()).create(INPUTS)
        assert outputs["provisioningState"] == "Succeeded"

    drive(azure_native(), cloud, scenario)


def test_a_failed_operation_leaves_the_resource_in_the_state() -> None:
    cloud = FakeCloud()
    error = {"code": "InaccessibleImage", "message": "The image in container group 'g' is not accessible."}
    cloud.answer(f"PUT {REGISTRY_ID}", 201, {"id": REGISTRY_ID}, Azure_AsyncOperation=f"{URL}/operations/1")
    cloud.answer("GET /operations/1", 200, {"status": "Failed", "error": error})
    cloud.answer(f"GET {REGISTRY_ID}", 404)
    cloud.answer(f"GET {REGISTRY_ID}", 200, {"id": REGISTRY_ID, "properties": {"provisioningState": "Failed"}})

    async def scenario(connect: Connect) -> None:
        with pytest.raises(ERRORS) as caught:
            await (await connect(REGISTRY).start()).create(INPUTS)
        kept = partial_state(caught.value)
        assert kept is not None
        assert kept.id == REGISTRY_ID
        assert decode(kept.properties)["provisioningState"] == "Failed"
        assert decode(kept.inputs) == INPUTS
        assert 'Code="InaccessibleImage"' in kept.reasons[0]

    drive(azure_native(), cloud, scenario)


def test_a_failed_operation_that_leaves_nothing_is_a_plain_error() -> None:
    cloud = FakeCloud()
    cloud.answer(f"PUT {REGISTRY_ID}", 202, None, Location=f"{URL}/operations/1")
    cloud.answer("GET /operations/1", 409, {"error": {"code": "Conflict", "message": "no"}})

    async def scenario(connect: Connect) -> None:
        with pytest.raises(ERRORS) as caught:
            await (await connect(REGISTRY).start()).create(INPUTS)
        assert caught.value.details() == 'Status=409 Code="Conflict" Message="no"'
        assert partial_state(caught.value) is None

    drive(azure_native(), cloud, scenario)


def test_cancel_ends_the_waiting_of_its_own_engine_only() -> None:
    cloud = FakeCloud()
    other_id = REGISTRY_ID.replace("models", "other")
    for resource_id in (REGISTRY_ID, other_id):
        cloud.answer(f"PUT {resource_id}", 201, {"id": resource_id}, Azure_AsyncOperation=f"{URL}/operations/1")
        cloud.answer(f"GET {resource_id}", 404)
        cloud.answer(f"GET {resource_id}", 200, {"id": resource_id})
    cloud.answer("GET /operations/1", 200, {"status": "Succeeded"})

    async def scenario(connect: Connect) -> None:
        cancelled, untouched = await connect(REGISTRY).start(), await connect(REGISTRY).start()
        # At this scale a poll comes after half a second: time enough to cancel before the first one.
        first = asyncio.create_task(cancelled.create(INPUTS))
        second = asyncio.create_task(untouched.create(INPUTS | {"registryName": "other"}))
        await cloud.until(f"PUT {REGISTRY_ID}", f"PUT {other_id}")
        await cancelled.cancel()
        with pytest.raises(ERRORS) as caught:
            await first
        assert "cancelled" in str(caught.value.details())
        kept = partial_state(caught.value)
        assert kept is not None
        assert kept.id == REGISTRY_ID
        assert (await second)[0] == other_id

    drive(azure_native(), cloud, scenario, scale=0.05)


def test_an_operation_is_finished_although_its_engine_is_gone() -> None:
    cloud = FakeCloud()
    cloud.answer(f"PUT {REGISTRY_ID}", 201, {"id": REGISTRY_ID}, Location=f"{URL}/operations/1")
    cloud.answer("GET /operations/1", 200)

    async def scenario(connect: Connect) -> None:
        dying = await connect(REGISTRY).start()
        create = asyncio.create_task(dying.create(INPUTS))
        await cloud.until(f"PUT {REGISTRY_ID}")
        await dying.channel.close(None)
        await cloud.until("GET /operations/1")
        with pytest.raises(asyncio.CancelledError):
            await create

    drive(azure_native(), cloud, scenario, scale=0.02)
    assert cloud.lines()[-1] == f"GET {REGISTRY_ID}"


def test_the_operation_time_out_ends_the_waiting() -> None:
    cloud = FakeCloud()
    cloud.answer(f"PUT {REGISTRY_ID}", 202, {"id": REGISTRY_ID}, Location=f"{URL}/operations/1")

    async def scenario(connect: Connect) -> None:
        with pytest.raises(ERRORS, match="customTimeouts"):
            await (await connect(REGISTRY).start()).create(INPUTS, seconds=0.2)

    drive(azure_native(), cloud, scenario, scale=1)


def test_delete_waits_and_takes_gone_for_deleted() -> None:
    cloud = FakeCloud()
    cloud.answer(f"DELETE {REGISTRY_ID}", 202, None, Location=f"{URL}/operations/1")
    cloud.answer("GET /operations/1", 202)
    cloud.answer("GET /operations/1", 404, {"error": {"code": "ResourceNotFound", "message": "gone"}})
    cloud.answer(f"DELETE {REGISTRY_ID}", 404, {"error": {"code": "ResourceGroupNotFound", "message": "gone"}})

    async def scenario(connect: Connect) -> None:
        registry = await connect(REGISTRY).start()
        await registry.delete(REGISTRY_ID)
        assert cloud.lines().count("GET /operations/1") == 2
        await registry.delete(REGISTRY_ID)
        assert cloud.seen[0].query == {"api-version": "2023-01-01-preview"}

    drive(azure_native(), cloud, scenario)
