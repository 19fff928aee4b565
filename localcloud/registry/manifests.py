"""Validating manifests, and choosing what a client accepts."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from localcloud.images.content import Digest, parse_digest
from localcloud.images.errors import DigestInvalid
from localcloud.images.image import DOCKER_LIST, DOCKER_MANIFEST, INDEX_TYPES, OCI_INDEX, OCI_MANIFEST
from localcloud.registry.errors import ManifestBlobUnknown, ManifestInvalid, ManifestNotAcceptable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from localcloud.images.content import ContentStore
    from localcloud.registry.catalog import Catalog

MAXIMUM_SIZE = 4 * 1024 * 1024
"""Bytes that a manifest may have, as the OCI distribution specification asks of every registry at least."""

MANIFEST_TYPES = frozenset({OCI_MANIFEST, OCI_INDEX, DOCKER_MANIFEST, DOCKER_LIST})

_SCHEMA_VERSION = 2
_OCI_NAMES = {OCI_MANIFEST: "manifest", OCI_INDEX: "index"}


@dataclass(frozen=True)
class Manifest:
    """A manifest that was pushed: its type, its document, and the digest that it refers to."""

    media_type: str
    document: Mapping[str, Any]
    subject: Digest | None


def parse_manifest(content: bytes, content_type: str) -> Manifest:
    """Read a pushed manifest.

    Raises:
        ManifestInvalid: It is no manifest of a known type, or not the one that its content type says.
    """
    try:
        document = json.loads(content)
    except ValueError as error:
        raise ManifestInvalid("it is not JSON") from error
    if not isinstance(document, dict) or document.get("schemaVersion") != _SCHEMA_VERSION:
        raise ManifestInvalid(f"schemaVersion must be {_SCHEMA_VERSION}")
    media_type = content_type.partition(";")[0].strip() or str(document.get("mediaType", ""))
    if media_type not in MANIFEST_TYPES:
        raise ManifestInvalid(f"unknown media type {media_type!r}; known: {', '.join(sorted(MANIFEST_TYPES))}")
    if document.get("mediaType", media_type) != media_type:
        raise ManifestInvalid(f"mediaType {document['mediaType']!r} is not the content type {media_type!r}")
    if not isinstance(document.get("manifests" if media_type in INDEX_TYPES else "layers"), list):
        raise ManifestInvalid("an index needs a list of manifests, a manifest a list of layers")
    subject = document.get("subject")
    return Manifest(media_type, document, _digest(subject) if subject else None)


def check_content(
    manifest: Manifest, store: ContentStore, catalog: Catalog, login_server: str, repository: str
) -> None:
    """Check that the repository has all that a manifest names.

    Raises:
        ManifestInvalid: A descriptor is malformed or has the wrong size.
        ManifestBlobUnknown: A blob or manifest is not there.
    """
    if manifest.media_type in INDEX_TYPES:
        for item in manifest.document["manifests"]:
            digest = _digest(item)
            if catalog.manifest(login_server, repository, digest) is None:
                raise ManifestBlobUnknown(digest)
        return
    for item in _blobs(manifest):
        digest = _digest(item)
        if not catalog.has_blob(login_server, repository, digest) or digest not in store:
            raise ManifestBlobUnknown(digest)
        if item.get("size") != store.size(digest):
            raise ManifestInvalid(f"the size of {digest} is {store.size(digest)}, not {item.get('size')}")


def check_accepted(media_type: str, accept: str) -> None:
    """Refuse an OCI type that a client's Accept header leaves out.

    Raises:
        ManifestNotAcceptable: It does.
    """
    accepted = {part.partition(";")[0].strip() for part in accept.split(",")} - {""}
    if accepted and media_type in _OCI_NAMES and not accepted & {media_type, "*/*", "application/*"}:
        raise ManifestNotAcceptable(_OCI_NAMES[media_type])


def describe(content: bytes, digest: Digest, media_type: str) -> dict[str, Any]:
    """The descriptor of a manifest in a list of referrers."""
    document = json.loads(content)
    artifact_type = document.get("artifactType") or (document.get("config") or {}).get("mediaType")
    descriptor = {"mediaType": media_type, "digest": digest, "size": len(content)}
    optional = {"artifactType": artifact_type, "annotations": document.get("annotations")}
    return descriptor | {key: value for key, value in optional.items() if value}


def _blobs(manifest: Manifest) -> Iterator[Mapping[str, Any]]:
    yield manifest.document.get("config") or {}
    for layer in manifest.document["layers"]:
        # A layer with addresses of its own lies elsewhere (non-distributable), and need not be here.
        if not (isinstance(layer, dict) and layer.get("urls")):
            yield layer


def _digest(descriptor: Any) -> Digest:
    try:
        return parse_digest(descriptor["digest"])
    except (TypeError, KeyError, DigestInvalid) as error:
        raise ManifestInvalid(f"not a descriptor: {json.dumps(descriptor)[:200]}") from error
