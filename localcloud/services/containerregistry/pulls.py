"""Pulling from the registries of this cloud, inside of it: the same rights as over HTTP, without HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from localcloud.images.errors import ImageNotFound, PullDenied, RegistryUnreachable
from localcloud.images.image import DEFAULT_PLATFORM, Image
from localcloud.images.reference import parse_reference
from localcloud.registry.local import resolve
from localcloud.services.authorization import authority as registry_authority

if TYPE_CHECKING:
    from localcloud.cloud import Cloud


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a client logs in to a registry with."""

    username: str
    password: str = field(repr=False)


def pull(cloud: Cloud, reference: str, credentials: Credentials | None) -> Image:
    """The image that a reference names; without credentials, with anonymous rights.

    Raises:
        ReferenceInvalid: It is not a reference.
        RegistryUnreachable: It is not in a registry of this cloud.
        PullDenied: The credentials are wrong, or without the right to pull.
        ImageNotFound: There is no such tag or digest.
    """
    parsed = parse_reference(reference)
    authority = registry_authority.RegistryAuthority(cloud)
    if authority.registry(parsed.domain) is None:
        raise RegistryUnreachable(reference)
    principal = None
    if credentials is not None:
        principal = authority.authenticate(parsed.domain, credentials.username, credentials.password)
        if principal is None:
            raise PullDenied(reference)
    if "pull" not in authority.rights(parsed.domain, principal, parsed.path):
        raise PullDenied(reference)
    return load(cloud, reference)


def load(cloud: Cloud, reference: str, platform: str = DEFAULT_PLATFORM) -> Image:
    """The image that a reference names, whoever asks; raises ImageNotFound."""
    parsed = parse_reference(reference)
    digest = resolve(cloud.catalog, parsed.domain, parsed.path, parsed.digest or parsed.tag or "latest")
    if digest is None:
        raise ImageNotFound(reference)
    return Image.load(cloud.content, digest, platform)


@dataclass(frozen=True, slots=True)
class TaskImages:
    """The FROM lines of a build in ACR: its own registry always, another one with credentials.

    Attributes:
        login_server: The registry that the build runs in.
        credentials: By login server, as `runRequest.credentials.customRegistries` gave them.
    """

    cloud: Cloud
    login_server: str
    platform: str = DEFAULT_PLATFORM
    credentials: Mapping[str, Credentials] = field(default_factory=dict)

    def resolve(self, reference: str) -> Image:
        """The image of one FROM line; raises SourceError."""
        domain = parse_reference(reference).domain
        if domain == self.login_server:
            return load(self.cloud, reference, self.platform)
        return pull(self.cloud, reference, self.credentials.get(domain))
