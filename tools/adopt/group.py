"""A container group that serves models, as a ScoringService with the target `aci`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from azureml_scoring.rules import ImageReference, InvalidImageReference, check_image_stem

from tools.adopt.adoption import Adopted, Setting
from tools.adopt.holding import row, same

if TYPE_CHECKING:
    from tools.adopt.export import Resource

GROUP = "microsoft.containerinstance/containergroups"
_PORT = 5001
_OWN = {"SCORING_AUTH", "SCORING_PRIMARY_KEY", "SCORING_SECONDARY_KEY", "SERVICE_NAME"}
"""Variables that the component itself sets."""
_NO_MEANING = "the component can't say so, and Azure would have to make the group anew, with another address"


def group_refusals(group: Resource, name: str) -> Iterator[str]:
    """Why a group can't become a ScoringService: each reason by itself.

    Args:
        group: What exists.
        name: Name of the component.
    """
    containers = group.at("properties.containers") or []
    if len(containers) != 1 or group.at("properties.initContainers"):
        yield f"it has {len(containers)} containers, and a service has one"
        return
    if group.at("properties.osType") != "Linux":
        yield f"its osType is {group.at('properties.osType')}: {_NO_MEANING}"
    if group.at("properties.restartPolicy") not in {None, "Always"}:
        yield f"its restartPolicy is {group.at('properties.restartPolicy')}, a service has Always: {_NO_MEANING}"
    ports = [port.get("port") for port in group.at("properties.ipAddress.ports") or []]
    if ports != [_PORT]:
        yield f"it listens on {', '.join(map(str, ports)) or 'no port'}, a service on {_PORT}: {_NO_MEANING}"
    if group.at("properties.volumes"):
        yield f"it has volumes: {_NO_MEANING}"
    if group.at("properties.diagnostics.logAnalytics"):
        yield "its diagnostics need a key of Log Analytics at every change, which Azure shows nobody"
    if len(group.at("properties.imageRegistryCredentials") or []) > 1:
        yield "it has the login of more than one registry, and a service pulls from one"
    try:
        ImageReference.parse(str((containers[0].get("properties") or {}).get("image")))
    except InvalidImageReference as error:
        yield str(error)
    yield from (str(problem) for problem in check_image_stem(name, "the name of its component"))


def image_of(group: Resource) -> ImageReference:
    """The image of a group that has no refusals."""
    return ImageReference.parse(group.at("properties.containers")[0]["properties"]["image"])


def adopt_group(group: Resource, name: str, place: Mapping[str, Any]) -> Adopted:
    """The component of a group that has no refusals.

    Args:
        group: What exists.
        name: Name of the component.
        place: The inputs that say where its image and its uploads are.
    """
    container = group.at("properties.containers")[0]
    inner: Mapping[str, Any] = container["properties"]
    image = image_of(group)
    by_tag = Setting(f"{name}-image", f"{image.repository}@sha256:... with the digest that {image.tag or 'latest'} has")
    inputs: dict[str, Any] = {
        "resource_group_name": group.group,
        "location": group.at("location"),
        "target": "aci",
        # What a tag means can change, and no export tells it.
        "service_image": inner["image"] if image.digest else by_tag,
        **place,
        **_login(group, name),
        **_variables(inner, name),
        **_probes(inner),
        "aci": _options(group, inner),
    }
    if group.at("tags"):
        inputs["tags"] = dict(group.at("tags"))
    return Adopted("ScoringService", name, inputs, (_row(group, name, container, inputs),))


def _login(group: Resource, name: str) -> dict[str, Any]:
    """How the image is pulled."""
    for login in group.at("properties.imageRegistryCredentials") or []:
        if login.get("identity"):
            return {"pull_identity_id": login["identity"]}
        password = Setting(f"{name}-pull-password", f"password of {login.get('username')} at its registry", secret=True)
        return {"pull_username": login.get("username"), "pull_password": password}
    return {}


def _variables(container: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Environment variables and keys. Azure shows no secret one: its value has to be given again."""
    variables = {entry["name"]: entry.get("value") for entry in container.get("environmentVariables") or []}
    keys: dict[str, Any] = {"auth": "none"}
    if variables.get("SCORING_AUTH") == "key":
        keys = {"auth": "key", "primary_key": Setting(f"{name}-primary-key", "key that callers show", secret=True)}
        if "SCORING_SECONDARY_KEY" in variables:
            keys["secondary_key"] = Setting(f"{name}-secondary-key", "second key that callers show", secret=True)
    shown = {key: value for key, value in variables.items() if value is not None and key not in _OWN - {"SERVICE_NAME"}}
    secret = {
        key: Setting(f"{name}-{re.sub(r'[^A-Za-z0-9_]', '-', key)}", f"value of the variable {key}", secret=True)
        for key, value in variables.items()
        if value is None and key not in _OWN
    }
    return keys | {
        key: value
        for key, value in {"environment_variables": shown, "secret_environment_variables": secret}.items()
        if value
    }


def _probes(container: Mapping[str, Any]) -> dict[str, Any]:
    """Probes by HTTP, as inputs; the component has its own where there is none."""
    names = {
        "initialDelaySeconds": "initial_delay_seconds",
        "periodSeconds": "period_seconds",
        "timeoutSeconds": "timeout_seconds",
        "failureThreshold": "failure_threshold",
        "successThreshold": "success_threshold",
    }
    found = {}
    for key, probe in (("liveness_probe", "livenessProbe"), ("readiness_probe", "readinessProbe")):
        given = container.get(probe) or {}
        if path := (given.get("httpGet") or {}).get("path"):
            found[key] = {"path": path} | {names[part]: given[part] for part in names if given.get(part) is not None}
    return found


def _options(group: Resource, container: Mapping[str, Any]) -> dict[str, Any]:
    requests = container["resources"]["requests"]
    options: dict[str, Any] = {"cpu": requests["cpu"], "memory_gb": requests["memoryInGB"]}
    if gpu := requests.get("gpu"):
        options |= {"gpu_count": gpu["count"], "gpu_sku": gpu["sku"]}
    if label := group.at("properties.ipAddress.dnsNameLabel"):
        options["dns_name_label"] = label
    for subnet in group.at("properties.subnetIds") or []:
        options["subnet_id"] = subnet["id"]
    if zones := group.at("zones"):
        options["zones"] = zones
    return options


def _row(group: Resource, name: str, container: Mapping[str, Any], inputs: Mapping[str, Any]) -> Any:
    users = sorted(group.at("identity.userAssignedIdentities") or {})
    wanted = [inputs["pull_identity_id"]] if "pull_identity_id" in inputs else []
    inner = container["properties"]
    sets = {
        **{path: same(None) for path in ("resourceGroupName", "containerGroupName", "location", "tags", "osType")},
        **{path: same(None) for path in ("restartPolicy", "imageRegistryCredentials", "ipAddress", "containers")},
        **{path: same(None) for path in ("subnetIds", "zones", "volumes")},
        "identity": (users, wanted),
        # Not the component's to say, and nothing else either.
        "containers[0].name": (container["name"], "scoring"),
        "containers[0].command": (inner.get("command") or None, None),
        "containers[0].securityContext": (inner.get("securityContext"), None),
        "containers[0].resources.limits": (inner["resources"].get("limits"), None),
    }
    return row(group, "containerinstance:ContainerGroup", f"{name}-group", sets)
