"""Images in the content store: a manifest, a configuration and layers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from localcloud.images.config import ImageConfig
from localcloud.images.content import ContentStore, Digest
from localcloud.images.errors import ImageInvalid

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
OCI_INDEX = "application/vnd.oci.image.index.v1+json"
OCI_CONFIG = "application/vnd.oci.image.config.v1+json"
OCI_LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"
DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json"

INDEX_TYPES = frozenset({OCI_INDEX, DOCKER_LIST})
DEFAULT_PLATFORM = "linux/amd64"


@dataclass(frozen=True)
class Descriptor:
    """A pointer to a blob: its media type, digest and length in bytes."""

    media_type: str
    digest: Digest
    size: int

    def to_document(self) -> dict[str, Any]:
        """Write the descriptor as manifests have it."""
        return {"mediaType": self.media_type, "digest": self.digest, "size": self.size}


@dataclass(frozen=True)
class Image:
    """An image for one platform; layers from the lowest to the highest."""

    manifest_digest: Digest
    media_type: str
    config_digest: Digest
    config: ImageConfig
    descriptors: tuple[Descriptor, ...]

    @property
    def layers(self) -> tuple[Digest, ...]:
        """The digests of the layers as they are stored (usually compressed), lowest first."""
        return tuple(descriptor.digest for descriptor in self.descriptors)

    @classmethod
    def load(cls, store: ContentStore, manifest_digest: Digest, platform: str = DEFAULT_PLATFORM) -> Image:
        """Load an image; of an index, the image for `platform` (`os/architecture`).

        Raises:
            BlobUnknown: The manifest or the configuration is not in the store.
            ImageInvalid: The content is no image, or the index has none for the platform.
        """
        own = child(store, manifest_digest, platform)
        if own != manifest_digest:
            return cls.load(store, own, platform)
        document = read_object(store, manifest_digest)
        try:
            descriptors = tuple(_descriptor(item) for item in document["layers"])
            config_digest = Digest(document["config"]["digest"])
        except (KeyError, TypeError) as error:
            raise ImageInvalid(manifest_digest, f"its manifest has no usable {error}") from error
        media_type = document.get("mediaType", OCI_MANIFEST)
        config = ImageConfig.from_document(read_object(store, config_digest))
        return cls(manifest_digest, media_type, config_digest, config, descriptors)

    @classmethod
    def write(cls, store: ContentStore, config: ImageConfig, descriptors: Sequence[Descriptor]) -> Image:
        """Store an OCI configuration and manifest for layers that are already in the store."""
        content = canonical_json(config.to_document())
        config_digest = store.put(content)
        manifest = {
            "schemaVersion": 2,
            "mediaType": OCI_MANIFEST,
            "config": Descriptor(OCI_CONFIG, config_digest, len(content)).to_document(),
            "layers": [descriptor.to_document() for descriptor in descriptors],
        }
        manifest_digest = store.put(canonical_json(manifest))
        return cls(manifest_digest, OCI_MANIFEST, config_digest, config, tuple(descriptors))


def write_index(store: ContentStore, images: Mapping[str, Image]) -> Digest:
    """Store an OCI index of images by their platforms (`os/architecture[/variant]`); its digest."""
    manifests = []
    for platform, image in images.items():
        system, architecture, *variant = platform.split("/")
        named = {"os": system, "architecture": architecture} | ({"variant": variant[0]} if variant else {})
        pointer = Descriptor(image.media_type, image.manifest_digest, store.size(image.manifest_digest))
        manifests.append(pointer.to_document() | {"platform": named})
    return store.put(canonical_json({"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": manifests}))


def children(store: ContentStore, manifest_digest: Digest) -> tuple[Digest, ...]:
    """The manifests that an index names; none of any other manifest. Raises BlobUnknown or ImageInvalid."""
    return tuple(Digest(item["digest"]) for item in read_object(store, manifest_digest).get("manifests") or ())


def child(store: ContentStore, manifest_digest: Digest, platform: str) -> Digest:
    """The manifest of a platform that an index names, which need not be there; any other manifest names itself.

    Raises:
        BlobUnknown: `manifest_digest` is not in the store.
        ImageInvalid: It is no JSON object, or an index without the platform.
    """
    document = read_object(store, manifest_digest)
    if "manifests" not in document:
        return manifest_digest
    return _of_platform(manifest_digest, document["manifests"], platform)


def canonical_json(document: Mapping[str, Any]) -> bytes:
    """Write JSON in the one form that gives equal documents equal digests."""
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()


def read_object(store: ContentStore, digest: Digest) -> dict[str, Any]:
    """A stored JSON object, such as a manifest; raises BlobUnknown or ImageInvalid."""
    try:
        document = json.loads(store.get(digest))
    except ValueError as error:
        raise ImageInvalid(digest, "it is not JSON") from error
    if not isinstance(document, dict):
        raise ImageInvalid(digest, "it is not a JSON object")
    return document


def _descriptor(item: Mapping[str, Any]) -> Descriptor:
    return Descriptor(item["mediaType"], Digest(item["digest"]), item["size"])


def _of_platform(index: Digest, manifests: Sequence[Mapping[str, Any]], platform: str) -> Digest:
    found = []
    for item in manifests:
        described = item.get("platform") or {}
        found.append(f"{described.get('os')}/{described.get('architecture')}")
        if platform.split("/")[:2] == found[-1].split("/"):
            return Digest(item["digest"])
    raise ImageInvalid(index, f"no image for {platform}; the index has {', '.join(found) or 'none'}")
