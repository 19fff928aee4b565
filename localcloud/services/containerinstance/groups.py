"""Container groups (law L4): pulled before anything runs, immutable where Azure's are, restarted by any update."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from localcloud.arm.errors import BadRequest, CloudError, ResourceNotFound
from localcloud.arm.resource_type import Action, ActionRequest, Facts, Request, ResourceType
from localcloud.runtime.errors import NoSuchContainer, StartFailed
from localcloud.services.containerinstance import launching, placement, validation, views, volumes
from localcloud.services.containerinstance.errors import ContainerStartFailed, InvalidContainerGroupUpdate

if TYPE_CHECKING:
    from localcloud.arm.store import Document
    from localcloud.cloud import Cloud

_COLLECTION = "container-groups"
_RESTART_POLICY = "properties.restartPolicy"
_RESOURCES = "properties.containers[].properties.resources"


class ContainerGroups(ResourceType):
    """`Microsoft.ContainerInstance/containerGroups`."""

    type = placement.GROUP_TYPE
    asynchronous = True
    resumable = False
    facts = Facts(
        name_rule="[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?",
        name_error="The container group name '{name}' is invalid: it must be 1 to 63 lower-case letters, digits and "
        "dashes, and neither begin nor end with a dash.",
        create_only=(
            "zones",
            "properties.osType",
            _RESTART_POLICY,
            _RESOURCES,
            "properties.subnetIds",
            "properties.diagnostics.logAnalytics.workspaceId",
        ),
        read_only=(
            "properties.provisioningState",
            "properties.instanceView",
            "properties.isCreatedFromStandbyPool",
            "properties.containers[].properties.instanceView",
        ),
        secret=(
            "properties.containers[].properties.environmentVariables[].secureValue",
            "properties.imageRegistryCredentials[].password",
            "properties.diagnostics.logAnalytics.workspaceKey",
            "properties.diagnostics.logAnalytics.workspaceResourceId",
        ),
        objects=(
            "properties.volumes[]",
            "properties.ipAddress",
            "properties.diagnostics",
            "properties.containers[].properties.volumeMounts[]",
            "properties.containers[].properties.livenessProbe",
            "properties.containers[].properties.readinessProbe",
        ),
        defaults={
            "properties.osType": "Linux",
            _RESTART_POLICY: "Always",
            "properties.sku": "Standard",
            "properties.imageRegistryCredentials": [],
            f"{_RESOURCES}.requests.cpu": 1,
            f"{_RESOURCES}.requests.memoryInGB": 1.5,
        },
    )

    def admit(self, request: Request) -> None:
        """Checks the group and that every image can be pulled."""
        validation.check(request.id.name, request.document)
        placement.check(request.cloud, request.id.name, request.document)
        volumes.check(request.id.name, request.properties)
        for container in request.properties["containers"]:
            launching.pull_image(request, container["properties"]["image"])

    def provision(self, request: Request) -> None:
        """Pulls and starts; what ran before is restarted, what is no longer asked for goes."""
        place = self._place(request)
        containers = request.properties["containers"]
        images, events = {}, {}
        for container in containers:
            image, pulling = container["properties"]["image"], _now()
            images[container["name"]] = launching.pull_image(request, image)
            events[container["name"]] = [
                views.event("Pulling", f'pulling image "{image}"', pulling),
                views.event("Pulled", f'Successfully pulled image "{image}"', _now()),
            ]
        before = request.cloud.store.get(_COLLECTION, place.key) or {"images": {}}
        for name in before["images"].keys() - images.keys():
            request.cloud.runtime.remove(launching.container_id(place.key, name))
        record = {"images": images, "events": events, "stopped": False}
        request.cloud.store.put(_COLLECTION, place.key, record)
        for container in containers:
            launching.start(request.cloud, place, request.properties, container, images[container["name"]])

    def patch(self, cloud: Cloud, existing: Document, body: Document) -> Document | None:
        """Tags, and nothing else: no container is restarted."""
        del cloud
        return existing | {"tags": body.get("tags") or {}}

    def remove(self, request: Request) -> None:
        """Ends the containers and gives the address back."""
        record = request.cloud.store.get(_COLLECTION, request.id.key) or {"images": {}}
        for name in record["images"]:
            request.cloud.runtime.remove(launching.container_id(request.id.key, name))
        request.cloud.addresses.release(request.id.key)
        request.cloud.store.delete(_COLLECTION, request.id.key)

    def shown(self, cloud: Cloud, document: Document) -> Document:
        """With the views of the group and of each container."""
        key = document["id"].lower()
        record = cloud.store.get(_COLLECTION, key) or {"events": {}, "stopped": False}
        states = {
            item["name"]: views.state_of(cloud, key, item["name"]) for item in document["properties"]["containers"]
        }
        containers = [
            item
            | {"properties": item["properties"] | {"instanceView": views.container_view(states[item["name"]], events)}}
            for item in document["properties"]["containers"]
            for events in [record["events"].get(item["name"], [])]
        ]
        view = {"events": [], "state": views.group_state(list(states.values()), stopped=record["stopped"])}
        return document | {"properties": document["properties"] | {"containers": containers, "instanceView": view}}

    def stored(self, document: Document) -> Document:
        """Without secrets; secret volumes are there, and empty."""
        return volumes.without_secrets(super().stored(document))

    def change_refused(self, request: Request, changed: list[str]) -> CloudError:
        """Azure's sentence for what a group keeps for life."""
        if changed != [_RESTART_POLICY] or request.existing is None:
            return InvalidContainerGroupUpdate(request.id.name)
        old, new = request.existing["properties"]["restartPolicy"], request.properties["restartPolicy"]
        return InvalidContainerGroupUpdate(request.id.name, f'RestartPolicy (old "{old}", new "{new}")')

    def actions(self) -> Mapping[str, Action]:
        """Restart, stop and start all containers, with the images that were pulled."""
        return {"restart": _restart, "start": _restart, "stop": _stop}

    def views(self) -> Mapping[str, Action]:
        """A container's log."""
        return {"containers/{container}/logs": _logs}

    def _place(self, request: Request) -> launching.Place:
        address = request.properties.get("ipAddress")
        if not address:
            request.cloud.addresses.release(request.id.key)
            return launching.Place(request.id.key, None)
        address["ip"] = request.cloud.addresses.assign(request.id.key)
        address.pop("fqdn", None)
        if address.get("dnsNameLabel"):
            # There is no DNS here, and the real suffix would lead to a group in Azure: the address is the name.
            address["fqdn"] = address["ip"]
        return launching.Place(request.id.key, address["ip"])


def _restart(request: ActionRequest) -> None:
    for container in request.document["properties"]["containers"]:
        try:
            request.cloud.runtime.restart(launching.container_id(request.id.key, container["name"]))
        except StartFailed as error:
            raise ContainerStartFailed(container["name"], error.reason) from error
        except NoSuchContainer as error:
            raise BadRequest(f"The container group '{request.id.name}' has nothing to start.") from error
    _mark(request, stopped=False)


def _stop(request: ActionRequest) -> None:
    for container in request.document["properties"]["containers"]:
        launching.stop(request.cloud, launching.container_id(request.id.key, container["name"]))
    _mark(request, stopped=True)


def _mark(request: ActionRequest, *, stopped: bool) -> None:
    record = request.cloud.store.get(_COLLECTION, request.id.key) or {"images": {}, "events": {}}
    request.cloud.store.put(_COLLECTION, request.id.key, record | {"stopped": stopped})


def _logs(request: ActionRequest) -> Document:
    name, tail = request.arguments["container"], request.query.get("tail")
    if tail is not None and not tail.isdecimal():
        raise BadRequest(f"The query parameter 'tail' has to be a number; got '{tail}'.", "InvalidQueryParameter")
    try:
        content = request.cloud.runtime.logs(launching.container_id(request.id.key, name), int(tail) if tail else None)
    except NoSuchContainer as error:
        where = f"{request.id.type_and_name}/containers/{name}"
        raise ResourceNotFound(where, request.id.group) from error
    return {"content": content}


def _now() -> str:
    return views.text(datetime.now(UTC)) or ""
