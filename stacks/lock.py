"""The lock file of an environment that builds nothing: which images it takes, by digest.

`stacks/images/<stack>.yaml` is written by `make promote` and committed with the change that it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from azureml_scoring.rules import ImageReference, InvalidImageReference, Problem
from pydantic import BaseModel, ConfigDict, Field

from stacks.reading import validate

FOLDER = Path("stacks")
"""Where the configurations of all environments are, from the project's folder."""
BASE = "base"
"""Name of the image that `baseImage` is."""
BASE_IMAGE, SERVICE_IMAGE = "base image", "service image"
"""What an image is."""

_OWN_IMAGE = ("local", "aci")
"""Targets that run a service image; on the others Azure ML adds code and models to the base image."""
_EXAMPLE = "contosoml.azurecr.io/diabetes@sha256:<64 hexadecimal digits>"
_HEADER = "# Written by `make promote FROM={source} TO={stack}`: the images of this stack, which {source} has tested.\n"


class Lock(BaseModel):
    """What a lock file says."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    source: str = Field(alias="from", examples=["dev"])
    """The stack that tested the images."""
    images: dict[str, str] = Field(alias="images", examples=[{"diabetes": _EXAMPLE}])
    """Images by name, each by its digest: a service's own image has the service's name."""

    def references(self) -> dict[str, ImageReference]:
        """The images that are named as they must be."""
        return {name: image for name, text in self.images.items() if (image := _by_digest(text)) is not None}


def configuration(stack: str) -> Path:
    """The configuration of a stack."""
    return FOLDER / f"Pulumi.{stack}.yaml"


def lock_path(stack: str) -> Path:
    """The lock file of a stack."""
    return FOLDER / "images" / f"{stack}.yaml"


def promote_command(source: str, stack: str) -> str:
    """What writes the lock file of a stack."""
    return f"make promote FROM={source} TO={stack}"


def read_lock(stack: str) -> tuple[Lock | None, list[Problem]]:
    """The lock file of a stack, or None, and what is wrong with its form; problems are said of its keys."""
    path = lock_path(stack)
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None, [Problem("", "is required: it says which images the stack takes", None, "")]
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        reason = " ".join(str(error).split())
        return None, [Problem("", f"must be YAML that can be read ({reason})", str(path), "")]
    lock, problems = validate(Lock, document)
    if lock is None:
        return None, problems
    return lock, [*_reference_problems(lock)]


def write_lock(stack: str, source: str, images: Mapping[str, str]) -> None:
    """Writes the lock file of a stack, as a whole or not at all."""
    path = lock_path(stack)
    path.parent.mkdir(exist_ok=True)
    document = yaml.safe_dump({"from": source, "images": dict(sorted(images.items()))}, sort_keys=False, width=1000)
    new = path.with_suffix(".new")
    new.write_text(_HEADER.format(source=source, stack=stack) + document, encoding="utf-8")
    new.replace(path)


def tested_images(outputs: Mapping[str, Any]) -> dict[str, list[ImageReference]]:
    """The images that a stack has seen working, by name, newest first; what has another form proves nothing.

    Args:
        outputs: The stack's outputs.
    """
    given = outputs.get("tested_images")
    entries = given.items() if isinstance(given, dict) else ()
    found = {name: [_by_digest(str(text)) for text in texts] for name, texts in entries if isinstance(texts, list)}
    return {name: [image for image in images if image] for name, images in found.items() if any(images)}


def needed_images(services: Any) -> dict[str, str]:
    """The images of a stack that a lock file has to name, and what each is.

    Args:
        services: The stack's `services`, as they are written; what has another form is passed over.
    """
    needed: dict[str, str] = {}
    for name, service in _mappings(services):
        if service.get("target", _OWN_IMAGE[0]) in _OWN_IMAGE:
            needed[name] = SERVICE_IMAGE
            continue
        parts = [service, *(part for _, part in _mappings(service.get("deployments")))]
        named = [service.get("baseImage") or BASE, *(part.get("baseImage") for part in parts[1:])]
        needed |= {str(image): BASE_IMAGE for image in named if image and not is_reference(str(image))}
    return needed


def written_references(services: Any) -> dict[str, str]:
    """Base images of online services that the stack's file itself names by their digests, by the key."""
    found: dict[str, str] = {}
    for name, service in _mappings(services):
        parts = {f"services.{name}": service}
        parts |= {f"services.{name}.deployments.{key}": part for key, part in _mappings(service.get("deployments"))}
        if service.get("target", _OWN_IMAGE[0]) not in _OWN_IMAGE:
            images = {f"{key}.baseImage": part.get("baseImage") for key, part in parts.items()}
            found |= {key: str(image) for key, image in images.items() if image and is_reference(str(image))}
    return found


def is_reference(image: str) -> bool:
    """Whether a `baseImage` is an image, and not the name of one in `baseImages`."""
    return any(sign in image for sign in "/:@")


def _mappings(given: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    entries = given.items() if isinstance(given, dict) else ()
    yield from ((str(name), values) for name, values in entries if isinstance(values, dict))


def _reference_problems(lock: Lock) -> Iterator[Problem]:
    for name, text in lock.images.items():
        try:
            missing = ImageReference.parse(text).digest is None
        except InvalidImageReference as error:
            yield Problem(f"images.{name}", f"must be an image reference ({error.reason})", text, "")
            continue
        if missing:
            yield Problem(f"images.{name}", "must name the image by its digest", text, "")


def _by_digest(text: str) -> ImageReference | None:
    try:
        image = ImageReference.parse(text)
    except InvalidImageReference:
        return None
    return image if image.digest else None
