"""Images that a preview changes: which one there is, which one will be, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from azureml_scoring.rules import ImageReference, InvalidImageReference

from tools.review.events import known

if TYPE_CHECKING:
    from tools.review.preview import Preview, Resource, Side

_FACTS = ("Ubuntu", "conda", "Python", "libfuse-dev")
"""What the report of a base image opens with, a line each."""
_BASE_OUTPUT = "reference"


@dataclass(frozen=True)
class ChangedFile:
    """A file that an image is built from and that is another one now.

    Attributes:
        path: Its place in the build context.
        before: The fingerprint of the one in the deployed image; empty for a file that is new.
        after: The fingerprint of the one in this preview; empty for one that is gone.
    """

    path: str
    before: str
    after: str


@dataclass(frozen=True)
class ImageChange:
    """An image that will be another one.

    Attributes:
        component: The name of the component that makes it.
        repository: The image's name in its registry.
        before: Digest of the image that is deployed; empty where there is none.
        after: Digest of the one to come; empty where it is known during `up` only.
        tags: Tags of the one to come, as far as they are known.
        why: What makes it another one, a sentence or part each.
        files: The files of it that differ.
        facts: What the rules know of it, as `Python: 3.11 -> 3.12`, where it differs.
    """

    component: str
    repository: str
    before: str
    after: str
    tags: tuple[str, ...]
    why: tuple[str, ...]
    files: tuple[ChangedFile, ...]
    facts: tuple[str, ...]


def image_changes(preview: Preview) -> list[ImageChange]:
    """The images that the preview changes, base images first.

    A service that builds none, as online endpoints do, has its base image: that is told once.
    """
    components = sorted(preview.components, key=lambda one: _output(one) != _BASE_OUTPUT)
    bases = [one for one in components if _output(one) == _BASE_OUTPUT]
    rebased = bool(bases) and all(map(_differs, bases))
    found = list[ImageChange]()
    for one in components:
        change = _change(preview, one, rebased=rebased)
        if change is not None and not (_taken(one) and any(_same_image(change, other) for other in found)):
            found.append(change)
    return found


def _same_image(one: ImageChange, other: ImageChange) -> bool:
    return (one.repository, one.before, one.after) == (other.repository, other.before, other.after)


def kept_images(preview: Preview) -> set[str]:
    """The repositories of images that the stack has and keeps."""
    having = [one for one in preview.components if _output(one) in one.after.outputs]
    return {_repository(one) for one in having} - {change.repository for change in image_changes(preview)}


def _change(preview: Preview, component: Resource, *, rebased: bool) -> ImageChange | None:
    """The change of a component's image; None where it has none or keeps it.

    Args:
        preview: The preview.
        component: The component.
        rebased: Whether every base image of the stack becomes another one.
    """
    if not _differs(component) or _output(component) not in component.after.outputs:
        return None
    files = tuple(_files(component))
    return ImageChange(
        component=component.name,
        repository=_repository(component),
        before=_image(component, component.before),
        after=_image(component, component.after),
        tags=_tags(component),
        why=tuple(_why(preview, component, rebased=rebased)),
        files=files,
        facts=tuple(_facts(component)),
    )


def _differs(component: Resource) -> bool:
    """Whether a component will have another image, as far as that is known."""
    return not component.before.outputs or _image(component, component.before) != _image(component, component.after)


def _taken(component: Resource) -> bool:
    """Whether nothing is built for a component: its image is there already."""
    return component.after.outputs.get("context_hash") == ""


def _image(component: Resource, side: Side) -> str:
    """The digest of a component's image; empty where there is none, or none is known."""
    reference = _reference(side.outputs.get(_output(component)))
    return (reference.digest or "" if reference else "") or known(side.outputs.get("digest"))


def _output(component: Resource) -> str:
    """The output that names a component's image."""
    return _BASE_OUTPUT if _BASE_OUTPUT in {*component.after.outputs, *component.before.outputs} else "image_reference"


def _reference(value: object) -> ImageReference | None:
    try:
        return ImageReference.parse(known(value)) if known(value) else None
    except InvalidImageReference:
        return None


def _repository(component: Resource) -> str:
    references = (_reference(side.outputs.get(_output(component))) for side in (component.after, component.before))
    image = next(filter(None, references), None)
    return image.path if image else known(component.after.outputs.get("image_name")) or component.name


def _tags(component: Resource) -> tuple[str, ...]:
    tags = component.after.outputs.get("tags")
    if isinstance(tags, list):
        return tuple(filter(None, map(known, tags)))
    image = _reference(component.after.outputs.get(_output(component)))
    return (image.tag,) if image and image.tag else ()


def _why(preview: Preview, component: Resource, *, rebased: bool) -> Iterator[str]:
    """The component's own sentence where it says one in the preview, else what can be seen of it."""
    yield from (one.message for one in preview.diagnostics if one.urn == component.urn and one.severity == "info")
    if _taken(component):
        yield "there is none yet" if not component.before.outputs else "another one is taken: nothing is built for it"
    elif rebased and component.before.outputs and _output(component) != _BASE_OUTPUT:
        yield "its base image is another one"


def _files(component: Resource) -> Iterator[ChangedFile]:
    before, after = (_fingerprints(side.outputs) for side in (component.before, component.after))
    if not before or not after:
        return
    for path in sorted({*before, *after}):
        if before.get(path) != after.get(path):
            yield ChangedFile(path, before.get(path, ""), after.get(path, ""))


def _fingerprints(outputs: Mapping[str, Any]) -> dict[str, str]:
    """The files among a component's `build_inputs`: `file <path> <fingerprint>` each."""
    entries = outputs.get("build_inputs")
    lines = [known(one) for one in entries] if isinstance(entries, list) else []
    parts = (line.removeprefix("file ").rpartition(" ") for line in lines if line.startswith("file "))
    return {path: fingerprint for path, _, fingerprint in parts}


def _facts(component: Resource) -> Iterator[str]:
    before, after = (_known_facts(side.outputs) for side in (component.before, component.after))
    for name in _FACTS:
        if before and after and before.get(name) != after.get(name):
            yield f"{name}: {before.get(name, 'none')} -> {after.get(name, 'none')}"


def _known_facts(outputs: Mapping[str, Any]) -> dict[str, str]:
    report = outputs.get("report")
    parts = [known(line).partition(": ") for line in report] if isinstance(report, list) else []
    return {name: value for name, _, value in parts if name in _FACTS}
