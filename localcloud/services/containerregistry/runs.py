"""Runs of ACR Tasks: made by task runs, read by everybody."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from localcloud.arm.resource_type import Action, ActionRequest, Facts, Request, ResourceType
from localcloud.services.containerregistry import run_files
from localcloud.services.containerregistry.errors import RunsAreReadOnly

if TYPE_CHECKING:
    from localcloud.arm.ids import ResourceId
    from localcloud.arm.store import Document
    from localcloud.cloud import Cloud

RUN_TYPE = "Microsoft.ContainerRegistry/registries/runs"
_SEQUENCES = "registry-run-sequences"
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_PREFIX = "ca"
_GOING_ON = frozenset({"Queued", "Running"})


class Runs(ResourceType):
    """`Microsoft.ContainerRegistry/registries/runs`."""

    type = RUN_TYPE
    facts = Facts(name_rule="[a-z0-9]+")

    def admit(self, request: Request) -> None:
        """Nobody writes a run."""
        del request
        raise RunsAreReadOnly

    def shown(self, cloud: Cloud, document: Document) -> Document:
        """A run that a crash of the control plane cut off has ended."""
        del cloud
        properties = document["properties"]
        if properties["provisioningState"] != "Failed" or properties["status"] not in _GOING_ON:
            return document
        ended = {"status": "Error", "runErrorMessage": "The run was interrupted by a restart of the control plane."}
        return document | {"properties": properties | ended}

    def actions(self) -> Mapping[str, Action]:
        """Where the log is."""
        return {"listLogSasUrl": _list_log_sas_url}


def create(cloud: Cloud, registry: ResourceId, properties: Mapping[str, Any]) -> Document:
    """A new run, queued, under the registry's next id: ca1, ca2, ... ca9, caa, ..."""
    name = f"{_PREFIX}{_base36(_next(cloud, registry))}"
    moment = now()
    run: Document = {
        "id": f"{registry.text}/runs/{name}",
        "name": name,
        "type": RUN_TYPE,
        "properties": {
            "runId": name,
            "status": "Queued",
            "runType": "QuickBuild",
            "createTime": moment,
            "lastUpdatedTime": moment,
            "isArchiveEnabled": False,
            "agentConfiguration": {"cpu": 2},
            # Transitional while the run goes on, so that a restart finds what was cut off.
            "provisioningState": "Creating",
            **properties,
        },
    }
    cloud.resources.save(run)
    return run


def update(cloud: Cloud, run: Document, **changes: object) -> None:
    """Changes a run's properties and stores it."""
    run["properties"] |= {"lastUpdatedTime": now(), **changes}
    cloud.resources.save(run)


def forget_sequence(cloud: Cloud, registry: ResourceId) -> None:
    """A new registry of the same name counts from the start."""
    for taken in cloud.store.list(_SEQUENCES, f"{registry.key}/"):
        cloud.store.delete(_SEQUENCES, f"{registry.key}/{taken['number']}")


def now() -> str:
    """The time as Azure writes it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _list_log_sas_url(request: ActionRequest) -> dict[str, str]:
    registry, run = request.id.names
    return {"logLink": run_files.log_link(request.cloud, registry, run)}


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, len(_DIGITS))
        digits = _DIGITS[digit] + digits
    return digits


def _next(cloud: Cloud, registry: ResourceId) -> int:
    """Takes the next number: of two runs that begin at once, `add` lets one have it."""
    number = len(cloud.store.list(_SEQUENCES, f"{registry.key}/")) + 1
    while not cloud.store.add(_SEQUENCES, f"{registry.key}/{number}", {"number": number}):
        number += 1
    return number
