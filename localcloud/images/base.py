"""Where stages start: FROM lines and `COPY --from=<image>`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from localcloud.images.archive import write_layer
from localcloud.images.config import HistoryEntry, ImageConfig
from localcloud.images.errors import RegistryUnreachable
from localcloud.images.image import OCI_LAYER, Descriptor, Image
from localcloud.images.reference import parse_reference

if TYPE_CHECKING:
    from localcloud.images.content import ContentStore

STUB_LABEL = "localcloud.stub"
"""The label of an image that stands in for one that cannot be had; its value is the reference in full."""

DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
"""The PATH of the usual Linux images, and so of stubs."""

_DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip"


class ImageSource(Protocol):
    """Finds the images of FROM lines, with the rights of whoever builds."""

    def resolve(self, reference: str) -> Image:
        """Return the image of a reference as it stands in the Dockerfile; its blobs are in the content store.

        Raises:
            ImageNotFound: Its registry answers, and has no such tag or digest.
            PullDenied: Its registry answers, and refuses.
            RegistryUnreachable: Its registry is not one that can be reached; a stub takes its place.
        """
        ...


def base_image(reference: str, platform: str, store: ContentStore, source: ImageSource) -> tuple[Image, bool]:
    """Return the image of a reference, and whether it is a stub.

    Raises:
        ReferenceInvalid: It is no reference.
        ImageNotFound: As `ImageSource.resolve`.
        PullDenied: As `ImageSource.resolve`.
    """
    full = str(parse_reference(reference))
    try:
        return source.resolve(reference), False
    except RegistryUnreachable:
        return _stub(full, platform, store), True


def empty_config(platform: str) -> ImageConfig:
    """The configuration of `FROM scratch` for a platform (`os/architecture[/variant]`)."""
    system, architecture, *variant = platform.split("/")
    return ImageConfig(architecture=architecture, os=system, variant="".join(variant))


def as_oci(descriptors: tuple[Descriptor, ...]) -> tuple[Descriptor, ...]:
    """Name Docker's layers as OCI does: one manifest does not mix the two."""
    return tuple(
        Descriptor(OCI_LAYER, item.digest, item.size) if item.media_type == _DOCKER_LAYER else item
        for item in descriptors
    )


def _stub(reference: str, platform: str, store: ContentStore) -> Image:
    layer = write_layer(store, {})
    empty = empty_config(platform)
    config = ImageConfig(
        architecture=empty.architecture,
        os=empty.os,
        variant=empty.variant,
        env={"PATH": DEFAULT_PATH},
        labels={STUB_LABEL: reference},
        diff_ids=(layer.diff_id,),
        history=(HistoryEntry(f"stub of {reference}", comment="localcloud"),),
    )
    return Image.write(store, config, (layer.descriptor,))
