"""What a container group may be: pure checks of a request's document."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from localcloud.arm import identities
from localcloud.arm.errors import BadRequest, InvalidResourceId, NotEmulated
from localcloud.services.containerinstance.errors import (
    InvalidGroup,
    InvalidImageRegistryIdentity,
    LimitAboveRequests,
    MoreCredentialsThanContainers,
)

if TYPE_CHECKING:
    from localcloud.arm.store import Document

_NAME = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
_LARGEST_PORT = 65535
_RESTART_POLICIES = ("Always", "OnFailure", "Never")
_NOT_EMULATED = ("initContainers", "containerGroupProfile", "extensions", "encryptionProperties")


def check(group: str, document: Document) -> None:
    """Raises BadRequest or NotEmulated for what can't be a group."""
    if not document.get("location"):
        raise BadRequest("The location property is required for this definition.", "LocationRequired")
    properties = document["properties"]
    for name in _NOT_EMULATED:
        if properties.get(name):
            raise NotEmulated(
                f"container groups with '{name}'", ["containers", "ipAddress", "imageRegistryCredentials"]
            )
    if properties["osType"] != "Linux":
        raise NotEmulated(f"container groups with the os type '{properties['osType']}'", ["Linux"])
    if properties["restartPolicy"] not in _RESTART_POLICIES:
        raise InvalidGroup(group, f"'{properties['restartPolicy']}' is no restart policy")
    _check_containers(group, properties.get("containers"))
    _check_resources(group, properties["containers"])
    _check_address(group, properties)
    _check_credentials(group, document)


def _check_containers(group: str, containers: Any) -> None:
    if not isinstance(containers, list) or not containers:
        raise InvalidGroup(group, "it needs at least one container")
    for container in containers:
        name, properties = container.get("name"), container.get("properties")
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise InvalidGroup(
                group, f"the container name '{name}' has to be 1 to 63 lower-case letters, digits and '-'"
            )
        if not isinstance(properties, dict) or not properties.get("image"):
            raise InvalidGroup(group, f"the container '{name}' needs an image")
        for variable in properties.get("environmentVariables") or []:
            if not variable.get("name"):
                raise InvalidGroup(group, f"an environment variable of the container '{name}' has no name")
        for probe in ("livenessProbe", "readinessProbe"):
            _check_probe(group, name, properties.get(probe))
    _refuse_twice(group, "container name", [container["name"] for container in containers])
    ports = [port["port"] for container in containers for port in container["properties"].get("ports") or []]
    _refuse_twice(group, "container port", ports)


def _check_probe(group: str, container: str, probe: Document | None) -> None:
    if not probe:
        return
    if bool(probe.get("exec")) == bool(probe.get("httpGet")):
        raise InvalidGroup(group, f"a probe of the container '{container}' has to be either 'exec' or 'httpGet'")
    get = probe.get("httpGet") or {}
    if str(get.get("scheme") or "http").lower() not in {"http", "https"}:
        raise InvalidGroup(group, f"'{get['scheme']}' is no scheme of a probe")
    if get.get("httpHeaders"):
        raise NotEmulated("probes with headers", ["path", "port"])


def _check_resources(group: str, containers: list[Document]) -> None:
    for key, spoken in (("cpu", "Cpu"), ("memoryInGB", "MemoryInGB")):
        requests = [container["properties"]["resources"]["requests"].get(key) for container in containers]
        if not all(isinstance(value, int | float) and value > 0 for value in requests):
            raise InvalidGroup(group, f"the resource request '{key}' has to be a positive number")
        for container in containers:
            limit = (container["properties"]["resources"].get("limits") or {}).get(key)
            if limit is not None and limit > sum(requests):
                raise LimitAboveRequests(spoken, limit, container["name"], sum(requests), group)


def _check_address(group: str, properties: Document) -> None:
    address = properties.get("ipAddress")
    if not address:
        return
    if address.get("type") not in {"Public", "Private"}:
        raise InvalidGroup(group, "ipAddress.type has to be Public or Private")
    if not address.get("ports"):
        raise InvalidGroup(group, "ipAddress needs ports")
    exposed = {
        port["port"] for container in properties["containers"] for port in container["properties"].get("ports") or []
    }
    for port in address["ports"]:
        if (port.get("protocol") or "TCP") != "TCP":
            raise NotEmulated(f"the protocol '{port['protocol']}'", ["TCP"])
        if not 0 < port.get("port", 0) <= _LARGEST_PORT:
            raise InvalidGroup(group, f"the port '{port.get('port')}' has to be 1 to {_LARGEST_PORT}")
        if port["port"] not in exposed:
            raise InvalidGroup(group, f"the exposed port '{port['port']}' is no port of its containers")


def _check_credentials(group: str, document: Document) -> None:
    properties = document["properties"]
    credentials = properties.get("imageRegistryCredentials") or []
    if len(credentials) > len(properties["containers"]):
        raise MoreCredentialsThanContainers(group)
    for credential in credentials:
        needed = ("server",) if credential.get("identity") else ("server", "username", "password")
        for name in needed:
            if not credential.get(name):
                raise InvalidGroup(group, f"an image registry credential needs a {name}")
        if credential.get("identity"):
            if credential.get("username") or credential.get("password"):
                raise InvalidGroup(group, "an image registry credential has either an identity or a user name")
            _check_identity(group, document, credential["identity"])
    _refuse_twice(group, "image registry server", [credential["server"] for credential in credentials])


def _check_identity(group: str, document: Document, identity: Any) -> None:
    """The group's own, system-assigned identity is none to pull with: it has no role yet when the image is pulled."""
    try:
        found = identities.find_assigned(document, str(identity))
    except InvalidResourceId:
        found = None
    if found is None:
        raise InvalidImageRegistryIdentity(group)


def _refuse_twice(group: str, what: str, values: list[Any]) -> None:
    for value, count in Counter(values).items():
        if count > 1:
            raise InvalidGroup(group, f"the {what} '{value}' is there {count} times")
