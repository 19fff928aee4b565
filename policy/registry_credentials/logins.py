"""Where credentials for registries stand in the resources of Azure, Azure ML, Docker and Kubernetes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from azureml_scoring.policy_kit import Resource, Value

from .app_settings import SETTINGS, setting_login
from .docker_files import DOCKER_FILES, docker_file_logins, read_json
from .login import Login, Place

__all__ = ["LOGINS", "declared_logins", "logins", "provider_logins", "walk"]


@dataclass(frozen=True)
class _Shape:
    """Where a kind of resource has its credentials, and how it calls their parts."""

    path: str = ""
    server: str = "server"
    username: str = "username"
    password: str = "password"  # noqa: S105 - the name of a property
    reference: str = ""
    identity: str = "identity"
    address: bool = False
    pulls: bool = True


_GROUP: Final = (_Shape("imageRegistryCredentials[*]", reference="passwordReference"),)
_CLASSIC_GROUP: Final = (_Shape("imageRegistryCredentials[*]", identity="userAssignedIdentityId"),)
_APP: Final = (_Shape("configuration.registries[*]", password="", reference="passwordSecretRef"),)
_CLASSIC_APP: Final = (_Shape("registries[*]", password="", reference="passwordSecretName"),)
_SESSIONS: Final = _Shape("customContainerTemplate.registryCredentials", password="", reference="passwordSecretRef")
_SITE: Final = _Shape(
    server="image",
    username="userName",
    password="passwordSecret",  # noqa: S106 - the name of a property
    identity="userManagedIdentityClientId",
    address=True,
)
_MACHINES: Final = "deploymentConfiguration.virtualMachineConfiguration.containerConfiguration"
_BATCH: Final = _Shape(server="registryServer", username="userName", identity="identityReference.resourceId")
_TASK: Final = _Shape(server="", username="userName.value", password="password.value")  # noqa: S106 - as above
_BUILD: Final = _Shape(server="address", address=True, pulls=False)
_SHAPES: Final[Mapping[str, Sequence[_Shape]]] = {
    "azure-native:containerinstance:ContainerGroup": _GROUP,
    "azure-native:containerinstance:ContainerGroupProfile": _GROUP,
    "azure-native:containerinstance:CGProfile": _GROUP,
    "azure:containerservice/group:Group": _CLASSIC_GROUP,
    "azure-native:app:ContainerApp": _APP,
    "azure-native:app:Job": _APP,
    "azure-native:app:ContainerAppsSessionPool": (_SESSIONS,),
    "azure:containerapp/app:App": _CLASSIC_APP,
    "azure:containerapp/job:Job": _CLASSIC_APP,
    "azure-native:web:WebAppSiteContainer": (_SITE,),
    "azure-native:web:WebAppSiteContainerSlot": (_SITE,),
    "azure-native:batch:Pool": (
        replace(_BATCH, path=f"{_MACHINES}.containerRegistries[*]"),
        replace(_BATCH, path="startTask.containerSettings.registry"),
    ),
    "azure-native:containerregistry:Task": (replace(_TASK, path="credentials.customRegistries{*}"),),
    "azure-native:containerregistry:TaskRun": (replace(_TASK, path="runRequest.credentials.customRegistries{*}"),),
    "docker:index/image:Image": (_Shape("registry", address=True, pulls=False),),
    "docker:index/registryImage:RegistryImage": (replace(_BUILD, path="authConfig"),),
    "docker:index/service:Service": (_Shape("auth", server="serverAddress", address=True),),
    "docker-build:index:Image": (replace(_BUILD, path="registries[*]"),),
    "docker-build:index:Index": (replace(_BUILD, path="registry"),),
}
_PROVIDERS: Final[Mapping[str, _Shape]] = {
    "pulumi:providers:docker": _Shape("registryAuth", server="address", address=True),
    "pulumi:providers:docker-build": replace(_BUILD, path="registries"),
}
_CONNECTION: Final = "azure-native:machinelearningservices:WorkspaceConnection"
_TARGET: Final = _Shape(
    server="target",
    username="credentials.username",
    password="credentials.password",  # noqa: S106 - as above
    identity="credentials.resourceId",
    address=True,
)

LOGINS: Final[Mapping[str, Sequence[str]]] = {
    **{type_: tuple(shape.path or shape.username for shape in shapes) for type_, shapes in _SHAPES.items()},
    **{type_: (f"{path} (DOCKER_REGISTRY_SERVER_*)",) for type_, path in SETTINGS.items()},
    **{type_: (shape.path,) for type_, shape in _PROVIDERS.items()},
    **DOCKER_FILES,
    _CONNECTION: ("properties.target", "properties.credentials"),
}
"""Type without API version, and where its credentials stand."""


def logins(resource: Resource) -> Iterator[Login]:
    """Every credential of a resource for a registry; where a list is not known yet, one of which nothing is known.

    Raises `Malformed` where a text that holds credentials can't be read.
    """
    for shape in _SHAPES.get(resource.type, ()):
        for place, element in walk(resource.properties, shape.path):
            yield _login(shape, place, element)
    if resource.type in SETTINGS:
        yield from setting_login(resource)
    elif resource.type in DOCKER_FILES:
        yield from docker_file_logins(resource)
    elif resource.type in _PROVIDERS:
        shape = _PROVIDERS[resource.type]
        yield from _inside(resource[shape.path], shape)
    elif resource.type == _CONNECTION and _is_for_a_registry(resource["properties"]["category"]):
        yield _login(_TARGET, ("properties",), resource["properties"])


def _is_for_a_registry(category: Value) -> bool:
    """Whether a connection is one to a container registry; Azure reads the category in any letters."""
    return isinstance(category.raw, str) and category.raw.lower() == "containerregistry"


def declared_logins(resource: Resource) -> Iterator[Login]:
    """Those that the program declares, in a stack rule: outputs have neither passwords nor all of the rest."""
    return logins(replace(resource, properties=resource.declared))


def provider_logins(resource: Resource) -> list[Login]:
    """The credentials in the configuration of a resource's provider."""
    shape = _PROVIDERS.get(f"pulumi:providers:{resource.type.partition(':')[0]}")
    return [] if shape is None or resource.provider is None else list(_inside(resource.provider[shape.path], shape))


def walk(value: Value, path: str) -> Iterator[tuple[Place, Value]]:
    """What stands at a path with `[*]` for each element of a list and `{*}` for each entry of an object.

    Gives keys and value. Where something on the way is unknown, that is given; what is absent is not. Raises
    `Malformed` where a list or an object should be and isn't.
    """
    yield from _walk(value, (), path.replace("[*]", ".*").replace("{*}", ".**").split(".") if path else [])


def _walk(value: Value, place: Place, steps: Sequence[str]) -> Iterator[tuple[Place, Value]]:
    if not value.known or (not steps and value.present):
        yield place, value
    elif value.present and steps[0] == "*":
        for number, element in enumerate(value.elements()):
            yield from _walk(element, (*place, number), steps[1:])
    elif value.present and steps[0] == "**":
        for key, element in value.entries().items():
            yield from _walk(element, (*place, key), steps[1:])
    elif value.present:
        yield from _walk(value[steps[0]], (*place, steps[0]), steps[1:])


def _login(shape: _Shape, place: Place, element: Value) -> Login:
    nothing = Value(None, element.path)
    if not element.known:
        # One thing is unknown, not each of its parts.
        keys = {"server": element, "username": element, "password": element, "identity": element}
        return Login(element.path, **keys, place=place, reference=nothing, address=shape.address, pulls=shape.pulls)
    password = element.at(shape.password) if shape.password else nothing
    reference = element[shape.reference] if shape.reference else nothing
    if _is_stored(shape, element):
        password, reference = nothing, password
    return Login(
        label=element.path or "it",
        server=element[shape.server] if shape.server else Value(place[-1], element.path),
        username=element.at(shape.username),
        password=password,
        place=(*place, *shape.password.split(".")),
        reference=reference,
        identity=element.at(shape.identity),
        address=shape.address,
        pulls=shape.pulls,
    )


def _is_stored(shape: _Shape, element: Value) -> bool:
    """Whether a password of ACR Tasks is the address of a secret in a key vault."""
    return shape.password == "password.value" and element["password"]["type"].raw == "Vaultsecret"  # noqa: S105 - a path, not a secret


def _inside(text: Value, shape: _Shape) -> Iterator[Login]:
    """Credentials in a list that a provider gets as one text in JSON; where the text is a secret, all of it is."""
    if not text.known:
        yield _login(shape, (), text)
    elif text.present:
        document = read_json(text, text.raw) if isinstance(text.raw, str) else text.raw
        for element in Value.of(document, text.path, secret=text.secret).elements():
            yield replace(_login(shape, (), element), place=(text.path,))
