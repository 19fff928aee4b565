"""The base images of a service, by digest: one that a v1 file names by its tag is looked up once."""

from typing import Any

import pulumi

from ._component import Component
from .builders._changes import remembered
from .pull import Login, PullAccess, PullLeaves, PullRefused, Refusal, resolve
from .rules import ImageReference


def by_digest(component: Component, name: str, image: pulumi.Input[str], leaves: PullLeaves) -> pulumi.Output[str]:
    """The image as it is when it has a digest; else with the digest that its tag has, or had in the last update.

    Args:
        component: The service; its output `base_images` is what it remembers.
        name: Its name.
        image: The image.
        leaves: How its registry is asked.
    """
    if isinstance(image, pulumi.Output) or ImageReference.parse(str(image)).digest:
        return pulumi.Output.from_input(image)
    reference = ImageReference.parse(str(image))
    # Without the dependency that the output has: a child can't wait for its own component.
    urn: Any = component.urn.future()
    known = pulumi.Output.all(urn, pulumi.Output.unsecret(leaves.access()))
    found: pulumi.Output[str] = known.apply(lambda both: _looked_up(component, name, both[0], reference, both[1]))
    return found.apply(_or_unknown)


async def _urn(component: Component) -> str:
    return await component.urn.future() or ""


async def _looked_up(component: Component, name: str, urn: str, image: ImageReference, access: PullAccess) -> str:
    """The image with its digest; empty in a preview that can't know it."""
    tagged = image if image.tag else image.with_tag("latest")
    before = (await remembered(urn)).get("base_images") or []
    for text in before:
        old = ImageReference.parse(str(text))
        if (old.repository, old.tag) == (tagged.repository, tagged.tag):
            return str(text)
    if pulumi.runtime.is_dry_run():
        pulumi.log.info(f"{image} has no digest: the update looks up which image it is", component)
        return ""
    found = await resolve(tagged, Login(access.username, access.password) if access.username else None)
    if isinstance(found, Refusal):
        raise PullRefused(component, name, str(image), found)
    pulumi.log.info(f"{image} is {found}: used by this digest until another image is named", component)
    return str(tagged.with_digest(found))


def _or_unknown(text: str) -> pulumi.Input[str]:
    nothing: Any = pulumi.output.Unknown()  # type: ignore[no-untyped-call]  # as the SDK has it
    return text or pulumi.Output.from_input(nothing)
