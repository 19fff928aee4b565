"""Law L8: long-running operations are answered at once, polled, and survive a crash."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

import pytest

from localcloud.arm.errors import CloudError
from localcloud.arm.ids import ResourceId
from localcloud.arm.operations import Operations
from localcloud.arm.resource_type import Facts, Request, ResourceType
from localcloud.arm.resources import Resources
from localcloud.services import emulated
from tests.localcloud.harness import Plane

if TYPE_CHECKING:
    from localcloud.cloud import Cloud


class Machine(ResourceType):
    """A type whose work waits until the test lets it go on."""

    type: ClassVar[str] = "Test.Machines/machines"
    asynchronous: ClassVar[bool] = True
    facts: ClassVar[Facts] = Facts(secret=("properties.password",), read_only=("properties.runs",))

    def __init__(self) -> None:
        self.go = threading.Event()
        self.error: CloudError | None = None
        self.removed: list[str] = []
        self.passwords: list[str | None] = []

    def provision(self, request: Request) -> None:
        """Waits, fails if it is told to, and counts."""
        assert self.go.wait(10)
        self.passwords.append(request.properties.get("password"))
        if self.error:
            raise self.error
        request.properties["runs"] = request.properties.get("runs", 0) + 1

    def remove(self, request: Request) -> None:
        """Waits."""
        assert self.go.wait(10)
        self.removed.append(request.id.name)


class Secretive(Machine):
    """Can't run again without what is not stored."""

    type: ClassVar[str] = "Test.Machines/secretives"
    resumable: ClassVar[bool] = False


@dataclass
class Workshop:
    """A control plane with the two types, one machine's path and its group."""

    plane: Plane
    machine: Machine
    secretive: Secretive
    path: str
    group: str


def _with_types(cloud: Cloud, types: list[ResourceType]) -> Cloud:
    """The cloud as after a start: new operations and resources on what is on disk."""
    operations = Operations(cloud.store)
    return replace(
        cloud, operations=operations, resources=Resources(cloud.store, operations, [*emulated.TYPES, *types])
    )


@pytest.fixture
def restart() -> Iterator[Callable[[Workshop], Workshop]]:
    """Starts anew on the same store, as after kill -9; the old machines' work never ends by itself."""
    started: list[Workshop] = []

    def again(old: Workshop) -> Workshop:
        machine, secretive = Machine(), Secretive()
        plane = Plane(_with_types(old.plane.cloud, [machine, secretive]))
        started.append(Workshop(plane, machine, secretive, old.path, old.group))
        return started[-1]

    yield again
    for workshop in started:
        workshop.machine.go.set()
        workshop.secretive.go.set()
        workshop.plane.cloud.operations.shutdown()


@pytest.fixture
def workshop(plane: Plane) -> Iterator[Workshop]:
    machine, secretive = Machine(), Secretive()
    equipped = Plane(_with_types(plane.cloud, [machine, secretive]))
    group = equipped.group()
    yield Workshop(equipped, machine, secretive, f"{group}/providers/Test.Machines/machines/m", group)
    machine.go.set()
    secretive.go.set()
    equipped.cloud.operations.shutdown()


def test_law_l8_a_create_is_201_with_an_operation_that_ends_in_succeeded(workshop: Workshop) -> None:
    client = workshop.plane.client
    accepted = client.put(workshop.path, {"location": "West Europe", "properties": {"password": "hush"}})
    assert accepted.status_code == 201
    assert accepted.json()["properties"] == {"provisioningState": "Creating"}
    assert accepted.json()["location"] == "westeurope"
    assert accepted.headers["retry-after"] == "1"
    where = accepted.headers["azure-asyncoperation"]
    assert where.startswith(f"{workshop.plane.cloud.url}/subscriptions/")
    polled = client.get(where)
    assert (polled.status_code, polled.json()["status"]) == (200, "InProgress")
    assert polled.headers["retry-after"] == "1"
    assert client.get(workshop.path).json()["properties"]["provisioningState"] == "Creating"

    workshop.machine.go.set()
    ended = workshop.plane.finish(accepted)
    assert ended["status"] == "Succeeded"
    assert ended["startTime"] <= ended["endTime"]
    assert client.get(workshop.path).json()["properties"] == {"provisioningState": "Succeeded", "runs": 1}
    assert workshop.machine.passwords == ["hush"]


def test_law_l8_an_update_is_200_and_keeps_what_the_service_set(workshop: Workshop) -> None:
    workshop.machine.go.set()
    client = workshop.plane.client
    workshop.plane.finish(client.put(workshop.path, {"properties": {}}))
    updated = client.put(workshop.path.upper(), {"properties": {"runs": 99}, "tags": {"a": "b"}})
    assert updated.status_code == 200
    assert updated.json()["id"] == workshop.path
    workshop.plane.finish(updated)
    document = client.get(workshop.path).json()
    assert (document["properties"]["runs"], document["tags"]) == (2, {"a": "b"})


def test_law_l8_a_failure_is_told_by_the_operation_and_the_resource(workshop: Workshop) -> None:
    workshop.machine.go.set()
    workshop.machine.error = CloudError(409, "QuotaExceeded", "There are enough machines.")
    client = workshop.plane.client
    ended = workshop.plane.finish(client.put(workshop.path, {}))
    assert ended["status"] == "Failed"
    assert ended["error"] == {"code": "QuotaExceeded", "message": "There are enough machines."}
    assert client.get(workshop.path).json()["properties"]["provisioningState"] == "Failed"
    workshop.machine.error = None
    assert workshop.plane.finish(client.put(workshop.path, {}))["status"] == "Succeeded"


def test_law_l8_a_defect_ends_the_operation_too(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: Request) -> None:
        raise KeyError("on purpose")

    monkeypatch.setattr(workshop.machine, "provision", broken)
    ended = workshop.plane.finish(workshop.plane.client.put(workshop.path, {}))
    assert (ended["status"], ended["error"]["code"]) == ("Failed", "InternalServerError")


def test_law_l8_a_second_write_has_to_wait(workshop: Workshop) -> None:
    client = workshop.plane.client
    first = client.put(workshop.path, {})
    for refused in (client.put(workshop.path, {}), client.delete(workshop.path)):
        assert (refused.status_code, refused.json()["error"]["code"]) == (409, "AnotherOperationInProgress")
    workshop.machine.go.set()
    workshop.plane.finish(first)
    assert client.put(workshop.path, {}).status_code == 200


def test_law_l8_a_delete_is_202_with_a_location_that_ends_in_204(workshop: Workshop) -> None:
    client = workshop.plane.client
    workshop.machine.go.set()
    workshop.plane.finish(client.put(workshop.path, {}))
    workshop.machine.go.clear()
    accepted = client.delete(workshop.path)
    assert (accepted.status_code, accepted.content) == (202, b"")
    assert client.get(workshop.path).json()["properties"]["provisioningState"] == "Deleting"
    again = client.delete(workshop.path)
    assert (again.status_code, again.headers["location"]) == (202, accepted.headers["location"])
    waiting = client.get(accepted.headers["location"])
    assert (waiting.status_code, waiting.headers["location"]) == (202, accepted.headers["location"])
    workshop.machine.go.set()
    assert workshop.plane.finish(accepted)["status"] == "Succeeded"
    assert client.get(accepted.headers["location"]).status_code == 204
    assert client.get(workshop.path).status_code == 404
    assert client.delete(workshop.path).status_code == 204


def test_law_l8_a_failed_delete_is_told_and_can_be_sent_again(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    workshop.machine.go.set()
    client = workshop.plane.client
    workshop.plane.finish(client.put(workshop.path, {}))

    def stuck(_: Request) -> None:
        raise CloudError(409, "ScopeLocked", "It is locked.")

    with monkeypatch.context() as patched:
        patched.setattr(workshop.machine, "remove", stuck)
        accepted = client.delete(workshop.path)
        assert workshop.plane.finish(accepted)["error"]["code"] == "ScopeLocked"
        assert client.get(accepted.headers["location"]).json()["error"]["code"] == "ScopeLocked"
        assert client.get(workshop.path).json()["properties"]["provisioningState"] == "Failed"
    assert workshop.plane.finish(client.delete(workshop.path))["status"] == "Succeeded"


def test_a_group_takes_its_resources_along_even_one_that_is_being_made(workshop: Workshop) -> None:
    client = workshop.plane.client
    creating = client.put(workshop.path, {})
    removal = client.delete(workshop.group)
    refused = client.put(f"{workshop.group}/providers/Test.Machines/machines/late", {})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "ResourceGroupBeingDeleted")
    workshop.machine.go.set()
    assert workshop.plane.finish(removal)["status"] == "Succeeded"
    ended = workshop.plane.finish(creating)
    assert ended["status"] in {"Succeeded", "Failed"}
    assert workshop.plane.cloud.store.list("resources") == []
    assert "m" in workshop.machine.removed


def test_law_l8_after_a_crash_an_operation_goes_on_under_its_name(
    workshop: Workshop, restart: Callable[[Workshop], Workshop]
) -> None:
    accepted = workshop.plane.client.put(workshop.path, {"properties": {"password": "hush"}})
    anew = restart(workshop)
    assert anew.plane.client.get(accepted.headers["azure-asyncoperation"]).json()["status"] == "InProgress"
    assert anew.plane.client.put(workshop.path, {}).status_code == 409
    anew.plane.cloud.resources.resume(anew.plane.cloud)
    anew.machine.go.set()
    assert anew.plane.finish(accepted)["status"] == "Succeeded"
    assert anew.plane.client.get(workshop.path).json()["properties"]["provisioningState"] == "Succeeded"
    assert anew.machine.passwords == [None]


def test_law_l8_after_a_crash_done_work_is_not_done_again(
    workshop: Workshop, restart: Callable[[Workshop], Workshop]
) -> None:
    workshop.machine.go.set()
    client = workshop.plane.client
    done = client.put(workshop.path, {})
    workshop.plane.finish(done)
    name = done.headers["azure-asyncoperation"].partition("?")[0].rpartition("/")[2]
    operation = workshop.plane.cloud.operations.get(name)
    assert operation is not None
    workshop.plane.cloud.store.put("operations", name, operation | {"status": "InProgress"})
    anew = restart(workshop)
    anew.plane.cloud.resources.resume(anew.plane.cloud)
    assert anew.plane.finish(done)["status"] == "Succeeded"
    assert anew.machine.passwords == []


def test_law_l8_after_a_crash_a_delete_goes_on(workshop: Workshop, restart: Callable[[Workshop], Workshop]) -> None:
    workshop.machine.go.set()
    workshop.plane.finish(workshop.plane.client.put(workshop.path, {}))
    workshop.machine.go.clear()
    accepted = workshop.plane.client.delete(workshop.path)
    anew = restart(workshop)
    anew.plane.cloud.resources.resume(anew.plane.cloud)
    anew.machine.go.set()
    assert anew.plane.finish(accepted)["status"] == "Succeeded"
    assert anew.plane.client.get(workshop.path).status_code == 404


def test_law_l8_after_a_crash_what_needs_a_secret_fails_and_says_so(
    workshop: Workshop, restart: Callable[[Workshop], Workshop]
) -> None:
    path = workshop.path.replace("/machines/", "/secretives/")
    accepted = workshop.plane.client.put(path, {})
    anew = restart(workshop)
    anew.plane.cloud.resources.resume(anew.plane.cloud)
    ended = anew.plane.finish(accepted)
    assert (ended["status"], ended["error"]["code"]) == ("Failed", "OperationInterrupted")
    assert anew.plane.client.get(path).json()["properties"]["provisioningState"] == "Failed"


def test_after_a_crash_nothing_stays_between_two_states(
    workshop: Workshop, restart: Callable[[Workshop], Workshop]
) -> None:
    workshop.machine.go.set()
    workshop.plane.finish(workshop.plane.client.put(workshop.path, {}))
    resources = workshop.plane.cloud.resources
    document = resources.get(ResourceId.parse(workshop.path))
    document["properties"]["provisioningState"] = "Updating"
    resources.save(document)
    anew = restart(workshop)
    anew.plane.cloud.resources.resume(anew.plane.cloud)
    assert anew.plane.client.get(workshop.path).json()["properties"]["provisioningState"] == "Failed"
