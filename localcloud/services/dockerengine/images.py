"""The images that the engine has pulled: names for content that the registries share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from localcloud.images.errors import (
    ImageError,
    ImageNotFound,
    PullDenied,
    ReferenceInvalid,
    RegistryUnreachable,
)
from localcloud.images.reference import Reference, parse_reference
from localcloud.services.containerregistry.pulls import Puller, pull
from localcloud.services.containerregistry.registries import all_login_servers
from localcloud.services.dockerengine.errors import (
    SHORT,
    InvalidReference,
    ManifestUnknown,
    NoSuchImage,
    PullFailed,
    PullUnauthorized,
    RegistryNotReachable,
)

if TYPE_CHECKING:
    from localcloud.cloud import Cloud
    from localcloud.images.content import Digest
    from localcloud.images.image import Image
    from localcloud.images.remote import Credentials

_COLLECTION = "docker-images"
HERE = "127.0.0.1"
"""Where the engine's pulls come from: it is this machine's, and no service of the cloud's."""


@dataclass(frozen=True, slots=True)
class LocalImage:
    """A name that the engine knows.

    Attributes:
        name: The reference in full.
        repository: `domain/path`.
        tag: None for a name by digest.
        manifest: Digest of the manifest.
        id: Digest of the configuration: the engine's own id of an image.
    """

    name: str
    repository: str
    tag: str | None
    manifest: Digest
    id: Digest


class EngineImages:
    """What `docker images` lists."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud

    def pull(self, name: str, tag: str, credentials: Credentials | None) -> tuple[LocalImage, Image, bool]:
        """Pulls an image; also says whether it was there before. Raises EngineError.

        Args:
            name: `fromImage`: with or without a tag or digest.
            tag: Tag or digest, or nothing.
            credentials: Of the registry; None pulls anonymously.
        """
        separator = "@" if tag.startswith("sha256:") else ":"
        reference = self._parse(f"{name}{separator}{tag}" if tag else name)
        try:
            image = pull(self._cloud, str(reference), Puller(credentials, HERE))
        except RegistryUnreachable as error:
            raise RegistryNotReachable(reference.domain, all_login_servers(self._cloud)) from error
        except PullDenied as error:
            wanted = reference.digest or reference.tag or ""
            raise PullUnauthorized(reference.domain, reference.path, wanted) from error
        except ImageNotFound as error:
            raise ManifestUnknown(str(reference), None if reference.digest else reference.tag) from error
        except ImageError as error:
            raise PullFailed(str(error)) from error
        before = self._cloud.store.get(_COLLECTION, str(reference))
        local = self.name(reference, image.manifest_digest, image.config_digest)
        return local, image, before == asdict(local)

    def name(self, reference: Reference, manifest: Digest, identifier: Digest) -> LocalImage:
        """Gives an image, whose content is in the store, a name; the id of several platforms' is that of the index."""
        local = LocalImage(
            name=str(reference),
            repository=f"{reference.domain}/{reference.path}",
            tag=reference.tag,
            manifest=manifest,
            id=identifier,
        )
        self._cloud.store.put(_COLLECTION, local.name, asdict(local))
        return local

    def find(self, name: str) -> LocalImage:
        """The image of a name, an id or the beginning of an id; raises NoSuchImage."""
        wanted = name.removeprefix("sha256:")
        for image in self.all():
            found = image.id.removeprefix("sha256:")
            if wanted == found or (len(wanted) >= SHORT and found.startswith(wanted)):
                return image
        try:
            document = self._cloud.store.get(_COLLECTION, str(parse_reference(name)))
        except ReferenceInvalid:
            document = None
        if document is None:
            raise NoSuchImage(name)
        return LocalImage(**document)

    def all(self) -> Iterator[LocalImage]:
        """Every name."""
        return (LocalImage(**document) for document in self._cloud.store.list(_COLLECTION))

    def same(self, image: LocalImage) -> list[LocalImage]:
        """All names of an image."""
        return [other for other in self.all() if other.id == image.id]

    def forget(self, image: LocalImage) -> None:
        """Removes a name; the content belongs to the registries."""
        self._cloud.store.delete(_COLLECTION, image.name)

    def _parse(self, text: str) -> Reference:
        try:
            return parse_reference(text)
        except ReferenceInvalid as error:
            raise InvalidReference from error
