"""The credential with which App Service pulls: three of an app's settings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from azureml_scoring.policy_kit import Resource, Stack, Value

from .login import Login, Place

__all__ = ["APPS", "SETTINGS", "setting_login", "settings_of"]

SETTINGS: Final[Mapping[str, str]] = {
    "azure-native:web:WebApp": "siteConfig.appSettings",
    "azure-native:web:WebAppSlot": "siteConfig.appSettings",
    "azure-native:web:WebAppApplicationSettings": "properties",
    "azure-native:web:WebAppApplicationSettingsSlot": "properties",
}
"""Type without API version, and where its application settings stand: a list, or an object."""

APPS: Final = ("azure-native:web:WebApp", "azure-native:web:WebAppSlot")
"""The types with images; the others hold settings alone."""

_PREFIX: Final = "DOCKER_REGISTRY_SERVER_"
_VAULT: Final = "@Microsoft.KeyVault("
"""What a setting opens with whose value App Service takes from a key vault."""


def setting_login(resource: Resource) -> Iterator[Login]:
    """The credential, where at least one of its settings is there."""
    path = SETTINGS[resource.type]
    found = dict(_parts(resource.properties.at(path), tuple(path.split("."))))
    nothing = Value(None, path)
    if found:
        unknown = found.get("", ((), nothing))
        (_, url), (_, username), (place, password) = (
            found.get(part, unknown) for part in ("URL", "USERNAME", "PASSWORD")
        )
        kept = isinstance(password.raw, str) and password.raw.startswith(_VAULT)
        yield Login(
            label=f"{_PREFIX}* in {path}",
            server=url,
            username=username,
            password=nothing if kept else password,
            place=place,
            reference=password if kept else nothing,
            identity=nothing,
            address=True,
        )


def settings_of(stack: Stack, app: Resource) -> list[Resource]:
    """The resources of a stack that hold settings of an app, with what the program declares; raises `Undecided`."""
    found = []
    for one in stack.of_type(*(type_ for type_ in SETTINGS if type_ not in APPS)):
        named = app["name"].text()
        if app.urn in one.dependencies or (named and one.declared["name"].raw == named):
            found.append(replace(one, properties=one.declared))
    return found


def _parts(holder: Value, keys: Place) -> Iterator[tuple[str, tuple[Place, Value]]]:
    """What follows the prefix, and where it stands; an empty text for what may be any of them."""
    if not holder.known:
        yield "", (keys, holder)
    elif isinstance(holder.raw, list):
        for number, element in enumerate(holder.elements()):
            name = element["name"]
            if not name.known:
                yield "", ((*keys, number, "value"), name)
            elif isinstance(name.raw, str) and name.raw.upper().startswith(_PREFIX):
                yield name.raw.upper().removeprefix(_PREFIX), ((*keys, number, "value"), element["value"])
    else:
        for key, value in holder.entries().items():
            if key.upper().startswith(_PREFIX):
                yield key.upper().removeprefix(_PREFIX), ((*keys, key), value)
