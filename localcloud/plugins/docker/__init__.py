"""docker: images and containers over the Docker Engine API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localcloud.plugins.docker.containers import Container
from localcloud.plugins.docker.images import RemoteImage
from localcloud.plugins.package import Package, Resource

if TYPE_CHECKING:
    from localcloud.plugins.values import Properties

_HOSTS = ("host", "context", "certPath", "certMaterial", "keyMaterial", "caMaterial", "sshOpts")


def docker() -> Package:
    """The provider."""
    resources: list[Resource] = [RemoteImage(), Container()]
    return Package(
        name="docker",
        version="5.2.0",
        resources={resource.token: resource for resource in resources},
        functions={},
        refusals=_other_engines,
    )


def _other_engines(configuration: Properties) -> dict[str, str]:
    reason = "names another engine, which localcloud does not emulate: the stand-in plugin talks to localcloud's own"
    return {name: f"docker:{name} {reason}" for name in _HOSTS if name in configuration}
