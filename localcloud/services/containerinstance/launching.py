"""From a group's document to running containers."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from localcloud.arm import identities
from localcloud.images.errors import ImageError, RegistryUnreachable
from localcloud.images.reference import domain_of, parse_reference
from localcloud.images.remote import Credentials
from localcloud.registry.authority import Principal
from localcloud.runtime.errors import NoSuchContainer, StartFailed
from localcloud.runtime.spec import ContainerSpec, HealthCheck, HttpGet
from localcloud.services.containerinstance import volumes
from localcloud.services.containerinstance.errors import ContainerStartFailed, InaccessibleImage, RegistryErrorResponse
from localcloud.services.containerregistry.pulls import Puller, pull

if TYPE_CHECKING:
    from localcloud.arm.resource_type import Request
    from localcloud.arm.store import Document
    from localcloud.cloud import Cloud
    from localcloud.images.content import Digest

_DOCKER_HUB = "docker.io"
_STOP_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Place:
    """Where a group is.

    Attributes:
        key: The group's id in lower case.
        address: Its loopback address; None when it has no `ipAddress`.
    """

    key: str
    address: str | None


def container_id(group_key: str, name: str) -> str:
    """What the runtime knows a container as."""
    return f"aci-{hashlib.sha256(group_key.encode()).hexdigest()[:12]}-{name}"


def pull_image(request: Request, image: str) -> Digest:
    """Pulls an image as the group's credentials say; raises InaccessibleImage or RegistryErrorResponse.

    The group is no trusted service of a registry: network rules hold for it as for any other address of Azure.
    """
    group = request.id.name
    try:
        domain = parse_reference(image).domain
        return pull(request.cloud, image, Puller(_login(request, domain))).manifest_digest
    except RegistryUnreachable as error:
        if domain == _DOCKER_HUB:
            raise RegistryErrorResponse("index.docker.io") from error
        raise InaccessibleImage(image, group) from error
    except ImageError as error:
        raise InaccessibleImage(image, group) from error


def start(cloud: Cloud, place: Place, properties: Document, container: Document, image: Digest) -> None:
    """Starts one container, in place of one that runs; raises ContainerStartFailed."""
    spec = _spec(place, properties, container, image)
    # The runtime leaves a container alone that runs as asked; a group's update restarts all of them.
    with suppress(NoSuchContainer):
        cloud.runtime.stop(spec.id, _STOP_SECONDS)
    try:
        cloud.runtime.start(spec)
    except StartFailed as error:
        raise ContainerStartFailed(spec.name, error.reason) from error


def stop(cloud: Cloud, container: str) -> None:
    """Stops one container; nothing happens when it is not there."""
    with suppress(NoSuchContainer):
        cloud.runtime.stop(container, _STOP_SECONDS)


def _login(request: Request, domain: str) -> Credentials | Principal | None:
    for credential in request.properties.get("imageRegistryCredentials") or []:
        if domain_of(credential["server"]) != domain.lower():
            continue
        if credential.get("identity"):
            found = identities.find_assigned(request.document, credential["identity"])
            return Principal(found.principal_id, found.client_id) if found else None
        return Credentials(credential["username"], credential["password"])
    return None


def _spec(place: Place, properties: Document, container: Document, image: Digest) -> ContainerSpec:
    inner = container["properties"]
    liveness, readiness = inner.get("livenessProbe"), inner.get("readinessProbe")
    return ContainerSpec(
        id=container_id(place.key, container["name"]),
        name=container["name"],
        image=image,
        command=tuple(inner.get("command") or ()) or None,
        environment=_environment(inner),
        ports=_ports(place, properties, inner),
        files=volumes.files(properties, container),
        folders=volumes.folders(properties, container),
        restart=properties["restartPolicy"],
        health=_health(liveness),
        restart_unhealthy=bool(liveness),
        readiness=_health(readiness),
    )


def _environment(inner: Document) -> dict[str, str]:
    variables = inner.get("environmentVariables") or []
    return {item["name"]: str(item.get("secureValue", item.get("value")) or "") for item in variables}


def _ports(place: Place, properties: Document, inner: Document) -> Mapping[int, tuple[str, int]]:
    if place.address is None:
        return {}
    public = {port["port"] for port in properties["ipAddress"]["ports"]}
    own = {port["port"] for port in inner.get("ports") or []}
    return {port: (place.address, port) for port in sorted(public & own)}


def _question(get: Mapping[str, Any]) -> HttpGet:
    return HttpGet(get.get("path") or "/", int(get["port"]), str(get.get("scheme") or "http").lower() == "https")


def _health(probe: Mapping[str, Any] | None) -> HealthCheck | None:
    if not probe:
        return None
    get = probe.get("httpGet")
    return HealthCheck(
        command=None if get else ("CMD", *probe["exec"]["command"]),
        http=_question(get) if get else None,
        interval=float(probe.get("periodSeconds") or 10),
        timeout=float(probe.get("timeoutSeconds") or 1),
        retries=int(probe.get("failureThreshold") or 3),
        start_period=float(probe.get("initialDelaySeconds") or 0),
    )
