"""Says in a preview that an image will be built, and why; what an image was built from is kept with its component."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pulumi

from .._component import Component
from ._image import BuildRequest

_SHOWN = 5
"""Changes that are named; of more, the number is told."""
_SHORT = 8
"""Digits of a context's hash that are shown."""


def told_build_inputs(component: Component, request: BuildRequest) -> pulumi.Output[list[str]]:
    """What the image is built from, to be registered as the component's output `build_inputs`.

    In a preview it is first held against what the state remembers; what differs is told.
    """
    now = request.build_inputs()
    if not pulumi.runtime.is_dry_run():
        return now

    async def tell(urn: str) -> list[str]:
        before = await remembered(urn)
        if before and "build_inputs" not in before:
            # Made by a version that did not remember: what changed can't be told.
            return []
        arguments = {name: await _value(value) for name, value in request.arguments.items()}
        reasons = changes(before.get("build_inputs"), request.described(arguments), _unknown(arguments))
        if reasons:
            pulumi.log.info(_sentence(request, reasons, str(before.get("context_hash", ""))), component)
        return reasons

    told: pulumi.Output[list[str]] = component.urn.apply(tell)
    return told.apply(lambda _: now)


def changes(before: Sequence[str] | None, now: Iterable[str], unknown: Iterable[str] = ()) -> list[str]:
    """What differs between two lists of build inputs, in words; empty where nothing does.

    Args:
        before: As it was when the image was built; None where none was.
        now: As it is.
        unknown: What can't be compared yet, such as `argument BASE_IMAGE`.
    """
    if before is None:
        return ["it was not built before"]
    old, new, later = _by_name(before), _by_name(now), set(unknown)
    found = [f"{_spoken(name)} added" for name in new if name not in old]
    found += [f"{_spoken(name)} removed" for name in old if name not in new and name not in later]
    changed = [f"{_spoken(name)} changed" for name, digest in new.items() if old.get(name, digest) != digest]
    return changed + found + [f"{_spoken(name)} is not known yet" for name in sorted(later)]


async def remembered(urn: str) -> Mapping[str, Any]:
    """The component's outputs of the last update, which the engine holds until they are registered anew."""
    try:
        answer = await pulumi.runtime.invoke_async("pulumi:pulumi:getResource", {"urn": urn})
    except Exception:  # noqa: BLE001 - an engine that does not tell: the preview shows the build all the same
        return {"build_inputs": []}
    state: Mapping[str, Any] = answer.get("state") or {}
    return state


async def _value(argument: pulumi.Input[str]) -> str | None:
    return await pulumi.Output.from_input(argument).future()


def _unknown(arguments: Mapping[str, str | None]) -> list[str]:
    return [f"argument {name}" for name, value in arguments.items() if value is None]


def _by_name(entries: Iterable[str]) -> dict[str, str]:
    parts = (entry.rpartition(" ") for entry in entries)
    return {name: digest for name, _, digest in parts}


def _spoken(name: str) -> str:
    kind, _, rest = name.partition(" ")
    return {"file": rest, "argument": f"build argument {rest}"}.get(kind, rest)


def _sentence(request: BuildRequest, reasons: Sequence[str], old_hash: str) -> str:
    new_hash = request.context.hash
    text = ", ".join(reasons[:_SHOWN])
    if len(reasons) > _SHOWN:
        text += f" and {len(reasons) - _SHOWN} more"
    if not old_hash:
        return f"{request.image_name} will be built: {text}"
    if all(reason.endswith("not known yet") for reason in reasons):
        return f"{request.image_name} may be rebuilt: {text}"
    if old_hash != new_hash:
        text += f" (context {old_hash[:_SHORT]} -> {new_hash[:_SHORT]})"
    return f"{request.image_name} will be rebuilt: {text}"
