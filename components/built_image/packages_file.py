"""The list of an image's packages, as a CycloneDX document."""

from __future__ import annotations

import importlib
import os
import tempfile
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .answer import ImageAnswer, Package, PackageKind
from .engine import NEEDED
from .errors import NotAsked

if TYPE_CHECKING:
    from packageurl import PackageURL

__all__ = ["check_writer", "packages_document", "write_packages"]

_MODE = 0o644
_IMAGES = uuid.uuid5(uuid.NAMESPACE_URL, "oci-image")
"""Namespace of the serial numbers: the same image has the same one."""


def check_writer() -> None:
    """Raise NotAsked where the library that writes the document is not installed."""
    try:
        _library("output")
    except ImportError:
        raise NotAsked(f"the list of packages needs cyclonedx-python-lib ({NEEDED})") from None


def packages_document(reference: str, answer: ImageAnswer) -> str:
    """The packages of an image as CycloneDX JSON, version 1.6.

    Args:
        reference: The image.
        answer: What it said.
    """
    model, bom = _library("model.component"), _library("model.bom").Bom(serial_number=uuid.uuid5(_IMAGES, reference))
    name, _, digest = reference.partition("@")
    kinds = model.ComponentType
    image = model.Component(type=kinds.CONTAINER, name=name, version=digest or None, bom_ref="image")
    bom.metadata.component = image
    for package in answer.packages:
        url = _url(package, answer)
        bom.components.add(
            model.Component(
                type=kinds.LIBRARY, name=package.name, version=package.version, purl=url, bom_ref=url.to_string()
            )
        )
    if answer.distribution:
        release = {"version": answer.release or None, "description": answer.system or None}
        system = {"type": kinds.OPERATING_SYSTEM, "name": answer.distribution, "bom_ref": "operating-system"}
        bom.components.add(model.Component(**system, **release))
    bom.register_dependency(image, bom.components)
    schema = _library("schema")
    outputter = _library("output").make_outputter(bom, schema.OutputFormat.JSON, schema.SchemaVersion.V1_6)
    return f"{outputter.output_as_string(indent=2)}\n"


def write_packages(path: Path, reference: str, answer: ImageAnswer) -> None:
    """Write the document, whole or not at all; raises OSError.

    Args:
        path: The file, in a folder that exists.
        reference: The image.
        answer: What it said.
    """
    document = packages_document(reference, answer)
    handle, made = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(document)
        Path(made).chmod(_MODE)
        Path(made).replace(path)
    except BaseException:
        Path(made).unlink(missing_ok=True)
        raise


def _library(module: str) -> Any:
    """A module of the library: an extra, whose classes get their constructors from a decorator that hides them."""
    return importlib.import_module(f"cyclonedx.{module}")


def _url(package: Package, answer: ImageAnswer) -> PackageURL:
    from packageurl import PackageURL  # noqa: PLC0415 - as above

    qualifiers: dict[str, str] = {}
    namespace = None
    if package.kind is PackageKind.DEB:
        namespace = answer.distribution or None
        qualifiers = {"arch": package.architecture}
        if answer.distribution and answer.release:
            qualifiers["distro"] = f"{answer.distribution}-{answer.release}"
    elif package.build:
        qualifiers = {"build": package.build}
    return PackageURL(package.kind.value, namespace, package.name, package.version, qualifiers)
