"""Target `local`: a container of the local Docker engine, published on loopback only."""

from collections.abc import Mapping, MutableMapping
from typing import Any
from weakref import WeakKeyDictionary

import pulumi
import pulumi_docker as docker

from .._component import Component
from .._service_options import LocalOptions
from ..rules import LOCAL_HOST, Problem, check_local_port
from ._deployment import SCORING_PORT, Deployment, TargetRequest, or_nothing
from ._environment import secret_variables, shown_variables

_START_SECONDS = 120
"""Seconds, after those of the probe, until a service that does not get healthy counts as failed."""
_FIRST_SECONDS = 60
"""Seconds in which a failed question does not count yet."""

_CLAIMED: MutableMapping[Any, dict[int, str]] = WeakKeyDictionary()
"""Ports of local services and who has them, by the run of the program: its connection to the engine."""


def local_port(args: Mapping[str, Any]) -> int:
    """The port on 127.0.0.1 of a local service."""
    # A plugin's caller sends every number as a float.
    return int(args.get("local", {}).get("port", 8890))


def local_problems(name: str, args: Mapping[str, Any]) -> list[Problem]:
    """What is wrong with the options of a local service: whether it can have its port.

    Args:
        name: Name of the service.
        args: All its inputs.
    """
    return check_local_port(local_port(args), name, "local.port")


def claimed_port(name: str, args: Mapping[str, Any]) -> list[Problem]:
    """A problem where another service of the same program has taken the port; else it is this one's from now on.

    Args:
        name: Name of the service.
        args: All its inputs.
    """
    port = local_port(args)
    owner = _CLAIMED.setdefault(pulumi.runtime.settings.get_monitor(), {}).setdefault(port, name)
    if owner == name:
        return []
    return [Problem("local.port", f"must be another one than that of '{owner}'", port, str(port + 1))]


def deploy_locally(component: Component, name: str, request: TargetRequest, options: LocalOptions) -> Deployment:
    """Runs the image as a container and waits until it is healthy.

    Args:
        component: Parent of the resources.
        name: Their names' first part.
        request: What to run.
        options: The target's own.
    """
    port = local_port({"local": options})
    provider, image = _image(component, name, request)
    probe = request.versions[0].readiness
    container = docker.Container(
        f"{name}-container",
        image=image.image_id,
        envs=_environment(request),
        ports=[{"internal": SCORING_PORT, "external": port, "ip": LOCAL_HOST}],
        healthcheck=_health_check(probe),
        restart="unless-stopped",
        wait=True,
        wait_timeout=_START_SECONDS + probe.get("initial_delay_seconds", 0),
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
        primary_key=request.primary_key,
        secondary_key=or_nothing(request.secondary_key),
        endpoint_name=pulumi.Output.from_input(""),
    )


def _image(component: Component, name: str, request: TargetRequest) -> tuple[docker.Provider, docker.RemoteImage]:
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
    return provider, image


def _health_check(probe: Mapping[str, Any]) -> docker.ContainerHealthcheckArgs:
    """The engine's one check, by what was asked of readiness: a container that fails it is not started anew."""
    timeout = probe.get("timeout_seconds", 5)
    # The image has Python, and may have neither curl nor wget.
    url = f"http://{LOCAL_HOST}:{SCORING_PORT}{probe.get('path', '/')}"
    question = f"import urllib.request; urllib.request.urlopen({url!r}, timeout={timeout})"
    return docker.ContainerHealthcheckArgs(
        tests=["CMD", "python", "-c", question],
        # Often: an update waits for the first good answer.
        interval=f"{probe.get('period_seconds', 2)}s",
        timeout=f"{timeout + 1}s",
        retries=probe.get("failure_threshold", 3),
        start_period=f"{probe.get('initial_delay_seconds', _FIRST_SECONDS)}s",
    )


def _environment(request: TargetRequest) -> list[pulumi.Output[str]]:
    variables = {**shown_variables(request), **secret_variables(request)}
    return [pulumi.Output.format("{0}={1}", key, value) for key, value in sorted(variables.items())]
