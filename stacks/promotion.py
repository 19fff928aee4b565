"""What an environment that builds nothing must obey: its images are those that another environment has tested."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import yaml
from azureml_scoring.rules import ImageReference, Problem

from stacks.lock import (
    BASE_IMAGE,
    configuration,
    lock_path,
    needed_images,
    promote_command,
    read_lock,
    tested_images,
    written_references,
)
from stacks.outputs import UnreadableStack, stack_outputs

if TYPE_CHECKING:
    from stacks.lock import Lock

_KEY = "promotion.from"
_BUILDS = ("baseImage", "baseImages")
"""What an environment builds."""


@dataclass(frozen=True)
class Source:
    """The environment that images come from.

    Attributes:
        name: Its stack.
        tested: Images that it has seen working, by name.
        registry_id: ARM id of its registry.
        login_server: Host of that registry.
    """

    name: str
    tested: Mapping[str, Sequence[ImageReference]]
    registry_id: str
    login_server: str

    @classmethod
    def of(cls, name: str, outputs: Mapping[str, Any]) -> Source:
        """As its outputs say."""
        return cls(
            name=name,
            tested=tested_images(outputs),
            registry_id=str(outputs.get("registry_id", "")),
            login_server=str(outputs.get("login_server", "")),
        )


def promotion_problems(source: str, stack: str, config: Mapping[str, Any]) -> Iterator[Problem]:
    """Every broken rule of an environment that takes its images from another one.

    Args:
        source: The stack that they come from.
        stack: The stack that runs.
        config: Its configuration, as it is written.
    """
    yield from _alone(source, stack, config)
    yield from _way(source, stack)
    lock, found = read_lock(stack)
    yield from _lock_problems(found, source, stack)
    needed = needed_images(config.get("services"))
    if lock is not None:
        yield from _lock_problems(_named(lock, source, needed), source, stack)
    try:
        outputs = stack_outputs(source) if source != stack else {}
    except UnreadableStack as error:
        rule = f"must be a stack of this project whose outputs can be read ({error.reason})"
        yield Problem(_KEY, rule, source, f"pulumi up --stack {source}")
        return
    if source != stack and not tested_images(outputs):
        yield Problem(_KEY, "must be a stack that has tested images", source, f"pulumi up --stack {source}")
        return
    proof = Source.of(source, outputs)
    images = {name: image for name, image in lock.references().items() if name in needed} if lock else {}
    yield from _lock_problems(_untested(images, proof, _registry_id(config)), source, stack)
    yield from _written(proof, config)


def _alone(source: str, stack: str, config: Mapping[str, Any]) -> Iterator[Problem]:
    """What the configuration itself has to say, and must not."""
    for key in _BUILDS:
        if key in config:
            rule = f"is not taken with promotion: nothing is built, and {lock_path(stack)} names the images"
            yield Problem(key, rule, "an image to build", f"{key} in {configuration(source)} alone")
    if not _registry_id(config):
        rule = "is required with promotion: the images have to be in the registry before the first update"
        yield Problem("registry.containerRegistryId", rule, None, "the ARM id of the registry")


def _registry_id(config: Mapping[str, Any]) -> str:
    registry = config.get("registry")
    return str(registry.get("containerRegistryId") or "") if isinstance(registry, dict) else ""


def _way(source: str, stack: str) -> Iterator[Problem]:
    """A problem where the way from stack to stack leads to none that builds."""
    way, following = [stack], source
    while following:
        way.append(following)
        if following in way[:-1]:
            rule = "must lead to a stack that builds its images"
            yield Problem(_KEY, rule, " -> ".join(way), "a stack without promotion, such as dev")
            return
        path = configuration(following)
        try:
            document = yaml.safe_load(path.read_text(encoding="utf-8"))
            promotion = document["config"]["azureml-scoring:promotion"]
            following = str(promotion["from"])
        except FileNotFoundError:
            yield Problem(_KEY, f"must lead to a stack that has a configuration, {path}", " -> ".join(way), "dev")
            return
        except (OSError, UnicodeDecodeError, yaml.YAMLError, LookupError, TypeError):
            return  # it builds, or its own preview says what is wrong with it


def _lock_problems(problems: Iterator[Problem] | list[Problem], source: str, stack: str) -> Iterator[Problem]:
    """The problems of a lock file, said of the key that makes it one, with the command that mends them."""
    for problem in problems:
        subject = f"promotion: {lock_path(stack)} {problem.subject}".rstrip()
        yield replace(problem, subject=subject, fix=problem.fix or promote_command(source, stack))


def _named(lock: Lock, source: str, needed: Mapping[str, str]) -> Iterator[Problem]:
    """What a lock file names and should not, or the other way round."""
    if lock.source != source:
        yield Problem("from", f"must be {source}, as promotion.from is", lock.source, "")
    for name, kind in needed.items():
        if name not in lock.images:
            yield Problem(f"images.{name}", f"is required: it is a {kind} of this stack", None, "")
    for name in lock.images:
        if name not in needed:
            rule = "is no image that this stack needs"
            yield Problem(f"images.{name}", rule, lock.images[name], "the file without that line")


def _untested(images: Mapping[str, ImageReference], source: Source, registry_id: str) -> Iterator[Problem]:
    """Images of a lock file that the source has not tested, or that lie where this stack has no business."""
    shared = registry_id.lower() == source.registry_id.lower()
    for name, image in images.items():
        tested = [one for one in source.tested.get(name, ()) if one.digest == image.digest]
        if not tested:
            rule = f"must be an image that {source.name} has tested: no update of it ended with this one healthy"
            yield Problem(f"images.{name}", rule, str(image), "")
        elif not shared and tested[0].domain == source.login_server:
            if image.domain == source.login_server:
                rule = f"must be a copy in the registry of this stack, which is another one than that of {source.name}"
                yield Problem(f"images.{name}", rule, str(image), "")
        elif image.repository not in {one.repository for one in tested}:
            rule = f"must lie where {source.name} has tested it"
            yield Problem(f"images.{name}", rule, image.repository, tested[0].repository)


def _written(source: Source, config: Mapping[str, Any]) -> Iterator[Problem]:
    """Base images that the stack's file names itself, past the lock file, and that nobody has tested."""
    tested = {image.digest for images in source.tested.values() for image in images}
    for key, text in written_references(config.get("services")).items():
        try:
            digest = ImageReference.parse(text).digest
        except ValueError:
            continue  # told by the service's own rules
        if digest not in tested:
            rule = f"must be a {BASE_IMAGE} that {source.name} has tested, or left to the lock file"
            yield Problem(key, rule, text, "the stack's file without it")
