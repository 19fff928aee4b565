"""What the parts of a configuration must obey together: no component sees more than its own inputs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping

from azureml_scoring import LockKind, PullMode, RegistryMode, Target
from azureml_scoring.rules import Problem, nearest

from stacks.lock import BASE
from stacks.sections import RegistrySettings, ServiceSettings, WorkspaceSettings

Services = Mapping[str, ServiceSettings]


def shared_ports(services: Services) -> Iterator[Problem]:
    """A problem for each local port that more than one service asks for."""
    ports = Counter(service.port for service in services.values() if service.port is not None)
    for port in sorted(port for port, uses in ports.items() if uses > 1):
        names = sorted(name for name, service in services.items() if service.port == port)
        taken = f"{port} for {', '.join(names)}"
        yield Problem("services", "must each have a local port of their own", taken, str(port + 1))


def unreachable_images(registry: RegistrySettings, services: Services) -> Iterator[Problem]:
    """A problem for each service whose target can't pull in the registry's pull mode."""
    for name, service in services.items():
        key, target = f"services.{name}.target", service.target.value
        if registry.pull is PullMode.WORKSPACE and not service.is_online:
            rule = "can't pull if registry.pull is workspace: the workspace's identity pulls for Azure ML alone"
            fix = "registry.pull: service_principal, or managed_identity for the target aci"
            yield Problem(key, rule, target, fix)
        if registry.pull is PullMode.MANAGED_IDENTITY and service.target is Target.LOCAL:
            rule = "can't pull if registry.pull is managed_identity: this machine has no managed identity"
            yield Problem(key, rule, target, "registry.pull: service_principal, or token")
    if registry.pull is PullMode.TOKEN and registry.token_repositories:
        missing = sorted(services.keys() - set(registry.token_repositories))
        if missing:
            rule = "must hold the image of every service, which has the service's name"
            fix = f"{', '.join(missing)} as well"
            yield Problem("registry.tokenRepositories", rule, registry.token_repositories, fix)


def base_images(first: bool, more: Collection[str], services: Services) -> Iterator[Problem]:  # noqa: FBT001 - no call leaves doubt
    """A problem for each base image that a service names and there is not, or whose name is taken.

    Args:
        first: Whether there is `baseImage`.
        more: Names of `baseImages`.
        services: The services.
    """
    used = set[str]().union(*(service.image_names() for service in services.values()))
    if not first and (not more or BASE in used):
        yield Problem(
            "baseImage", "is required", None, '{"context": "examples/diabetes", "imageName": "diabetes-base"}'
        )
    if BASE in more:
        yield Problem(f"baseImages.{BASE}", "must have another name: that is what baseImage is called", BASE, "gpu")
    for name, service in services.items():
        for image in sorted(service.image_names() - {*more, BASE}):
            rule = "must be the name of one of baseImages, or an image by its digest"
            yield Problem(f"services.{name}.baseImage", rule, image, nearest(image, {*more, BASE}))
    for name in sorted(services.keys() & {*more, BASE}):
        rule = "must not have the name of a base image: images are told apart by their names"
        yield Problem(f"services.{name}", rule, name, f"{name}-scores")


def builds_in_the_registry(registry: RegistrySettings) -> Iterator[Problem]:
    """A problem for what keeps ACR Tasks, the builder of every image of a stack, from building there."""
    if not registry.public_network_access:
        rule = "must be true: ACR Tasks build the stack's images in the registry, and come from the internet"
        fix = "publicNetworkAccess: true, with allowedIpRanges that hold the addresses of ACR Tasks and of the targets"
        yield Problem("registry.publicNetworkAccess", rule, False, fix)  # noqa: FBT003 - the value that was given
    if registry.lock is not None and registry.lock.kind is LockKind.READ_ONLY:
        rule = "must not be ReadOnly: the stack's images are built in the registry"
        yield Problem("registry.lock.kind", rule, "ReadOnly", "CanNotDelete")


def workspace_and_registry(registry: RegistrySettings, workspace: WorkspaceSettings) -> Iterator[Problem]:
    """A problem for what a workspace can't do with the stack's registry."""
    attached = workspace.registry_mode is RegistryMode.ATTACHED
    closed = not registry.public_network_access or registry.allowed_ip_ranges is not None
    if attached and closed and workspace.image_build_compute is None:
        rule = "is required with a registry that is closed to the internet: Azure ML could build no environment in it"
        yield Problem("workspace.imageBuildCompute", rule, None, "cpu-cluster")
    if workspace.registry_mode is RegistryMode.LAZY and registry.pull is PullMode.WORKSPACE:
        rule = "must not be workspace if workspace.registryMode is lazy: the registry is not the workspace's own"
        yield Problem("registry.pull", rule, "workspace", "service_principal")
