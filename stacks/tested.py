"""Which images of a stack were seen working: what other environments take is held against it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pulumi
from azureml_scoring.rules import ImageReference

from stacks.lock import tested_images
from stacks.outputs import UnreadableStack, stack_outputs

if TYPE_CHECKING:
    from azureml_scoring import ScoringService

_KEPT = 20
"""Digests of each image that are remembered."""
_HEALTHY = "Healthy"


class TestedImages:
    """Collects the images of the services that are healthy; what earlier updates have seen stays."""

    __test__ = False
    """pytest: the name opens as its tests do, and this is none."""

    def __init__(self) -> None:
        self._services: list[pulumi.Output[Any]] = []

    def add(self, name: str, service: ScoringService, bases: Mapping[str, pulumi.Input[str]], *, online: bool) -> None:
        """Adds a service.

        Args:
            name: Its name.
            service: The service.
            bases: The stack's own images that it is built on, by their names.
            online: Whether Azure ML makes its image: then what is tested is what that is made of, and is kept under
                another name, as nobody may take it for the service's own image.
        """
        own = {f"{name}/base": service.base_images} if online else {name: service.image_reference.apply(_alone)}
        everything = {
            **own,
            **{base: pulumi.Output.from_input(image).apply(_alone) for base, image in bases.items()},
        }
        self._services.append(pulumi.Output.all(state=service.state, images=pulumi.Output.all(**everything)))

    def output(self) -> pulumi.Output[dict[str, list[str]]]:
        """Images by name, newest first, each by its digest; of an update that fails, the engine keeps none."""
        try:
            before = tested_images(stack_outputs(pulumi.get_stack()))
        except UnreadableStack:
            before = {}  # its first update
        found = pulumi.Output.all(*self._services).apply(lambda services: together(before, services))
        return pulumi.Output.unsecret(found)  # a build may have had a secret; its digest is none


def together(
    before: Mapping[str, Sequence[ImageReference]], services: Iterable[Mapping[str, Any]]
) -> dict[str, list[str]]:
    """What earlier updates have seen and what this one has, newest first, each digest once.

    Args:
        before: Images by name.
        services: Of each service its `state` and its `images` by name.
    """
    found = {name: [str(image) for image in images] for name, images in before.items()}
    for service in services:
        if service["state"] == _HEALTHY:
            for name, images in service["images"].items():
                digests = {ImageReference.parse(image).digest for image in images}
                older = [image for image in found.get(name, ()) if ImageReference.parse(image).digest not in digests]
                found[name] = list(dict.fromkeys([*images, *older]))[:_KEPT]
    return found


def _alone(image: str) -> list[str]:
    return [image]
