"""Target `aci`: a container group of Azure Container Instances."""

import base64
from collections.abc import Mapping
from typing import Any

import pulumi
from pulumi_azure_native import containerinstance

from .._component import Component
from .._service_options import AciOptions
from ._aci_checks import aci_problems
from ._deployment import SCORING_PORT, Deployment, TargetRequest, or_nothing
from ._environment import secret_variables, shown_variables
from ._health import CONTAINER, wait_until_healthy

__all__ = ["aci_problems", "deploy_to_aci"]

_FIXED = [
    "osType",
    "restartPolicy",
    "containers[*].resources",
    "subnetIds",
    "ipAddress.type",
    "ipAddress.ports",
    "zones",
    "volumes[*].name",
]
"""What Azure refuses to change: the group has to be made anew. Image, credentials and variables change in place."""

_STATES = {"Running": "Healthy", "Pending": "Transitioning", "Succeeded": "Unhealthy", "Stopped": "Unhealthy"}
"""State of a group in Azure -> state of the service; any other is `Failed`."""

_TLS = "tls"
_TLS_FOLDER = "/mnt/azureml-scoring-tls"


def deploy_to_aci(component: Component, name: str, request: TargetRequest, options: AciOptions) -> Deployment:
    """Runs the image in a container group and waits until it answers.

    Args:
        component: Parent of the resources.
        name: Their names' first part.
        request: What to run.
        options: The target's own.
    """
    private = "subnet_id" in options
    healthy = wait_until_healthy(component, name, SCORING_PORT, _scheme(options), private=private)
    pullable = request.preflight.before_pull()
    group = containerinstance.ContainerGroup(
        f"{name}-group",
        resource_group_name=request.resource_group_name,
        location=request.location,
        os_type=containerinstance.OperatingSystemTypes.LINUX,
        restart_policy=containerinstance.ContainerGroupRestartPolicy.ALWAYS,
        containers=[_container(request, options)],
        identity=request.leaves.group_identity(),
        image_registry_credentials=request.leaves.group_credentials(),
        **_network(options),
        volumes=_volumes(options),
        zones=list(options["zones"]) if "zones" in options else None,
        tags=request.tags,
        opts=component.child(
            replace_on_changes=_FIXED,
            delete_before_replace=True,
            hooks=pulumi.ResourceHookBinding(
                before_create=[pullable],
                before_update=[pullable],
                after_create=[healthy],
                after_update=[healthy],
                on_error=[request.preflight.role_on_its_way()],
            ),
        ),
    )
    return Deployment(
        resource_id=group.id,
        name=group.name,
        location=group.location.apply(str),
        address=group.ip_address.apply(lambda address: _address(address, _scheme(options))),
        state=group.instance_view.apply(lambda view: _STATES.get(str(view.state), "Failed")),
        primary_key=request.primary_key,
        secondary_key=or_nothing(request.secondary_key),
        endpoint_name=pulumi.Output.from_input(""),
    )


def _scheme(options: AciOptions) -> str:
    return "https" if "tls_certificate" in options else "http"


def _network(options: AciOptions) -> dict[str, Any]:
    """A public address, with a host name if asked for; or a private one in a subnet."""
    ports = [{"port": SCORING_PORT, "protocol": containerinstance.ContainerGroupNetworkProtocol.TCP}]
    if "subnet_id" in options:
        kind = containerinstance.ContainerGroupIpAddressType.PRIVATE
        return {"ip_address": {"type": kind, "ports": ports}, "subnet_ids": [{"id": options["subnet_id"]}]}
    kind = containerinstance.ContainerGroupIpAddressType.PUBLIC
    label = options.get("dns_name_label")
    return {"ip_address": {"type": kind, "ports": ports, "dns_name_label": label}}


def _volumes(options: AciOptions) -> list[containerinstance.VolumeArgsDict] | None:
    """The certificate and its key, as files that only the container sees."""
    if "tls_certificate" not in options or "tls_key" not in options:
        return None
    files = {"tls.crt": options["tls_certificate"], "tls.key": options["tls_key"]}
    encoded = {name: pulumi.Output.secret(text).apply(_base64) for name, text in files.items()}
    return [{"name": _TLS, "secret": encoded}]


def _container(request: TargetRequest, options: AciOptions) -> containerinstance.ContainerArgsDict:
    (version,) = request.versions
    scheme = _scheme(options)
    container: containerinstance.ContainerArgsDict = {
        "name": CONTAINER,
        "image": request.image,
        "resources": {"requests": _resources(options)},
        "ports": [{"port": SCORING_PORT, "protocol": containerinstance.ContainerNetworkProtocol.TCP}],
        "environment_variables": _variables(request, scheme),
        "liveness_probe": _probe(version.liveness, scheme, initial_delay=60),
        "readiness_probe": _probe(version.readiness, scheme, initial_delay=5),
    }
    if scheme == "https":
        container["volume_mounts"] = [{"name": _TLS, "mount_path": _TLS_FOLDER, "read_only": True}]
    return container


def _resources(options: AciOptions) -> containerinstance.ResourceRequestsArgsDict:
    requests: containerinstance.ResourceRequestsArgsDict = {
        "cpu": float(options.get("cpu", 1)),
        "memory_in_gb": float(options.get("memory_gb", 1.5)),
    }
    if "gpu_sku" in options and "gpu_count" in options:
        requests["gpu"] = {"count": int(options["gpu_count"]), "sku": options["gpu_sku"]}
    return requests


def _variables(request: TargetRequest, scheme: str) -> list[containerinstance.EnvironmentVariableArgsDict]:
    tls = {"SCORING_TLS_FOLDER": _TLS_FOLDER} if scheme == "https" else {}
    shown = [(key, {"value": value}) for key, value in sorted({**shown_variables(request), **tls}.items())]
    secret = [(key, {"secure_value": value}) for key, value in sorted(secret_variables(request).items())]
    return [{"name": key, **value} for key, value in shown + secret]  # type: ignore[typeddict-item]  # one of the two keys


def _probe(given: Mapping[str, Any], scheme: str, initial_delay: int) -> containerinstance.ContainerProbeArgsDict:
    numbers: dict[str, int] = {
        "initial_delay_seconds": initial_delay,
        "period_seconds": 10,
        "timeout_seconds": 5,
        "failure_threshold": 3,
    }
    numbers |= {key: value for key, value in given.items() if key != "path"}
    return {
        "http_get": {"path": given.get("path", "/"), "port": SCORING_PORT, "scheme": scheme},
        **numbers,  # type: ignore[typeddict-item]  # its other keys
    }


def _address(address: Any, scheme: str) -> str:
    return f"{scheme}://{address.fqdn or address.ip}:{SCORING_PORT}"


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
