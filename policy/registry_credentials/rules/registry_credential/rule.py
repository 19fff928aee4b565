"""A registry that needs a credential has one, and it is that registry's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from azureml_scoring.policy_kit import Located, NotChecked, Resource, Result, Rule, Severity, Stack, Undecided
from azureml_scoring.policy_kit.images import IMAGES
from azureml_scoring.rules import Problem

from ...app_settings import APPS, SETTINGS, settings_of
from ...login import Login
from ...logins import LOGINS, logins, provider_logins
from ...matching import Wanted, by_identity, each_wanted, missing
from ...pods import PODS, has_own_account, pod_of, pulls_in
from ...settings import RegistryCredentials
from ...workspaces import connections, own_hosts, workspace_of

_ENGINE: Final = ("docker:index/container:Container", "docker:index/remoteImage:RemoteImage")
_ENVIRONMENTS: Final = (
    "azure-native:machinelearningservices:EnvironmentSpecificationVersion",
    "azure-native:machinelearningservices:EnvironmentVersion",
)
_OWN: Final = tuple(sorted(type_ for type_ in IMAGES if type_ in LOGINS and type_ not in SETTINGS))
"""Types with images and credentials side by side."""
_READS: Final[Mapping[str, Sequence[str]]] = {
    **{type_: (*IMAGES[type_], *LOGINS.get(type_, ())) for type_ in (*_OWN, *_ENGINE, *_ENVIRONMENTS, *APPS)},
    **{
        type_: (*IMAGES[type_], f"{path}.imagePullSecrets[*].name", f"{path}.serviceAccountName")
        for type_, path in PODS.items()
    },
}
_IDENTITIES: Final = frozenset({"SystemIdentity", "UserAssigned"})


def check(resource: Resource, settings: RegistryCredentials) -> Iterator[Result]:
    """Judge each image with the credentials that stand beside it, or in its provider."""
    held = [login for login in (*logins(resource), *provider_logins(resource)) if login.pulls]

    def one(image: Wanted) -> Iterator[Result]:
        if resource.type in PODS:
            return _pod(resource, image, settings)
        if resource.type in _ENGINE and not held:
            return _unseen(image)
        return iter(()) if _signs_in(resource, image, settings) else missing(image, held)

    # Environments, and apps whose settings are a resource of their own, are judged with the whole stack.
    elsewhere = resource.type in _ENVIRONMENTS or (resource.type in APPS and not held)
    return iter(()) if elsewhere else each_wanted(resource, settings, one)


def check_stack(stack: Stack, settings: RegistryCredentials) -> Iterator[Located]:
    """Judge what is pulled with a credential of another resource."""
    judges = dict.fromkeys(APPS, _app) | dict.fromkeys(_ENVIRONMENTS, _environment) | dict.fromkeys(PODS, _secrets)
    for resource in stack.of_type(*judges):
        declared = replace(resource, properties=resource.declared)
        try:
            for result in judges[resource.type](stack, declared, settings):
                yield Located(resource, result)
        except Undecided as unknown:
            yield Located(resource, NotChecked(resource.name, unknown.path))


def _signs_in(resource: Resource, image: Wanted, settings: RegistryCredentials) -> bool:
    """Whether App Service pulls an image by an identity; raises `Undecided`."""
    identity = resource.properties.at("siteConfig.acrUseManagedIdentityCreds").flag()
    return bool(identity or resource["authType"].text() in _IDENTITIES) and by_identity(image, settings)


def _unseen(image: Wanted) -> Iterator[Result]:
    rule = f"should have a login for {image.shown} in its provider (registryAuth): another one can't be seen"
    yield Problem(image.subject, rule, None, f"registryAuth with the address {image.shown}", warning=True)


def _pod(resource: Resource, image: Wanted, settings: RegistryCredentials) -> Iterator[Result]:
    pod = pod_of(resource, image.path)
    if not (by_identity(image, settings) or pod["imagePullSecrets"].elements() or has_own_account(pod)):
        rule = f"must have imagePullSecrets with a credential for its registry, {image.shown}"
        yield Problem(image.subject, rule, None, "imagePullSecrets: [{name: a secret of type dockerconfigjson}]")


def _secrets(stack: Stack, resource: Resource, settings: RegistryCredentials) -> Iterator[Result]:
    """Whether the secrets that a pod names have its registries, where all of them are in the stack."""

    def one(image: Wanted) -> Iterator[Result]:
        pulls = pulls_in(stack, pod_of(resource, image.path))
        decided = pulls.named and pulls.whole and not by_identity(image, settings)
        return missing(image, pulls.logins) if decided else iter(())

    return each_wanted(resource, settings, one)


def _app(stack: Stack, resource: Resource, settings: RegistryCredentials) -> Iterator[Result]:
    if next(logins(resource), None) is not None:
        return iter(())
    held = [login for one in settings_of(stack, resource) for login in logins(one)]

    def one(image: Wanted) -> Iterator[Result]:
        return iter(()) if _signs_in(resource, image, settings) else missing(image, held)

    return each_wanted(resource, settings, one)


def _environment(stack: Stack, resource: Resource, settings: RegistryCredentials) -> Iterator[Result]:
    workspace = workspace_of(stack, resource)
    if workspace is None:
        return iter(())

    def one(image: Wanted) -> Iterator[Result]:
        held: list[Login] = [login for _, login in connections(stack, workspace)]
        if not by_identity(image, settings) and image.host not in own_hosts(stack, workspace):
            yield from missing(image, held)

    return each_wanted(resource, settings, one)


RULE = Rule(
    id="registry-credential",
    summary="An image of a registry that is not open has a credential or an identity for just that registry.",
    severity=Severity.HIGH,
    link="https://learn.microsoft.com/azure/container-instances/using-azure-container-registry-mi",
    remediation=(
        "Name the registry as the image does, and give a user name and password that pull, or an identity; list a "
        "registry that is open to all in publicRegistries."
    ),
    reads=_READS,
    check=check,
    check_stack=check_stack,
    options=("public_registries", "mixed_registries", "identity_registries", "anonymous_registries"),
    nearest={"Kyverno": "require-imagepullsecrets (any secret passes)", "Azure Policy": "12db3749 (AKS, any secret)"},
)
