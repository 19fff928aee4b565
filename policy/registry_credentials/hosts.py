"""Hosts of registries: as images name them, as credentials spell them, and as the configuration lists them."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import Final

from .settings import RegistryCredentials

__all__ = ["asks_for_nothing", "azure_name", "host_of", "is_listed", "is_named_anonymous"]

_HUB: Final = frozenset({"docker.io", "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com"})
"""Names of Docker Hub: what an image of `docker.io` is pulled from."""
_AZURE: Final = (".azurecr.io", ".azurecr.cn", ".azurecr.us")


def host_of(text: str) -> str:
    """The host that a credential is meant for: lower case, without scheme and path; Docker Hub is `docker.io`."""
    host = text.strip().lower().rpartition("://")[2].partition("/")[0]
    return "docker.io" if host in _HUB else host


def azure_name(host: str) -> str:
    """The name of the registry in Azure that a host is made of; empty for any other host."""
    host = host_of(host)
    return next((host.partition(".")[0] for suffix in _AZURE if host.endswith(suffix)), "")


def is_listed(host: str, path: str, places: Iterable[str]) -> bool:
    """Whether a repository is at one of these places: `host`, `host:port`, `*.host`, or `host/first/parts`.

    A star stands for one label: `*.azurecr.io` is neither `azurecr.io` nor `a.b.azurecr.io`.
    """
    return any(_matches(host, path, *place.partition("/")[::2]) for place in places)


def _matches(host: str, path: str, wanted_host: str, wanted_path: str) -> bool:
    labels, wanted = host_of(host).split("."), host_of(wanted_host).split(".")
    # An IPv6 address has brackets, which are a pattern.
    same_host = labels == wanted or (len(labels) == len(wanted) and all(map(fnmatchcase, labels, wanted)))
    first = [part for part in wanted_path.split("/") if part]
    return same_host and path.split("/")[: len(first)] == first


def asks_for_nothing(host: str, path: str, settings: RegistryCredentials) -> bool:
    """Whether an image is pulled without a credential, by what the configuration says of its registry."""
    places = (*settings.public_registries, *settings.mixed_registries, *settings.anonymous_registries)
    return is_listed(host, path, places) or is_named_anonymous(settings, azure_name(host))


def is_named_anonymous(settings: RegistryCredentials, name: str) -> bool:
    """Whether a registry of this name, not its host, is listed in `anonymousRegistries`."""
    return bool(name) and any(fnmatchcase(name.lower(), one.lower()) for one in settings.anonymous_registries)
