"""Microsoft.Resources/deployments of a resource group: templates with literal values, mode Incremental.

Each resource of a template takes the way of any request through ARM's router, with the locks, refusals and operations
that it meets there; the caller's rights to all of them are asked for before the first is written.
"""

from __future__ import annotations

import hashlib
import json
import time
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from localcloud.arm.errors import (
    AuthorizationFailed,
    BadRequest,
    CloudError,
    InvalidRequestContent,
    MethodNotAllowed,
    NotEmulated,
)
from localcloud.arm.resource_type import Action, ActionRequest, Facts, Request, ResourceType
from localcloud.services.resources import template_run, templates
from localcloud.services.resources.errors import (
    DeploymentActive,
    DeploymentFailed,
    InvalidTemplateDeployment,
    LocationNotAllowed,
)

if TYPE_CHECKING:
    from localcloud.arm.ids import ResourceId
    from localcloud.arm.resource_type import Authorize
    from localcloud.arm.store import Document
    from localcloud.cloud import Cloud

_COLLECTION = "deployment-operations"
_TAKEN = ("mode", "template", "parameters", "debugSetting", "expressionEvaluationOptions")
_WRITTEN = (
    "provisioningState",
    "correlationId",
    "dependencies",
    "duration",
    "error",
    "outputResources",
    "outputs",
    "providers",
    "templateHash",
    "timestamp",
)


class Deployments(ResourceType):
    """`Microsoft.Resources/deployments`: a record of what a template wrote; its removal removes only the record."""

    type = templates.DEPLOYMENT_TYPE
    asynchronous = True
    resumable = False
    waits = True
    facts = Facts(
        name_rule=r"[-\w.()]{1,64}",
        name_error="The provided deployment name '{name}' is not valid: 1 to 64 letters, digits, '_', '-', '.', '(' "
        "and ')'.",
        read_only=tuple(f"properties.{name}" for name in _WRITTEN),
        secret=("properties.template",),
        objects=("properties.parameters",),
        texts=("properties.mode",),
    )

    def authorize_more(self, resource_id: ResourceId, body: Any, authorize: Authorize) -> None:
        """The right to write each resource of the template; what is no template is refused after this."""
        properties = body.get("properties") if isinstance(body, dict) else None
        template = properties.get("template") if isinstance(properties, dict) else None
        if template is None or not resource_id.group:
            return
        for resource in templates.read(template, resource_id.scope).resources:
            try:
                authorize(f"{resource.id.type}/write", resource.id.text)
            except AuthorizationFailed as error:
                raise InvalidTemplateDeployment(resource.id.name, resource.id.type, error) from error

    def busy(self, resource_id: ResourceId, operation: Document) -> CloudError:
        """A deployment that runs is neither replaced nor removed."""
        return DeploymentActive(resource_id.name, operation["startTime"])

    def admit(self, request: Request) -> None:
        """Refuses what is no template, and what of templates is not built, before anything is written."""
        if not request.id.group:
            raise NotEmulated("deployments outside of a resource group", ["deployments of resource groups"])
        if request.document.get("location"):
            raise LocationNotAllowed(request.id.name)
        properties = request.properties
        for name in properties:
            if name not in (*_TAKEN, *_WRITTEN) and properties[name]:
                raise NotEmulated(f"deployments with '{name}'", _TAKEN)
        if properties.get("parameters"):
            raise NotEmulated("deployments with 'parameters'", ["literal values in the template"])
        if properties.get("mode") is None:
            raise InvalidRequestContent("Required property 'mode' not found in JSON. Path 'properties'.")
        if properties["mode"] != "Incremental":
            raise NotEmulated(f"deployments with the mode '{properties['mode']}'", ["Incremental"])
        if properties.get("template") is None:
            raise BadRequest(
                "The 'template' or 'templateLink' property has to be given for the deployment.", "InvalidDeployment"
            )
        _describe(request, templates.read(properties["template"], request.id.scope))

    def provision(self, request: Request) -> None:
        """Writes the resources; a failure of one leaves those that were written as they are."""
        template = templates.read(request.properties["template"], request.id.scope)
        begun = time.monotonic()
        written = template_run.run(request.cloud, template)
        operations = [each.operation(request.id.text) for each in written]
        request.cloud.store.put(_COLLECTION, request.id.key, {"value": operations})
        properties = request.properties
        properties["timestamp"] = _now()
        properties["duration"] = f"PT{time.monotonic() - begun:.7f}S"
        properties["outputResources"] = [{"id": each.resource.text} for each in written if each.error is None]
        errors = [each.error for each in written if each.error is not None]
        if errors:
            failed = DeploymentFailed(request.id.text, errors)
            properties["error"] = failed.body()["error"]
            raise failed
        properties["outputs"] = dict(template.outputs)

    def remove(self, request: Request) -> None:
        """The record of its operations goes with it; the resources stay."""
        request.cloud.store.delete(_COLLECTION, request.id.key)

    def patch(self, cloud: Cloud, existing: Document, body: Document) -> Document | None:
        """There is no PATCH."""
        del cloud, body
        raise MethodNotAllowed("PATCH", existing["id"])

    def shown(self, cloud: Cloud, document: Document) -> Document:
        """A deployment is Running where others are Creating or Updating."""
        del cloud
        state = document["properties"]["provisioningState"]
        if state not in {"Creating", "Updating"}:
            return document
        return document | {"properties": document["properties"] | {"provisioningState": "Running"}}

    def views(self) -> Mapping[str, Action]:
        """What became of each resource."""
        return {"operations": _operations}


def _operations(request: ActionRequest) -> Document:
    return request.cloud.store.get(_COLLECTION, request.id.key) or {"value": []}


def _describe(request: Request, template: templates.Template) -> None:
    properties = request.properties
    text = json.dumps(properties["template"], sort_keys=True).encode()
    for name in ("error", "outputs", "duration", "outputResources"):
        properties.pop(name, None)
    by_namespace: dict[str, set[str]] = {}
    for resource in template.resources:
        by_namespace.setdefault(resource.id.namespace, set()).add(resource.id.type.partition("/")[2])
    properties |= {
        "parameters": {},
        "correlationId": str(uuid.uuid4()),
        "timestamp": _now(),
        "templateHash": str(int(hashlib.sha256(text).hexdigest()[:15], 16)),
        "dependencies": [_dependency(resource) for resource in template.resources if resource.after],
        "providers": [
            {"namespace": namespace, "resourceTypes": [{"resourceType": name} for name in sorted(names)]}
            for namespace, names in by_namespace.items()
        ],
    }


def _dependency(resource: templates.TemplateResource) -> Document:
    return {"dependsOn": [_named(each) for each in resource.after]} | _named(resource.id)


def _named(resource_id: ResourceId) -> Document:
    return {"id": resource_id.text, "resourceType": resource_id.type, "resourceName": "/".join(resource_id.names)}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
