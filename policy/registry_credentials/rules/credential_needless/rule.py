"""No credential where none is needed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from azureml_scoring.policy_kit import Located, NotChecked, Resource, Result, Rule, Severity, Stack, Undecided
from azureml_scoring.policy_kit.images import images
from azureml_scoring.rules import ImageReference, InvalidImageReference, Problem

from ...hosts import host_of, is_listed
from ...login import Login
from ...logins import LOGINS, logins
from ...settings import RegistryCredentials
from ...workspaces import WORKSPACE, connections, own_hosts

_OWN_IMAGES_ONLY: Final = frozenset(
    {
        "azure-native:containerinstance:ContainerGroup",
        "azure:containerservice/group:Group",
        "azure-native:app:ContainerApp",
        "azure-native:app:Job",
        "azure:containerapp/app:App",
        "azure:containerapp/job:Job",
    }
)
"""Types whose credentials serve the images of the resource and nothing else."""


def check(resource: Resource, settings: RegistryCredentials) -> Iterator[Result]:
    """Refuse credentials for public registries, and for a registry that no image of the resource comes from."""
    for login in logins(resource):
        try:
            yield from _needless(login, resource, settings)
        except Undecided as unknown:
            yield NotChecked(login.label, unknown.path)


def check_stack(stack: Stack, _settings: RegistryCredentials) -> Iterator[Located]:
    """Refuse connections of a workspace to its own registry, which it signs in to by itself."""
    for workspace in stack.of_type(WORKSPACE):
        for connection, login in connections(stack, workspace):
            try:
                own = login.host in own_hosts(stack, workspace)
            except Undecided as unknown:
                yield Located(connection, NotChecked(login.label, unknown.path))
                continue
            if own and not login.is_empty:
                rule = "must not be for the workspace's own registry, which needs no connection"
                yield Located(connection, Problem("target", rule, login.server.shown, "no connection"))


def _needless(login: Login, resource: Resource, settings: RegistryCredentials) -> Iterator[Result]:
    host, shown = login.host, login.server.shown
    if is_listed(host, "", settings.public_registries):
        rule = f"must not be there: images of {shown} are public (publicRegistries), and whoever answers gets it"
        yield Problem(login.label, rule, "a credential", "no credential")
    elif resource.type in _OWN_IMAGES_ONLY and not _serves(resource, host):
        rule = f"must be for the registry of one of the images, not for {shown}: that would be sent to no purpose"
        yield Problem(login.label, rule, "a credential", "no credential, or the server that the images name")


def _serves(resource: Resource, host: str) -> bool:
    """Whether an image comes from this registry, or nothing says which images there are; raises `Undecided`."""
    unknown, known = None, 0
    for image in images(resource):
        try:
            reference = ImageReference.parse(image.text or "")
        except InvalidImageReference:
            continue
        except Undecided as undecided:
            unknown = undecided
            continue
        known += 1
        if host_of(reference.domain) == host:
            return True
    if unknown is not None:
        raise unknown
    return not known


RULE = Rule(
    id="credential-needless",
    summary="A public registry, a workspace's own and one that no image comes from get no credential.",
    severity=Severity.MEDIUM,
    link="https://learn.microsoft.com/azure/machine-learning/how-to-use-custom-image-for-inference",
    remediation="Leave the credential out: it can leak, and a look-alike of a registry would receive it.",
    reads=LOGINS,
    check=check,
    check_stack=check_stack,
    options=("public_registries",),
)
