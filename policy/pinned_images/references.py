"""The images of a resource and of the Dockerfiles that it builds, read by the real parser."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from azureml_scoring.policy_kit import Located, Malformed, NotChecked, Resource, Result, Stack, Undecided
from azureml_scoring.policy_kit.images import IMAGES, images
from azureml_scoring.policy_kit.values import UNKNOWN
from azureml_scoring.rules import ImageReference, InvalidImageReference

from .dockerfiles import BUILDS, from_lines
from .settings import PinnedImages

__all__ = ["READS", "Named", "each_base_image", "each_image"]

READS: Final[Mapping[str, Sequence[str]]] = {
    type_: (*IMAGES.get(type_, ()), *BUILDS.get(type_, ())) for type_ in (*IMAGES, *(set(BUILDS) - set(IMAGES)))
}
"""What every rule on images reads."""

BASE_IMAGE: Final = "azureml-scoring:index:CustomBaseImage"
"""A component that says which images its build starts from, wherever the build runs."""


@dataclass(frozen=True)
class Named:
    """An image whose reference could be read.

    Attributes:
        reference: The reference.
        label: How a message calls it, e.g. `image of containers[1] 'app'`.
        shown: The text as it is written, for a message.
        pushed: Whether the resource makes it: it has no digest before.
        base: Whether it stands in a `FROM` line.
        secret: Whether the text is a secret, of which no part may stand in a message.
        own: Whether it lies in the registry that runs a task, which no text names.
    """

    reference: ImageReference
    label: str
    shown: Any
    pushed: bool = False
    base: bool = False
    secret: bool = False
    own: bool = False

    @property
    def host(self) -> str:
        """Its registry, for a message."""
        return "[secret]" if self.secret else self.reference.domain

    @property
    def tag(self) -> str:
        """Its tag, for a message; empty where it has none."""
        return "[secret]" if self.secret else self.reference.tag or ""

    @property
    def example(self) -> ImageReference:
        """What a message shows it as, corrected: itself, or an image that does not exist."""
        return ImageReference("registry.example", "app") if self.secret else self.reference


def each_image(
    resource: Resource, settings: PinnedImages, check: Callable[[Named], Iterable[Result]]
) -> Iterator[Result]:
    """Judge every image by itself; one that is unknown is not checked yet, one that can't be read is another rule's."""
    for image in images(resource):
        label = image.subject
        try:
            text, own = image.text, image.of_own_registry
        except Undecided as unknown:
            yield NotChecked(label, unknown.path)
            continue
        except Malformed:
            continue
        secret = image.value.secret
        yield from _judge(text, label, image.value.shown, check, pushed=image.pushed, secret=secret, own=own)
    for label, text in from_lines(resource, settings):
        yield from _judge(text, label, text, check, base=True)


def each_base_image(stack: Stack, check: Callable[[Named], Iterable[Result]]) -> Iterator[Located]:
    """Judge the `FROM` lines of builds whose Dockerfile is not where the pack runs, as their component tells them."""
    for component in stack.of_type(BASE_IMAGE):
        for element in component["baseImages"].elements() if component["baseImages"].known else ():
            for result in _judge(element.raw, "FROM of its Dockerfile", element.raw, check, base=True):
                yield Located(component, result)


def _judge(
    text: str | None,
    label: str,
    shown: Any,
    check: Callable[[Named], Iterable[Result]],
    *,
    pushed: bool = False,
    base: bool = False,
    secret: bool = False,
    own: bool = False,
) -> Iterator[Result]:
    if base and UNKNOWN in (text or ""):
        yield NotChecked(label, "a build argument")
        return
    try:
        reference = ImageReference.parse(text or "")
    except InvalidImageReference:
        return
    yield from check(Named(reference, label, shown, pushed, base, secret, own))
