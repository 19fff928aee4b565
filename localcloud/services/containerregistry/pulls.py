"""Pulling inside of the cloud: from its own registries with the rights that hold over HTTP, and from others here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from localcloud.images import remote
from localcloud.images.errors import AddressRefused, ImageNotFound, PullDenied
from localcloud.images.image import DEFAULT_PLATFORM, Image
from localcloud.images.reference import parse_reference
from localcloud.images.remote import Credentials
from localcloud.registry.authority import Principal
from localcloud.registry.errors import AddressDenied
from localcloud.registry.local import resolve
from localcloud.services.authorization import authority as registry_authority
from localcloud.services.containerregistry.network import AZURE_ADDRESS

if TYPE_CHECKING:
    from localcloud.cloud import Cloud


@dataclass(frozen=True, slots=True)
class Puller:
    """Who pulls.

    Attributes:
        login: Credentials, or a principal that has signed in elsewhere (a managed identity); None: anybody.
        address: Where the pull comes from, for network rules.
    """

    login: Credentials | Principal | None = None
    address: str = AZURE_ADDRESS


def pull(cloud: Cloud, reference: str, puller: Puller, platform: str = DEFAULT_PLATFORM) -> Image:
    """The image that a reference names.

    Raises:
        ReferenceInvalid: It is not a reference.
        RegistryUnreachable: It is neither in a registry of this cloud nor in one on this machine.
        RegistryFault: Its registry on this machine does not answer.
        AddressRefused: The registry's network rules keep the puller out.
        PullDenied: The credentials are wrong, or without the right to pull.
        ImageNotFound: There is no such tag or digest.
        ImageInvalid: There is, and it is no image for the platform.
    """
    parsed = parse_reference(reference)
    authority = registry_authority.RegistryAuthority(cloud)
    if authority.registry(parsed.domain) is None:
        return _pull_elsewhere(cloud, reference, puller, platform)
    if not authority.admits(parsed.domain, puller.address):
        raise AddressRefused(reference, parsed.domain, AddressDenied(puller.address).message)
    principal = puller.login
    if isinstance(principal, Credentials):
        principal = authority.authenticate(parsed.domain, principal.username, principal.password)
        if principal is None:
            raise PullDenied(reference)
    if "pull" not in authority.rights(parsed.domain, principal, parsed.path):
        raise PullDenied(reference)
    return load(cloud, reference, platform)


def _pull_elsewhere(cloud: Cloud, reference: str, puller: Puller, platform: str) -> Image:
    if isinstance(puller.login, Principal):
        # Only Azure Container Registry knows the identities of the directory.
        raise PullDenied(reference)
    return remote.fetch(cloud.content, reference, puller.login, platform)


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
        return pull(self.cloud, reference, Puller(self.credentials.get(domain)), self.platform)
