"""The catalogue's images, read from `images.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from ..rules.base_image import Fact, ImageFacts, State
from ..rules.image_reference import ImageReference
from ..rules.problem import nearest

__all__ = [
    "CatalogueImage",
    "Origin",
    "UnknownImage",
    "catalogue",
    "default_image",
    "find_image",
    "image_facts",
    "named",
]


class Origin(str, Enum):
    """Where the catalogue has an image from."""

    TABLE = "table"
    """The document's table of base images."""
    PUBLIC = "public"
    """The document's list of public images."""
    CURRENT = "current"
    """Microsoft's later images."""


class UnknownImage(LookupError):
    """A name that the catalogue doesn't have.

    Attributes:
        name: The name.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"the catalogue has no image {name!r}; it has e.g. {nearest(name, _by_name())}")


@dataclass(frozen=True)
class CatalogueImage:
    """An image, all of them public: no address, user name or password is needed.

    Attributes:
        name: What to call it by.
        reference: The image, with the tag that is used by this name.
        any_tag: True where the facts hold for every tag of its repository.
        origin: Where the catalogue has it from.
        provides: What it brings, each with its version: `ubuntu`, `conda`, `python`, `mpi`, `cuda`, `cudnn`, `nccl`,
            `git`, `runtime`. What isn't there is unknown, not missing.
        at_least: Keys of `provides` whose version is only the lowest that it can be.
        from_memory: Keys of `provides` that were not read in a source.
        built_from: The image that it was built from, where the document says so.
    """

    name: str
    reference: ImageReference
    any_tag: bool
    origin: Origin
    provides: Mapping[str, str]
    at_least: frozenset[str]
    from_memory: frozenset[str]
    built_from: str | None

    @property
    def is_pinned(self) -> bool:
        """Whether the tag, or a digest, stays on one image; who uses another one refuses it or resolves it first."""
        tag = self.reference.tag
        return self.reference.digest is not None or (tag is not None and not tag.startswith("latest"))

    @property
    def facts(self) -> ImageFacts:
        """What the rules know of it."""
        return ImageFacts(self._fact("ubuntu"), self._fact("conda"), self._fact("python"), self._fact("libfuse"))

    def _fact(self, key: str) -> Fact:
        if key not in self.provides:
            return Fact(State.UNKNOWN)
        return Fact(State.KNOWN, self.provides[key], at_least=key in self.at_least)


def catalogue() -> tuple[CatalogueImage, ...]:
    """Return every image, in the order of the file."""
    return _read()[0]


def default_image() -> CatalogueImage:
    """Return the image that is used where none is named."""
    return _read()[1]


def named(name: str) -> CatalogueImage:
    """Return an image by its name.

    Raises:
        UnknownImage: There is none of that name.
    """
    try:
        return _by_name()[name]
    except KeyError:
        raise UnknownImage(name) from None


def find_image(image: ImageReference) -> CatalogueImage | None:
    """Return what the catalogue has of an image; no tag counts as `latest`, as where it is pulled."""
    tag = image.tag or (None if image.digest else "latest")
    same = [one for one in catalogue() if one.reference.repository == image.repository]
    exact = (one for one in same if one.reference.tag == tag)
    return next(exact, next((one for one in same if one.any_tag), None))


def image_facts(image: ImageReference) -> ImageFacts | None:
    """Return what is known of an image, None where the catalogue doesn't have it: the rules' `ImageLookup`."""
    found = find_image(image)
    return found.facts if found else None


@cache
def _read() -> tuple[tuple[CatalogueImage, ...], CatalogueImage]:
    text = files(__name__.rpartition(".")[0]).joinpath("images.toml").read_text(encoding="utf-8")
    rows: list[dict[str, Any]] = tomllib.loads(text)["image"]
    images = tuple(_image(row) for row in rows)
    (default,) = (image for image, row in zip(images, rows, strict=True) if row.get("default"))
    return images, default


@cache
def _by_name() -> dict[str, CatalogueImage]:
    return {image.name: image for image in catalogue()}


def _image(row: dict[str, Any]) -> CatalogueImage:
    return CatalogueImage(
        name=row["name"],
        reference=ImageReference.parse(f"{row['repository']}:{row['tag']}"),
        any_tag=row.get("any_tag", False),
        origin=Origin(row["origin"]),
        provides=MappingProxyType(row["provides"]),
        at_least=frozenset(row.get("at_least", ())),
        from_memory=frozenset(row.get("from_memory", ())),
        built_from=row.get("built_from"),
    )
