"""Base images for Azure ML by name, with what each provides: the document's own ones and Microsoft's later ones."""

from .images import (
    CatalogueImage,
    Origin,
    UnknownImage,
    catalogue,
    default_image,
    find_image,
    image_facts,
    named,
)

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
