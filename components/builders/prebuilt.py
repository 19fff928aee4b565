"""Uses an image as it is: nothing is built, and its tag is looked up once."""

import hashlib
from typing import Any

import pulumi

from .._component import Component
from ..pull import Login, PullAccess, PullLeaves, PullRefused, Refusal, resolve
from ..rules import ImageReference
from ._changes import remembered
from ._image import BuiltImage


def use_prebuilt(component: Component, name: str, image: pulumi.Input[str], leaves: PullLeaves) -> BuiltImage:
    """The image by its digest; a tag is asked for during an update, and stays what it was until another is named.

    Args:
        component: Whose image it is.
        name: The component's name.
        image: The image.
        leaves: How its registry is asked.
    """
    text = pulumi.Output.from_input(image)
    parsed = text.apply(ImageReference.parse)
    digest = pulumi.Output.all(component.urn, text, pulumi.Output.unsecret(leaves.access())).apply(
        lambda values: _digest(component, name, *values)
    )
    empty = pulumi.Output.from_input("")
    return BuiltImage(
        resource_id=empty,
        location=empty,
        run_id=empty,
        image_name=parsed.apply(lambda reference: reference.path),
        tags=parsed.apply(lambda reference: [tag] if (tag := _tag(reference)) else []),
        digest=digest,
        reference=pulumi.Output.all(parsed, digest).apply(lambda both: _by_digest(*both)),
        context_hash=empty,
        build_inputs=text.apply(_build_inputs),
    )


def _digest(component: Component, name: str, urn: str, image: str, access: PullAccess) -> pulumi.Input[str]:
    reference = ImageReference.parse(image)
    if reference.digest:
        return reference.digest
    looked_up: pulumi.Output[str] = pulumi.Output.from_input(_looked_up(component, name, urn, reference, image, access))
    return looked_up.apply(_or_unknown)


async def _looked_up(
    component: Component, name: str, urn: str, reference: ImageReference, image: str, access: PullAccess
) -> str:
    """The digest that the state has for this image, else the registry's; empty in a preview that has none."""
    before = await remembered(urn)
    if before.get("build_inputs") == _build_inputs(image) and before.get("digest"):
        return str(before["digest"])
    if pulumi.runtime.is_dry_run():
        pulumi.log.info(f"{image} has no digest: the update looks up which image it is", component)
        return ""
    found = await resolve(reference, Login(access.username, access.password) if access.username else None)
    if isinstance(found, Refusal):
        raise PullRefused(component, name, image, found)
    pulumi.log.info(f"{image} is {found}: used by this digest until another image is named", component)
    return found


def _or_unknown(digest: str) -> pulumi.Input[str]:
    nothing: Any = pulumi.output.Unknown()  # type: ignore[no-untyped-call]  # as the SDK has it
    return digest or pulumi.Output.from_input(nothing)


def _build_inputs(image: str) -> list[str]:
    return [f"input image {hashlib.sha256(image.encode()).hexdigest()[:12]}"]


def _tag(reference: ImageReference) -> str | None:
    """The tag that the image is named by; None where it is named by its digest alone."""
    return reference.tag or (None if reference.digest else "latest")


def _by_digest(reference: ImageReference, digest: str) -> str:
    tag = _tag(reference)
    return str((reference.with_tag(tag) if tag else reference).with_digest(digest))
