"""docker-build: images that the engine builds and pushes, over the Docker Engine API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localcloud.plugins.docker_build.images import BuiltImage
from localcloud.plugins.package import Package

if TYPE_CHECKING:
    from localcloud.plugins.values import Properties


def docker_build() -> Package:
    """The provider."""
    image = BuiltImage()
    return Package(
        name="docker-build",
        version="0.0.22",
        resources={image.token: image},
        functions={},
        refusals=_other_engines,
    )


def _other_engines(configuration: Properties) -> dict[str, str]:
    reason = "names another engine, which localcloud does not emulate: the stand-in plugin talks to localcloud's own"
    return {"host": f"docker-build:host {reason}"} if configuration.get("host") else {}
