"""Dockerfiles: their stages and base images, with the build arguments in `FROM` resolved."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import takewhile
from types import MappingProxyType
from typing import TYPE_CHECKING, Self

from .image_reference import ImageReference, InvalidImageReference
from .instruction import FROM_EXAMPLE, Instruction, InvalidDockerfile, read_instructions, refused, shown
from .substitution import UnknownVariable, UnreadableVariable, substitute

if TYPE_CHECKING:
    from .problem import Problem

__all__ = ["PLATFORM_ARGUMENTS", "Dockerfile", "InvalidDockerfile", "Stage", "check_dockerfile"]

_FROM = re.compile(r"(?P<base>\S+)(?:\s+as\s+(?P<name>\S+))?", re.IGNORECASE)
_STAGE_NAME = re.compile(r"[a-z][a-z0-9._-]*")
PLATFORM_ARGUMENTS = MappingProxyType(
    {
        f"{side}{part}": value
        for side in ("BUILD", "TARGET")
        for part, value in (("PLATFORM", "linux/amd64"), ("OS", "linux"), ("ARCH", "amd64"), ("VARIANT", ""))
    }
)
"""Arguments that every builder sets by itself, with the values of a build for linux/amd64."""


@dataclass(frozen=True)
class Stage:
    """One stage: what follows a `FROM`.

    Attributes:
        base: Base image or earlier stage, with build arguments resolved.
        name: Name after `AS`, in lower case, or None.
        image: The base image's reference; None for `scratch` and for an earlier stage.
        line: Line of the `FROM`, from 1.
        instructions: What follows the `FROM`, in its order.
    """

    base: str
    name: str | None
    image: ImageReference | None
    line: int
    instructions: tuple[Instruction, ...] = ()


@dataclass(frozen=True)
class Dockerfile:
    """A Dockerfile that parses, with every `FROM` resolved.

    Attributes:
        stages: The stages in their order; at least one.
        arguments: Arguments before the first `FROM`, with the value that each has.
        preamble: The instructions before the first `FROM`, all of them `ARG`.
    """

    stages: tuple[Stage, ...]
    arguments: Mapping[str, str | None]
    preamble: tuple[Instruction, ...] = ()

    @classmethod
    def parse(cls, text: str, arguments: Mapping[str, str] | None = None) -> Self:
        """Read a Dockerfile.

        Args:
            text: Content of the file.
            arguments: Build arguments; each takes the place of the default of an `ARG` of that name.

        Raises:
            InvalidDockerfile: It can't be built, with every reason.
        """
        instructions = read_instructions(text)
        values = _global_arguments(instructions, arguments or {})
        stages: list[Stage] = []
        bodies: list[list[Instruction]] = []
        problems: list[Problem] = []
        for instruction in instructions:
            if instruction.kind == "FROM":
                bodies.append([])
                try:
                    stages.append(_stage(instruction, values, stages))
                except InvalidDockerfile as error:
                    problems.extend(error.problems)
            elif bodies:
                bodies[-1].append(instruction)
        if problems:
            raise InvalidDockerfile(problems)
        made = (replace(stage, instructions=tuple(body)) for stage, body in zip(stages, bodies, strict=True))
        declared = {name: value for name, value in values.items() if name not in PLATFORM_ARGUMENTS}
        preamble = tuple(takewhile(lambda one: one.kind != "FROM", instructions))
        return cls(tuple(made), MappingProxyType(declared), preamble)

    @property
    def base_images(self) -> tuple[ImageReference, ...]:
        """The images that the build starts from, each once, in their order."""
        return tuple(dict.fromkeys(stage.image for stage in self.stages if stage.image is not None))


def check_dockerfile(
    text: str, arguments: Mapping[str, str] | None = None, filename: str = "Dockerfile"
) -> list[Problem]:
    """Check that a Dockerfile parses, has a stage, and that every `FROM` resolves to an image or an earlier stage.

    Args:
        text: Content of the file.
        arguments: Build arguments.
        filename: What the problems are said of.
    """
    try:
        Dockerfile.parse(text, arguments)
    except InvalidDockerfile as error:
        return [replace(problem, subject=filename) for problem in error.problems]
    return []


def _global_arguments(instructions: Iterable[Instruction], given: Mapping[str, str]) -> dict[str, str | None]:
    """Return the arguments that `FROM` lines may use: those before the first one, and the builder's own."""
    values: dict[str, str | None] = dict(PLATFORM_ARGUMENTS)
    for instruction in instructions:
        if instruction.kind == "FROM":
            break
        for word in instruction.words:
            name, has_default, default = word.partition("=")
            if name in given:
                values[name] = given[name]
            elif has_default:
                values[name] = _substituted(default, values, instruction)
            else:
                values.setdefault(name, None)
    return values


def _stage(instruction: Instruction, values: Mapping[str, str | None], earlier: Iterable[Stage]) -> Stage:
    """Resolve one `FROM`."""
    line = instruction.line
    match = _FROM.fullmatch(" ".join(instruction.words))
    if match is None:
        raise refused(
            "must read FROM <image>, or FROM <image> AS <name>", shown(instruction.original), FROM_EXAMPLE, line
        )
    name = match["name"] and match["name"].lower()
    if name and not _STAGE_NAME.fullmatch(name):
        rule = "must name a stage with a letter, then letters, digits, full stops, underscores or hyphens"
        raise refused(rule, name, "FROM ubuntu:22.04 AS base", line)
    base = _substituted(match["base"], values, instruction)
    if base == "scratch" or base.lower() in (stage.name for stage in earlier):
        return Stage(base, name, None, line)
    try:
        return Stage(base, name, ImageReference.parse(base), line)
    except InvalidImageReference as error:
        raise refused(f"must have a valid image in FROM ({error.reason})", base, FROM_EXAMPLE, line) from error


def _substituted(text: str, values: Mapping[str, str | None], instruction: Instruction) -> str:
    try:
        return substitute(text, values)
    except UnknownVariable as error:
        rule = f"must give ARG {error.name} a value before the first FROM, or as a build argument"
        raise refused(rule, shown(instruction.original), f"ARG {error.name}=<default>", instruction.line) from error
    except UnreadableVariable as error:
        rule = "must use variables as $NAME, ${NAME}, ${NAME:-default} or ${NAME:+other}"
        raise refused(rule, error.text, "${VERSION:-22.04}", instruction.line) from error
