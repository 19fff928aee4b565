"""The instructions of a Dockerfile, as moby's own parser (the `dockerfile` wheel) reads them.

What moby leaves to its builder, such as unknown instructions, is refused here, so that a file which can't be built
never passes. So are the two faults that survive in published Dockerfiles: no-break spaces, which no shell takes for
spaces, and a lost or stray continuation, which makes an instruction of a command or a command of an instruction.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import dockerfile as moby

from .problem import Problem

__all__ = ["FROM_EXAMPLE", "Instruction", "InvalidDockerfile", "read_instructions", "refused", "shown"]

FROM_EXAMPLE = "FROM ubuntu:22.04"

_NAMES = (
    "ADD|ARG|CMD|COPY|ENTRYPOINT|ENV|EXPOSE|FROM|HEALTHCHECK|LABEL|MAINTAINER|ONBUILD|RUN|SHELL|STOPSIGNAL|USER"
    "|VOLUME|WORKDIR"
)
_INSTRUCTION = re.compile(_NAMES)
_LOCATED_MAX = 500
"""Lines of a file in which a fault without a line is looked for."""
_SWALLOWED = re.compile(rf"\s*(?:{_NAMES})\s+\S")
_COMMENT = re.compile(r"\s*#")
_ODD_SPACE = re.compile("[\u00a0\u1680\u2000-\u200b\u202f\u205f\u2060\u3000\ufeff]")
_QUOTED = re.compile(r"'[^']*'|\"(?:[^\"\\]|\\.)*\"")


class InvalidDockerfile(ValueError):
    """A Dockerfile that can't be built.

    Attributes:
        problems: Everything that is wrong with it, at least one.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(map(str, self.problems)))


def refused(rule: str, value: object, fix: str, line: int | None = None) -> InvalidDockerfile:
    """Word the refusal of a Dockerfile for one reason, as a `Problem` of the subject `Dockerfile`."""
    return InvalidDockerfile([Problem("Dockerfile", rule, value, fix, line)])


def shown(text: str) -> str:
    """Return as much of an instruction as tells which one it is: its first two words, without any value."""
    words = [word.partition("=")[0] for word in text.split()]
    return " ".join(words[:2]) + (" ..." if words[2:] else "")


@dataclass(frozen=True)
class Instruction:
    """One instruction.

    Attributes:
        kind: Its name in upper case: `RUN`. What follows `ONBUILD` is an instruction of that kind.
        words: Its arguments as moby splits them; a shell's command is one word.
        flags: Options such as `--from=build`.
        line: Line where it starts, from 1.
        original: Its text, continued lines joined and comments left out.
        is_json: True for the form `["a", "b"]`.
        heredocs: The documents that follow it, as (name, content, first line).
        pieces: The lines that `original` was joined from, as (line, text).
    """

    kind: str
    words: tuple[str, ...]
    flags: tuple[str, ...]
    line: int
    original: str
    is_json: bool
    heredocs: tuple[tuple[str, str, int], ...]
    pieces: tuple[tuple[int, str], ...]

    def line_at(self, offset: int) -> int:
        """Return the line in which the character at this offset of `original` stands."""
        starts = [0, *accumulate(len(text) for _, text in self.pieces)]
        return self.pieces[min(bisect_right(starts, offset), len(self.pieces)) - 1][0]


def read_instructions(text: str) -> tuple[Instruction, ...]:
    """Read a Dockerfile's instructions.

    Raises:
        InvalidDockerfile: It can't be built, with every reason that its form gives.
    """
    if "\0" in text:
        raise refused("must be text", "a zero byte", FROM_EXAMPLE)
    try:
        commands = moby.parse_string(text)
    except moby.GoParseError as error:
        said = _QUOTED.sub('"..."', str(error))  # what it quotes may be the value of a secret
        raise refused("must parse as a Dockerfile", said, FROM_EXAMPLE, _line_of(str(error), text)) from error
    except UnicodeEncodeError as error:
        raise refused("must be text in UTF-8", error.reason, FROM_EXAMPLE) from error
    lines = re.split("\r?\n", text)
    instructions = tuple(_instruction(command, lines) for command in commands)
    problems = [problem for instruction in instructions for problem in _faults(instruction)]
    if problems:
        raise InvalidDockerfile(problems)
    _check_start(instructions)
    return instructions


def _line_of(message: str, text: str) -> int | None:
    """Find the line that moby, which names none, stumbles over: the first without which the message is another."""
    lines = text.splitlines(keepends=True)
    for number in range(len(lines), 0, -1) if len(lines) <= _LOCATED_MAX else ():
        try:
            moby.parse_string("".join(lines[: number - 1]))
        except moby.GoParseError as error:
            if str(error) == message:
                continue
        return number
    return None


def _check_start(instructions: tuple[Instruction, ...]) -> None:
    first = next((instruction for instruction in instructions if instruction.kind != "ARG"), None)
    if first is None:
        raise refused("must have a FROM", None, FROM_EXAMPLE)
    if first.kind != "FROM":
        raise refused("must open with FROM, after ARG at most", shown(first.original), FROM_EXAMPLE, first.line)


def _instruction(command: Any, lines: list[str]) -> Instruction:
    kind = str(command.cmd).upper()
    if kind == "ONBUILD":  # what an image adds to those built from it; it can't open a stage or nest
        triggered = str(command.sub_cmd).upper()
        kind = triggered if triggered not in ("FROM", "MAINTAINER", "ONBUILD") else f"{kind} {triggered}"
    content = sum(len(document.content.splitlines()) + 1 for document in command.heredocs)
    body = range(command.start_line, command.end_line - content + 1)
    at = body.stop
    heredocs = []
    for document in command.heredocs:
        heredocs.append((str(document.name), str(document.content), at))
        at += len(document.content.splitlines()) + 1
    original = str(command.original)
    return Instruction(
        kind=kind,
        words=tuple(command.value),
        flags=tuple(command.flags),
        line=command.start_line,
        original=original,
        is_json=bool(command.json),
        heredocs=tuple(heredocs),
        pieces=_pieces([(number, lines[number - 1]) for number in body if number <= len(lines)], original),
    )


def _pieces(lines: list[tuple[int, str]], original: str) -> tuple[tuple[int, str], ...]:
    """Cut an instruction's text where its lines were joined; moby leaves comments and empty lines out."""
    pieces: list[tuple[int, str]] = []
    at = 0
    for number, line in lines:
        body = re.sub(r"[\\`][ \t]*$", "", line)
        body = body if pieces else body.lstrip()
        if body.strip() and not (pieces and _COMMENT.match(body)) and original.startswith(body.rstrip(), at):
            length = len(body) if original.startswith(body, at) else len(body.rstrip())
            pieces.append((number, original[at : at + length]))
            at += length
    return tuple(pieces) or ((lines[0][0] if lines else 1, original),)


def _faults(instruction: Instruction) -> Iterator[Problem]:
    """What makes an instruction one that can't be built, or another one than was meant."""
    if not _INSTRUCTION.fullmatch(instruction.kind):
        rule = "must hold Dockerfile instructions only"
        is_command = instruction.original[:1].islower()  # people write instructions in capitals, commands not
        fix = "a backslash at the end of the line before" if is_command else "RUN, COPY, ENV"
        yield Problem("Dockerfile", rule, shown(instruction.original), fix, instruction.line)
        return
    for number, text in instruction.pieces:
        if _ODD_SPACE.search(_QUOTED.sub("", text)):
            yield Problem("Dockerfile", "must be separated by plain spaces", shown(text), "a plain space", number)
    for number, text in instruction.pieces[1:]:
        if _SWALLOWED.match(text):
            rule = f"must end the {instruction.kind} before the next instruction"
            fix = "the line before without its backslash"
            yield Problem("Dockerfile", rule, shown(text), fix, number)
