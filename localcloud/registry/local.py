"""The registry from inside the cloud: what ACR Tasks and the container runtime need, without HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localcloud.images.image import OCI_INDEX
from localcloud.registry.catalog import Catalog, ManifestRecord

if TYPE_CHECKING:
    from collections.abc import Iterable

    from localcloud.images.content import Digest
    from localcloud.images.image import Image


def push(catalog: Catalog, login_server: str, repository: str, tag: str | None, image: Image) -> None:
    """Give a repository an image whose content is in the content store; without a tag, by digest only."""
    catalog.add_blobs(login_server, repository, (image.config_digest, *image.layers))
    catalog.put_manifest(login_server, repository, ManifestRecord(image.manifest_digest, image.media_type))
    if tag is not None:
        catalog.put_tag(login_server, repository, tag, image.manifest_digest)


def push_index(
    catalog: Catalog, login_server: str, repository: str, tag: str | None, index: Digest, images: Iterable[Image]
) -> None:
    """Give a repository an OCI index and the images that it names; their content is in the content store."""
    for image in images:
        push(catalog, login_server, repository, None, image)
    catalog.put_manifest(login_server, repository, ManifestRecord(index, OCI_INDEX))
    if tag is not None:
        catalog.put_tag(login_server, repository, tag, index)


def resolve(catalog: Catalog, login_server: str, repository: str, tag_or_digest: str) -> Digest | None:
    """The digest of the manifest that a tag or digest names in a repository now, or None."""
    record = catalog.manifest(login_server, repository, tag_or_digest)
    return record.digest if record else None
