"""Uses an image as it is, its tag looked up once; or imports it: puts a copy into the own registry."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pulumi

from .._component import Component
from ..pull import Login, PullAccess, PullLeaves, PullRefused, Refusal, resolve
from ..rules import BuildContext, ImageReference
from ._changes import remembered
from ._image import BuildRequest, BuiltImage, fingerprint

_IMPORT = b"""\
ARG IMAGE
ARG SOURCE
FROM ${SOURCE}
"""
"""Dockerfile of an import. IMAGE is the image as it was named, SOURCE what it was found to be."""


def use_prebuilt(component: Component, name: str, image: pulumi.Input[str], leaves: PullLeaves) -> BuiltImage:
    """The image by its digest; a tag is asked for during an update, and stays what it was until another is named.

    Args:
        component: Whose image it is.
        name: The component's name.
        image: The image.
        leaves: How its registry is asked.
    """
    text = pulumi.Output.from_input(image)
    found = found_image(component, name, image, leaves)
    parsed = text.apply(ImageReference.parse)
    empty = pulumi.Output.from_input("")
    return BuiltImage(
        resource_id=empty,
        location=empty,
        run_id=empty,
        image_name=parsed.apply(lambda reference: reference.path),
        tags=parsed.apply(lambda reference: [tag] if (tag := _tag(reference)) else []),
        digest=found.apply(lambda reference: str(ImageReference.parse(reference).digest)),
        reference=found,
        context_hash=empty,
        build_inputs=text.apply(lambda named: [f"input image {fingerprint(named)}"]),
    )


def import_context() -> BuildContext:
    """What an import is built from: a Dockerfile of one FROM."""
    return BuildContext.from_files({"Dockerfile": _IMPORT})


def import_request(
    request: BuildRequest, image: pulumi.Input[str], found: pulumi.Output[str], leaves: PullLeaves
) -> BuildRequest:
    """What a builder is asked for that is to put an image into the own registry.

    The copy has a digest of its own: it is one platform's, and its manifest is the builder's.

    Args:
        request: How it is built, with `import_context`; the arguments are filled in.
        image: The image as it was named.
        found: The same by its digest: see `found_image`.
        leaves: How its registry lets the builder in.
    """
    reference = found.apply(ImageReference.parse)
    source = reference.apply(lambda one: f"{one.repository}@{one.digest}")
    return replace(request, arguments={"IMAGE": image, "SOURCE": source}, base=leaves)


def found_image(component: Component, name: str, image: pulumi.Input[str], leaves: PullLeaves) -> pulumi.Output[str]:
    """An image by its tag and digest, unknown in a preview that has no digest yet.

    Args:
        component: Whose image it is.
        name: The component's name.
        image: The image as it was named.
        leaves: How its registry is asked.
    """
    text = pulumi.Output.from_input(image)
    urn: pulumi.Output[str] = pulumi.Output.from_input(_urn(component))
    digest = pulumi.Output.all(urn, text, pulumi.Output.unsecret(leaves.access())).apply(
        lambda values: _digest(component, name, *values)
    )
    return pulumi.Output.all(text, digest).apply(lambda both: _by_digest(ImageReference.parse(both[0]), both[1]))


async def _urn(component: Component) -> str:
    """The component's URN as a mere text: a child that depends on its parent would wait for itself."""
    return await component.urn.future() or ""


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
    if before := _kept_digest(await remembered(urn), image):
        return before
    if pulumi.runtime.is_dry_run():
        pulumi.log.info(f"{image} has no digest: the update looks up which image it is", component)
        return ""
    found = await resolve(reference, Login(access.username, access.password) if access.username else None)
    if isinstance(found, Refusal):
        raise PullRefused(component, name, image, found)
    pulumi.log.info(f"{image} is {found}: used by this digest until another image is named", component)
    return found


def _kept_digest(before: Mapping[str, Any], image: str) -> str:
    """The digest by which the last update used or imported this very image; empty where it did neither."""
    mark = fingerprint(image)
    if not {f"input image {mark}", f"argument IMAGE {mark}"} & set(before.get("build_inputs") or ()):
        return ""
    # An imported image has a digest of its own; what it was made from is named beside it.
    bases = before.get("base_images") or ()
    return str((ImageReference.parse(bases[0]).digest if bases else before.get("digest")) or "")


def _or_unknown(digest: str) -> pulumi.Input[str]:
    nothing: Any = pulumi.output.Unknown()  # type: ignore[no-untyped-call]  # as the SDK has it
    return digest or pulumi.Output.from_input(nothing)


def _tag(reference: ImageReference) -> str | None:
    """The tag that the image is named by; None where it is named by its digest alone."""
    return reference.tag or (None if reference.digest else "latest")


def _by_digest(reference: ImageReference, digest: str) -> str:
    tag = _tag(reference)
    return str((reference.with_tag(tag) if tag else reference).with_digest(digest))
