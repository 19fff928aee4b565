"""L7: a name that is unique everywhere goes to exactly one of those who ask at once."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from localcloud.services.authorization.assignments import RoleAssignment
from localcloud.services.containerregistry.registries import Registries

if TYPE_CHECKING:
    import pytest

    from localcloud.arm.resource_type import Request, ResourceType
    from tests.localcloud.harness import Plane

ACR_PULL = "7f951dda-4ed3-4680-a7ca-43fe172d538d"
AT_ONCE = 6


def _slow(monkeypatch: pytest.MonkeyPatch, resource_type: type[ResourceType]) -> None:
    """Leaves time between the check and the write."""
    admit = resource_type.admit

    def admit_slowly(self: ResourceType, request: Request) -> None:
        admit(self, request)
        time.sleep(0.03)

    monkeypatch.setattr(resource_type, "admit", admit_slowly)


def test_one_registry_of_a_name(plane: Plane, monkeypatch: pytest.MonkeyPatch) -> None:
    _slow(monkeypatch, Registries)
    kind = "providers/Microsoft.ContainerRegistry/registries/registry1"
    paths = [f"{plane.group(f'group{number}')}/{kind}" for number in range(AT_ONCE)]
    body = {"location": "westeurope", "sku": {"name": "Basic"}}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(lambda path: plane.client.put(path, body), paths))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * (AT_ONCE - 1)
    won = next(path for path, answer in zip(paths, answers, strict=True) if answer.status_code == 201)
    plane.finish(next(answer for answer in answers if answer.status_code == 201))
    assert [path for path in paths if plane.client.get(path).status_code == 200] == [won]


def test_one_assignment_of_a_role(plane: Plane, monkeypatch: pytest.MonkeyPatch) -> None:
    _slow(monkeypatch, RoleAssignment)
    principal, _ = plane.service_principal()
    group = plane.group()
    names = [f"{number}1111111-1111-1111-1111-111111111111" for number in range(AT_ONCE)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(lambda name: plane.assign(principal, ACR_PULL, group, name), names))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * (AT_ONCE - 1)
