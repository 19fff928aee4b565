"""A container's inputs as the Docker Engine API's documents, and back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from localcloud.plugins.errors import InvalidInput

if TYPE_CHECKING:
    from localcloud.plugins.values import Properties

_UNITS: Final = {"ns": 1, "us": 1_000, "µs": 1_000, "ms": 1_000_000, "s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9}
_DURATION_PART = re.compile(r"(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)")
_TCP = "tcp"
_ANYWHERE = "0.0.0.0"  # noqa: S104  Docker's word for "no address given"; localcloud binds to loopback
_TEXTS: Final = {"hostname": "Hostname", "user": "User", "workingDir": "WorkingDir", "stopSignal": "StopSignal"}
_LISTS: Final = {"envs": "Env", "command": "Cmd", "entrypoints": "Entrypoint"}
_HEALTH_TIMES: Final = {
    "interval": "Interval",
    "timeout": "Timeout",
    "startPeriod": "StartPeriod",
    "startInterval": "StartInterval",
}


def create_body(given: Properties) -> dict[str, Any]:
    """The body of `POST /containers/create`.

    Raises:
        InvalidInput: A duration of the health check is none.
    """
    ports: list[Properties] = given.get("ports") or []
    bindings: dict[str, list[dict[str, str]]] = {}
    for port in ports:
        binding = {"HostIp": str(port.get("ip", _ANYWHERE)), "HostPort": str(port.get("external", ""))}
        bindings.setdefault(_port_key(port), []).append(binding)
    body: dict[str, Any] = {"Image": given["image"], "HostConfig": {"RestartPolicy": restart_policy(given)}}
    body |= {wire: given[name] for name, wire in (_TEXTS | _LISTS).items() if name in given}
    if ports:
        body["ExposedPorts"] = {_port_key(port): {} for port in ports}
        body["HostConfig"]["PortBindings"] = bindings
    if "labels" in given:
        body["Labels"] = {label["label"]: label["value"] for label in given["labels"]}
    if "stopTimeout" in given:
        body["StopTimeout"] = given["stopTimeout"]
    if "healthcheck" in given:
        body["Healthcheck"] = _health_check(given["healthcheck"])
    return body


def restart_policy(given: Properties) -> dict[str, Any]:
    """`HostConfig.RestartPolicy`."""
    return {"Name": given.get("restart", "no"), "MaximumRetryCount": given.get("maxRetryCount", 0)}


def outputs_of(document: dict[str, Any], inputs: Properties) -> Properties:
    """The outputs of a container that was inspected; what was given stands as it was given."""
    configuration, host = document.get("Config") or {}, document.get("HostConfig") or {}
    state, network = document.get("State") or {}, document.get("NetworkSettings") or {}
    networks: dict[str, dict[str, Any]] = network.get("Networks") or {}
    read: Properties = {
        "name": str(document.get("Name", "")).removeprefix("/"),
        "image": document.get("Image"),
        "labels": [{"label": key, "value": value} for key, value in (configuration.get("Labels") or {}).items()],
        "restart": (host.get("RestartPolicy") or {}).get("Name"),
        "ports": _ports(host.get("PortBindings") or {}),
        "exitCode": state.get("ExitCode", 0),
        "networkDatas": [
            {"networkName": name, "ipAddress": data.get("IPAddress", ""), "gateway": data.get("Gateway", "")}
            for name, data in networks.items()
        ],
    }
    read |= {name: configuration.get(wire) for name, wire in (_TEXTS | _LISTS).items()}
    return {name: value for name, value in read.items() if value is not None} | inputs


def nanoseconds(name: str, duration: str) -> int:
    """Go's duration text, such as `1m30s`, in nanoseconds; raises `InvalidInput` naming the property."""
    parts = _DURATION_PART.findall(duration)
    if duration == "0":
        return 0
    if not parts or "".join(number + unit for number, unit in parts) != duration:
        raise InvalidInput(f"'{name}' is not a duration; got '{duration}'; e.g. 10s or 1m30s")
    return int(sum(float(number) * _UNITS[unit] for number, unit in parts))


def _health_check(given: Properties) -> dict[str, Any]:
    check: dict[str, Any] = {"Test": given.get("tests", [])}
    if "retries" in given:
        check["Retries"] = given["retries"]
    times = {
        wire: nanoseconds(f"healthcheck.{name}", given[name]) for name, wire in _HEALTH_TIMES.items() if name in given
    }
    return check | times


def _port_key(port: Properties) -> str:
    return f"{port['internal']}/{port.get('protocol', _TCP)}"


def _ports(bindings: dict[str, list[dict[str, str]] | None]) -> list[Properties]:
    found: list[Properties] = []
    for key, places in bindings.items():
        internal, _, protocol = key.partition("/")
        for place in places or []:
            port: Properties = {"internal": int(internal), "ip": place.get("HostIp") or _ANYWHERE, "protocol": protocol}
            external = place.get("HostPort")
            found.append(port | ({"external": int(external)} if external else {}))
    return found
