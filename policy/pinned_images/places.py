"""Registries as the configuration names them: by the parsed domain, never by the beginning of a text."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from azureml_scoring.rules import ImageReference


__all__ = ["is_at"]


def is_at(image: ImageReference, places: Iterable[str]) -> bool:
    """Whether an image is at one of these places: `host`, `host:port`, `*.host`, or `host/first/parts`.

    A star stands for one label: `*.azurecr.io` is neither `azurecr.io` nor `a.b.azurecr.io`.
    """
    return any(_matches(image, *place.partition("/")[::2]) for place in places)


def _matches(image: ImageReference, host: str, path: str) -> bool:
    domain, wanted = image.domain.lower().split("."), host.lower().split(".")
    # An IPv6 address has brackets, which are a pattern.
    same_host = domain == wanted or (len(domain) == len(wanted) and all(map(fnmatchcase, domain, wanted)))
    parts, first = image.path.split("/"), [part for part in path.split("/") if part]
    return same_host and parts[: len(first)] == first
