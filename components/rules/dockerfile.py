"""Dockerfiles: their stages and base images, with the build arguments in `FROM` resolved.

Parsing is moby's own (the `dockerfile` wheel); what moby leaves to its builder, such as unknown instructions, is
refused here, so that a file which can't be built never passes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Self

import dockerfile as moby

from .image_reference import ImageReference, InvalidImageReference
from .problem import Problem
from .substitution import UnknownVariable, UnreadableVariable, substitute

__all__ = ["Dockerfile", "InvalidDockerfile", "Stage", "check_dockerfile"]

_INSTRUCTION = re.compile(
    r"ADD|ARG|CMD|COPY|ENTRYPOINT|ENV|EXPOSE|FROM|HEALTHCHECK|LABEL|MAINTAINER|ONBUILD|RUN|SHELL|STOPSIGNAL|USER"
    r"|VOLUME|WORKDIR"
)
_FROM = re.compile(r"(?P<base>\S+)(?:\s+as\s+(?P<name>\S+))?", re.IGNORECASE)
_STAGE_NAME = re.compile(r"[a-z][a-z0-9._-]*")
_PLATFORM = MappingProxyType(
    {
        f"{side}{part}": value
        for side in ("BUILD", "TARGET")
        for part, value in (("PLATFORM", "linux/amd64"), ("OS", "linux"), ("ARCH", "amd64"), ("VARIANT", ""))
    }
)
"""Arguments that every builder sets by itself, with the values of a build for linux/amd64."""
_EXAMPLE = "FROM ubuntu:22.04"


class InvalidDockerfile(ValueError):
    """A Dockerfile that can't be built.

    Attributes:
        problems: Everything that is wrong with it, at least one.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(map(str, self.problems)))


@dataclass(frozen=True)
class Stage:
    """One stage: what follows a `FROM`.

    Attributes:
        base: Base image or earlier stage, with build arguments resolved.
        name: Name after `AS`, in lower case, or None.
        image: The base image's reference; None for `scratch` and for an earlier stage.
        line: Line of the `FROM`, from 1.
    """

    base: str
    name: str | None
    image: ImageReference | None
    line: int


@dataclass(frozen=True)
class Dockerfile:
    """A Dockerfile that parses, with every `FROM` resolved.

    Attributes:
        stages: The stages in their order; at least one.
        arguments: Arguments before the first `FROM`, with the value that each has.
    """

    stages: tuple[Stage, ...]
    arguments: Mapping[str, str | None]

    @classmethod
    def parse(cls, text: str, arguments: Mapping[str, str] | None = None) -> Self:
        """Read a Dockerfile.

        Args:
            text: Content of the file.
            arguments: Build arguments; each takes the place of the default of an `ARG` of that name.

        Raises:
            InvalidDockerfile: It can't be built, with every reason.
        """
        commands = _commands(text)
        values = _global_arguments(commands, arguments or {})
        stages: list[Stage] = []
        problems: list[Problem] = []
        for command in commands:
            if _kind(command) == "FROM":
                try:
                    stages.append(_stage(command, values, stages))
                except InvalidDockerfile as error:
                    problems.extend(error.problems)
        if problems:
            raise InvalidDockerfile(problems)
        declared = {name: value for name, value in values.items() if name not in _PLATFORM}
        return cls(tuple(stages), MappingProxyType(declared))

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


def _refused(rule: str, value: object, fix: str, line: int | None = None) -> InvalidDockerfile:
    return InvalidDockerfile([Problem("Dockerfile", rule, value, fix, line)])


def _kind(command: moby.Command) -> str:
    return str(command.cmd).upper()


def _commands(text: str) -> tuple[moby.Command, ...]:
    """Parse with moby and refuse what its builder would."""
    if "\0" in text:
        raise _refused("must be text", "a zero byte", _EXAMPLE)
    try:
        commands: tuple[moby.Command, ...] = moby.parse_string(text)
    except moby.GoParseError as error:
        raise _refused("must parse as a Dockerfile", str(error), _EXAMPLE) from error
    unknown = [command for command in commands if not _INSTRUCTION.fullmatch(_kind(command))]
    if unknown:
        rule = "must hold Dockerfile instructions only"
        raise InvalidDockerfile(
            Problem("Dockerfile", rule, command.original, "RUN, COPY, ENV", command.start_line) for command in unknown
        )
    first = next((command for command in commands if _kind(command) != "ARG"), None)
    if first is None:
        raise _refused("must have a FROM", None, _EXAMPLE)
    if _kind(first) != "FROM":
        raise _refused("must open with FROM, after ARG at most", first.original, _EXAMPLE, first.start_line)
    return commands


def _global_arguments(commands: Iterable[moby.Command], given: Mapping[str, str]) -> dict[str, str | None]:
    """Return the arguments that `FROM` lines may use: those before the first one, and the builder's own."""
    values: dict[str, str | None] = dict(_PLATFORM)
    for command in commands:
        if _kind(command) == "FROM":
            break
        for word in command.value:
            name, has_default, default = word.partition("=")
            if name in given:
                values[name] = given[name]
            elif has_default:
                values[name] = _substituted(default, values, command)
            else:
                values.setdefault(name, None)
    return values


def _stage(command: moby.Command, values: Mapping[str, str | None], earlier: Iterable[Stage]) -> Stage:
    """Resolve one `FROM`."""
    line = command.start_line
    match = _FROM.fullmatch(" ".join(command.value))
    if match is None:
        raise _refused("must read FROM <image>, or FROM <image> AS <name>", command.original, _EXAMPLE, line)
    name = match["name"] and match["name"].lower()
    if name and not _STAGE_NAME.fullmatch(name):
        rule = "must name a stage with a letter, then letters, digits, full stops, underscores or hyphens"
        raise _refused(rule, name, "FROM ubuntu:22.04 AS base", line)
    base = _substituted(match["base"], values, command)
    if base == "scratch" or base.lower() in (stage.name for stage in earlier):
        return Stage(base, name, None, line)
    try:
        return Stage(base, name, ImageReference.parse(base), line)
    except InvalidImageReference as error:
        raise _refused(f"must have a valid image in FROM ({error.reason})", base, _EXAMPLE, line) from error


def _substituted(text: str, values: Mapping[str, str | None], command: moby.Command) -> str:
    try:
        return substitute(text, values)
    except UnknownVariable as error:
        rule = f"must give ARG {error.name} a value before the first FROM, or as a build argument"
        raise _refused(rule, command.original, f"ARG {error.name}=<default>", command.start_line) from error
    except UnreadableVariable as error:
        rule = "must use variables as $NAME, ${NAME}, ${NAME:-default} or ${NAME:+other}"
        raise _refused(rule, error.text, "${VERSION:-22.04}", command.start_line) from error
