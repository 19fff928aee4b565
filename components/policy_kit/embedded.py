"""Images inside of texts that resources carry: compose files of App Service, the steps of ACR Tasks."""

from __future__ import annotations

import base64
import binascii
import re
import shlex
from collections.abc import Iterator, Mapping
from typing import Any, Final

import yaml

__all__ = ["InvalidDocument", "acr_name", "compose_images", "is_own", "task_images"]

_ALIASES: Final = frozenset({"acr", "az", "bash", "curl"})
"""What a step may call instead of an image: ACR Tasks knows which image, with its tag."""
_TAG_OPTIONS: Final = frozenset({"-t", "--tag", "--image"})
_RUN_VALUE: Final = re.compile(r"\{\{\s*\.[^}]*\}\}|\$(?:ID|Date|SharedVolume)\b")
_OWN_REGISTRY: Final = re.compile(r"^(?:\$Registry|\{\{\s*\.Run\.Registry\s*\}\})/")


class InvalidDocument(ValueError):
    """A text in which no images can be found."""


def acr_name(text: str) -> str:
    """An image's name as ACR Tasks will read it: its own registry left out, `{{.Run.ID}}` and its like as `0`."""
    return _RUN_VALUE.sub("0", _OWN_REGISTRY.sub("", text))


def is_own(text: str) -> bool:
    """Whether an image lies in the registry that runs the task, whatever that is called."""
    return _OWN_REGISTRY.match(text) is not None


def compose_images(encoded: str) -> Iterator[tuple[str, str]]:
    """The services of a compose file in base64, each with its image; raises `InvalidDocument`."""
    services = _document(encoded).get("services")
    if not isinstance(services, Mapping):
        raise InvalidDocument("it has no services")
    for name, service in services.items():
        image = service.get("image") if isinstance(service, Mapping) else None
        if not isinstance(image, str):
            raise InvalidDocument(f"service {name} has no image")
        yield str(name), image


def task_images(encoded: str) -> Iterator[tuple[str, str, bool]]:
    """The steps of a task in base64: which step, the image, whether the step makes it; raises `InvalidDocument`."""
    steps = _document(encoded).get("steps")
    if not isinstance(steps, list):
        raise InvalidDocument("it has no steps")
    for number, step in enumerate(steps):
        if not isinstance(step, Mapping):
            raise InvalidDocument(f"step {number} is no object")
        label = f"step {step.get('id', number)}"
        if isinstance(step.get("cmd"), str):
            yield from ((label, image, False) for image in _words(step["cmd"])[:1] if image not in _ALIASES)
        if isinstance(step.get("build"), str):
            yield from ((label, image, True) for image in _tags(_words(step["build"])))


def _document(encoded: str) -> Mapping[str, Any]:
    try:
        document = yaml.safe_load(base64.b64decode(encoded, validate=True).decode())
    except (binascii.Error, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InvalidDocument("it is no YAML in base64") from error
    if not isinstance(document, Mapping):
        raise InvalidDocument("it is no object")
    return document


def _words(command: str) -> list[str]:
    try:
        return shlex.split(command)
    except ValueError as error:
        raise InvalidDocument("a command has an open quote") from error


def _tags(words: list[str]) -> Iterator[str]:
    for option, value in zip(words, [*words[1:], ""], strict=True):
        name, equals, joined = option.partition("=")
        if name in _TAG_OPTIONS:
            yield joined if equals else value
