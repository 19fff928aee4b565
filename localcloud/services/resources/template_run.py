"""Writing the resources of a template: each as soon as those that it depends on are there."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

from localcloud.arm import router
from localcloud.arm.errors import CloudError
from localcloud.services.resources import errors

if TYPE_CHECKING:
    from localcloud.arm.ids import ResourceId
    from localcloud.arm.store import Document
    from localcloud.cloud import Cloud
    from localcloud.services.resources.templates import Template, TemplateResource

_PAUSE_SECONDS = 0.02
_LONGEST_PAUSE_SECONDS = 0.5


@dataclass(slots=True)
class Written:
    """What became of one resource.

    Attributes:
        resource: Its id.
        status: The HTTP status of the write.
        operation_name: The operation that goes on with it; empty when there is none any more.
        error: What the deployment says of its failure; None while there is none.
    """

    resource: ResourceId
    status: int
    operation_name: str = ""
    error: Document | None = None
    moment: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="milliseconds"))

    def operation(self, deployment: str) -> Document:
        """The entry in the deployment's list of operations."""
        name = uuid.uuid4().hex[:16].upper()
        properties: Document = {
            "provisioningOperation": "Create",
            "provisioningState": "Failed" if self.error else "Succeeded",
            "timestamp": self.moment.replace("+00:00", "Z"),
            "statusCode": HTTPStatus(self.status).phrase.replace(" ", ""),
            "targetResource": {
                "id": self.resource.text,
                "resourceType": self.resource.type,
                "resourceName": "/".join(self.resource.names),
            },
        }
        if self.error:
            properties["statusMessage"] = {"status": "Failed", "error": self.error}
        return {"id": f"{deployment}/operations/{name}", "operationId": name, "properties": properties}


def run(cloud: Cloud, template: Template) -> list[Written]:
    """Writes all, as far as they can be; what depends on a failed one is left out."""
    waiting = list(template.resources)
    written: dict[ResourceId, Written] = {}
    pause = _PAUSE_SECONDS
    while True:
        for each in written.values():
            _look(cloud, each)
        done = {key for key, each in written.items() if not each.operation_name and each.error is None}
        ready = [resource for resource in waiting if done.issuperset(resource.after)]
        for resource in ready:
            waiting.remove(resource)
            written[resource.id] = _write(cloud, resource)
        if ready:
            pause = _PAUSE_SECONDS
        elif any(each.operation_name for each in written.values()):
            time.sleep(pause)
            pause = min(pause * 1.5, _LONGEST_PAUSE_SECONDS)
        else:
            return list(written.values())


def _write(cloud: Cloud, resource: TemplateResource) -> Written:
    call = router.Call("PUT", resource.id.text, {"api-version": resource.version}, resource.body, _allowed)
    try:
        answer = router.handle(cloud, call)
    except CloudError as error:
        return Written(resource.id, error.status, error=errors.refused(resource.id.text, error))
    place = answer.headers.get("Azure-AsyncOperation", "")
    return Written(resource.id, answer.status, place.partition("?")[0].rpartition("/")[2])


def _look(cloud: Cloud, written: Written) -> None:
    operation = cloud.operations.get(written.operation_name) if written.operation_name else None
    if operation is None or operation["status"] == "InProgress":
        return
    written.operation_name = ""
    if operation["status"] == "Failed":
        written.status = HTTPStatus.CONFLICT
        written.error = errors.ended(written.resource.text, operation["error"])


def _allowed(action: str, scope: str) -> None:
    """The caller's rights were asked for before the deployment began."""
    del action, scope
