"""`docker build` and `docker push`: images that the engine makes of a context, and gives to a registry."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from localcloud.images.build import BuildRequest, build
from localcloud.images.errors import ImageError, ReferenceInvalid
from localcloud.images.image import DEFAULT_PLATFORM, Image, children, write_index
from localcloud.images.reference import parse_reference
from localcloud.registry.local import push, push_index
from localcloud.services.authorization.authority import RegistryAuthority
from localcloud.services.containerregistry.pulls import Puller, pull
from localcloud.services.containerregistry.registries import all_login_servers
from localcloud.services.dockerengine.errors import (
    BuildRefused,
    InvalidReference,
    PushDenied,
    RegistryNotReachable,
)
from localcloud.services.dockerengine.images import HERE, EngineImages

if TYPE_CHECKING:
    from localcloud.cloud import Cloud
    from localcloud.images.reference import Reference
    from localcloud.images.remote import Credentials


@dataclass(frozen=True)
class WantedImage:
    """What a client asks the engine to build.

    Attributes:
        context: A tar archive.
        names: The names that the image gets, each with its tag.
        dockerfile: Path in the context.
        arguments: Build arguments; no value of them is shown.
        target: The stage; None for the last one.
        platforms: `os/architecture[/variant]` each; several make an index, as BuildKit does.
        logins: By host, for FROM lines.
    """

    context: bytes = field(repr=False)
    names: tuple[str, ...]
    dockerfile: str = "Dockerfile"
    arguments: Mapping[str, str] = field(default_factory=dict, repr=False)
    target: str | None = None
    platforms: tuple[str, ...] = (DEFAULT_PLATFORM,)
    logins: Mapping[str, Credentials] = field(default_factory=dict)


@dataclass(frozen=True)
class _Bases:
    """The FROM lines, pulled as the engine pulls."""

    cloud: Cloud
    wanted: WantedImage
    platform: str

    def resolve(self, reference: str) -> Image:
        """The image of one FROM line; raises SourceError."""
        login = self.wanted.logins.get(parse_reference(reference).domain)
        return pull(self.cloud, reference, Puller(login, HERE), self.platform)


class EngineBuilds:
    """The engine's builder."""

    def __init__(self, cloud: Cloud, images: EngineImages) -> None:
        self._cloud = cloud
        self._images = images

    def build(self, wanted: WantedImage) -> list[str]:
        """Builds an image and gives it its names; returns the log. Raises EngineError."""
        references = [_reference(name) for name in wanted.names]
        lines: list[str] = []
        images = {platform: self._build(wanted, platform, lines) for platform in wanted.platforms}
        first = images[wanted.platforms[0]]
        manifest, identifier = first.manifest_digest, first.config_digest
        if len(images) > 1:
            manifest = identifier = write_index(self._cloud.content, images)
        for reference in references:
            self._images.name(reference, manifest, identifier)
        return lines

    def _build(self, wanted: WantedImage, platform: str, lines: list[str]) -> Image:
        """The image of one platform; its log goes to `lines`."""
        with tempfile.NamedTemporaryFile(suffix=".tar") as file:
            file.write(wanted.context)
            file.flush()
            request = BuildRequest(
                context=Path(file.name),
                dockerfile=wanted.dockerfile,
                arguments=wanted.arguments,
                target=wanted.target,
                platform=platform,
            )
            try:
                return build(request, self._cloud.content, _Bases(self._cloud, wanted, platform), lines.append)
            except ImageError as error:
                raise BuildRefused("\n".join([*lines, str(error)])) from error

    def push(self, name: str, tag: str, login: Credentials | None) -> tuple[str, int]:
        """Gives a registry of the cloud an image that the engine has; its digest and size. Raises EngineError."""
        reference = _reference(f"{name}:{tag}" if tag else name)
        local = self._images.find(str(reference))
        authority = RegistryAuthority(self._cloud)
        if authority.registry(reference.domain) is None:
            raise RegistryNotReachable(reference.domain, all_login_servers(self._cloud))
        if not authority.admits(reference.domain, HERE) or "push" not in self._rights(authority, reference, login):
            raise PushDenied(reference.domain, reference.path)
        content, place = self._cloud.content, (reference.domain, reference.path, reference.tag)
        if manifests := children(content, local.manifest):
            images = [Image.load(content, manifest) for manifest in manifests]
            push_index(self._cloud.catalog, *place, local.manifest, images)
        else:
            push(self._cloud.catalog, *place, Image.load(content, local.manifest))
        return local.manifest, content.size(local.manifest)

    def _rights(self, authority: RegistryAuthority, reference: Reference, login: Credentials | None) -> frozenset[str]:
        if login is None:
            return frozenset()
        principal = authority.authenticate(reference.domain, login.username, login.password)
        if principal is None:
            return frozenset()
        return frozenset(authority.rights(reference.domain, principal, reference.path))


def _reference(name: str) -> Reference:
    try:
        return parse_reference(name)
    except ReferenceInvalid as error:
        raise InvalidReference from error
