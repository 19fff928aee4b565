"""From the body of a container's creation to what the runtime takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.arm.errors import NotEmulated
from localcloud.runtime.spec import ContainerSpec, HealthCheck, RestartPolicy
from localcloud.services.dockerengine.errors import BadParameter

if TYPE_CHECKING:
    from localcloud.arm.store import Document
    from localcloud.images.image import Image

_RESTARTS: dict[str, RestartPolicy] = {
    "": "Never",
    "no": "Never",
    "always": "Always",
    "unless-stopped": "Always",
    "on-failure": "OnFailure",
}
_LOOPBACK = "127.0.0.1"
_ALL_ADDRESSES = frozenset({"", "0.0.0.0", "::"})  # noqa: S104 - read, and replaced by loopback
_NOT_EMULATED = ("Binds", "Mounts", "Tmpfs", "Devices", "VolumesFrom", "PidsLimit")


def to_spec(container: Document, image: Image) -> ContainerSpec:
    """What to run; raises BadParameter or NotEmulated.

    Args:
        container: The stored container: `Id`, `Name` and the `Body` of its creation.
        image: Its image.
    """
    body = container["Body"]
    host = body.get("HostConfig") or {}
    _refuse(body, host)
    try:
        return ContainerSpec(
            id=container["Id"],
            name=container["Name"],
            image=image.manifest_digest,
            command=_command(body, image),
            environment=_environment(body),
            ports=_ports(host),
            restart=_restart(host),
            health=_health(body, image),
        )
    except ValueError as error:
        raise BadParameter(str(error)) from error


def _refuse(body: Document, host: Document) -> None:
    for name in _NOT_EMULATED:
        if host.get(name):
            raise NotEmulated(f"containers with HostConfig.{name}", ["PortBindings", "RestartPolicy"])
    if body.get("WorkingDir"):
        raise NotEmulated("containers with another WorkingDir than their image's", ["Cmd", "Entrypoint", "Env"])


def _command(body: Document, image: Image) -> tuple[str, ...] | None:
    """Docker's rule: a new Entrypoint drops the image's Cmd, too; a new Cmd leaves the Entrypoint."""
    entrypoint, command = body.get("Entrypoint"), body.get("Cmd")
    if not entrypoint and not command:
        return None
    before = tuple(entrypoint) if entrypoint else tuple(image.config.entrypoint or ())
    return (*before, *(command or ()))


def _environment(body: Document) -> dict[str, str]:
    pairs = (text.partition("=") for text in body.get("Env") or [])
    return {name: value for name, equals, value in pairs if equals}


def _ports(host: Document) -> dict[int, tuple[str, int]]:
    ports = {}
    for inner, bindings in (host.get("PortBindings") or {}).items():
        number, _, protocol = inner.partition("/")
        if (protocol or "tcp") != "tcp":
            raise NotEmulated(f"the protocol '{protocol}'", ["tcp"])
        for binding in (bindings or [])[:1]:
            ports[int(number)] = _address(inner, binding)
    return ports


def _address(inner: str, binding: Document) -> tuple[str, int]:
    address, port = binding.get("HostIp") or "", str(binding.get("HostPort") or "")
    if not port.isdecimal() or port == "0":
        raise NotEmulated(f"a random host port for {inner}", ["a HostPort"])
    # Everything of this cloud listens on loopback, whatever address is asked for.
    return _LOOPBACK if address in _ALL_ADDRESSES else address, int(port)


def _restart(host: Document) -> RestartPolicy:
    name = (host.get("RestartPolicy") or {}).get("Name") or ""
    if name not in _RESTARTS:
        raise BadParameter(f"unknown restart policy '{name}'")
    return _RESTARTS[name]


def _health(body: Document, image: Image) -> HealthCheck | None:
    given: dict[str, Any] = body.get("Healthcheck") or {}
    own = image.config.healthcheck.to_document() if image.config.healthcheck else {}
    # As in docker: what the container leaves out comes from its image.
    return HealthCheck.from_docker(own | {name: value for name, value in given.items() if value})
