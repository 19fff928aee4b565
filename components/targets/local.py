"""Target `local`: a container of the local Docker engine, published on loopback only."""

import pulumi
import pulumi_docker as docker

from .._component import Component
from ..rules import LOCAL_HOST
from ._deployment import SCORING_PORT, Deployment, TargetRequest

_PROBE = f"import urllib.request; urllib.request.urlopen('http://{LOCAL_HOST}:{SCORING_PORT}/', timeout=5)"
"""The image has Python, and may have neither curl nor wget."""
_START_SECONDS = 120
"""Seconds until a service that does not get healthy counts as failed."""


def deploy_locally(component: Component, name: str, request: TargetRequest, port: int) -> Deployment:
    """Runs the image as a container and waits until it is healthy.

    Args:
        component: Parent of the resources.
        name: Their names' first part.
        request: What to run.
        port: Port on 127.0.0.1 that the service answers on.
    """
    pullable = request.preflight.before_pull()
    provider = docker.Provider(
        f"{name}-docker",
        registry_auth=request.leaves.engine_logins(),
        opts=component.child(additional_secret_outputs=["registryAuth"]),
    )
    image = docker.RemoteImage(
        f"{name}-image",
        name=request.image,
        # Another resource, or the same one before a change was taken back, may stand for the very image in use.
        keep_locally=True,
        opts=component.child(
            provider=provider,
            hooks=pulumi.ResourceHookBinding(before_create=[pullable], before_update=[pullable]),
        ),
    )
    container = docker.Container(
        f"{name}-container",
        image=image.image_id,
        envs=_environment(request),
        ports=[{"internal": SCORING_PORT, "external": port, "ip": LOCAL_HOST}],
        healthcheck={
            "tests": ["CMD", "python", "-c", _PROBE],
            "interval": "2s",
            "timeout": "6s",
            "retries": 3,
            "start_period": "60s",
        },
        restart="unless-stopped",
        wait=True,
        wait_timeout=_START_SECONDS,
        # Two containers can't hold one port: the old one goes first.
        opts=component.child(provider=provider, delete_before_replace=True),
    )
    return Deployment(
        resource_id=container.id,
        name=container.name,
        location=pulumi.Output.from_input("local"),
        address=pulumi.Output.from_input(f"http://{LOCAL_HOST}:{port}"),
        # The container counts as created only when its health check has passed.
        state=container.id.apply(lambda _: "Healthy"),
    )


def _environment(request: TargetRequest) -> list[pulumi.Output[str]]:
    variables = {**request.environment, **request.secret_environment}
    return [pulumi.Output.format("{0}={1}", key, value) for key, value in sorted(variables.items())]
