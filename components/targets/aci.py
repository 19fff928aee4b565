"""Target `aci`: a container group of Azure Container Instances."""

from typing import Any

import pulumi
from pulumi_azure_native import containerinstance

from .._component import Component
from ._deployment import SCORING_PORT, Deployment, TargetRequest
from ._health import wait_until_healthy

_FIXED = ["osType", "restartPolicy", "containers[*].resources", "subnetIds", "ipAddress.type", "ipAddress.ports"]
"""What Azure refuses to change: the group has to be made anew. Image and credentials change in place."""

_STATES = {"Running": "Healthy", "Pending": "Transitioning", "Succeeded": "Unhealthy", "Stopped": "Unhealthy"}
"""State of a group in Azure -> state of the service; any other is `Failed`."""


def deploy_to_aci(
    component: Component, name: str, request: TargetRequest, cpu: float, memory_gb: float, dns_name_label: str | None
) -> Deployment:
    """Runs the image in a container group with a public address and waits until it answers.

    Args:
        component: Parent of the resources.
        name: Their names' first part.
        request: What to run.
        cpu: Cores.
        memory_gb: Memory in GB.
        dns_name_label: First part of its host name; None for an IP address alone.
    """
    healthy = wait_until_healthy(component, name, SCORING_PORT)
    pullable = request.preflight.before_pull()
    group = containerinstance.ContainerGroup(
        f"{name}-group",
        resource_group_name=request.resource_group_name,
        location=request.location,
        os_type=containerinstance.OperatingSystemTypes.LINUX,
        restart_policy=containerinstance.ContainerGroupRestartPolicy.ALWAYS,
        containers=[_container(request, cpu, memory_gb)],
        identity=request.leaves.group_identity(),
        image_registry_credentials=request.leaves.group_credentials(),
        ip_address={
            "type": containerinstance.ContainerGroupIpAddressType.PUBLIC,
            "ports": [{"port": SCORING_PORT, "protocol": containerinstance.ContainerGroupNetworkProtocol.TCP}],
            "dns_name_label": dns_name_label,
        },
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
        address=group.ip_address.apply(_address),
        state=group.instance_view.apply(lambda view: _STATES.get(str(view.state), "Failed")),
    )


def _container(request: TargetRequest, cpu: float, memory_gb: float) -> containerinstance.ContainerArgsDict:
    return {
        "name": "scoring",
        "image": request.image,
        "resources": {"requests": {"cpu": cpu, "memory_in_gb": memory_gb}},
        "ports": [{"port": SCORING_PORT, "protocol": containerinstance.ContainerNetworkProtocol.TCP}],
        "environment_variables": _variables(request),
        "liveness_probe": _probe(initial_delay=60),
        "readiness_probe": _probe(initial_delay=5),
    }


def _variables(request: TargetRequest) -> list[containerinstance.EnvironmentVariableArgsDict]:
    shown = [(key, {"value": value}) for key, value in sorted(request.environment.items())]
    secret = [(key, {"secure_value": value}) for key, value in sorted(request.secret_environment.items())]
    return [{"name": key, **value} for key, value in shown + secret]  # type: ignore[typeddict-item]  # one of the two keys


def _probe(initial_delay: int) -> containerinstance.ContainerProbeArgsDict:
    return {
        "http_get": {"path": "/", "port": SCORING_PORT, "scheme": containerinstance.Scheme.HTTP},
        "initial_delay_seconds": initial_delay,
        "period_seconds": 10,
        "timeout_seconds": 5,
        "failure_threshold": 3,
    }


def _address(address: Any) -> str:
    return f"http://{address.fqdn or address.ip}:{SCORING_PORT}"
